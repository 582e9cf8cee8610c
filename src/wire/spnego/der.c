// SPDX-License-Identifier: Apache-2.0
#include "wire/spnego/der.h"

struct der_reader der_reader_make(struct span bytes)
{
	return (struct der_reader){ .r = reader_make(bytes) };
}

int der_peek(const struct der_reader *d)
{
	struct reader copy = d->r;
	uint8_t tag = reader_u8(&copy);

	return reader_ok(&copy) ? tag : -1;
}

// X.690 8.1.3 with 10.1: definite, and as short as it can be.
static size_t length_get(struct reader *r)
{
	uint8_t first = reader_u8(r);
	unsigned count = first & 0x7Fu;
	size_t len = 0;

	if (first < 0x80)
		return first;
	// 0x80 is the indefinite form; more than three bytes is more than any token has.
	reader_require(r, count >= 1, VERDICT_BAD_VALUE);
	reader_require(r, count <= 3, VERDICT_TOO_LONG);
	for (unsigned i = 0; i < count && reader_ok(r); i++) {
		len = len << 8 | reader_u8(r);
		reader_require(r, len != 0, VERDICT_BAD_VALUE);
	}
	reader_require(r, len >= 0x80, VERDICT_BAD_VALUE);
	return len;
}

struct span der_any(struct der_reader *d, uint8_t *tag)
{
	uint8_t t = reader_u8(&d->r);
	size_t len = length_get(&d->r);

	reader_require(&d->r, (t & 0x1F) != 0x1F, VERDICT_BAD_VALUE); // a tag of several bytes
	*tag = t;
	return reader_bytes(&d->r, len);
}

struct span der_value(struct der_reader *d, uint8_t tag)
{
	uint8_t found;
	struct span value = der_any(d, &found);

	reader_require(&d->r, found == tag, VERDICT_BAD_VALUE);
	return reader_ok(&d->r) ? value : span_make(NULL, 0);
}

struct der_reader der_enter(struct der_reader *d, uint8_t tag)
{
	struct der_reader inner = der_reader_make(der_value(d, tag));

	inner.depth = d->depth + 1;
	reader_require(&d->r, inner.depth <= DER_DEPTH_MAX, VERDICT_TOO_LONG);
	if (!reader_ok(&d->r))
		reader_fail(&inner.r, reader_verdict(&d->r));
	return inner;
}

void der_leave(struct der_reader *d, struct der_reader *inner)
{
	enum verdict v = reader_finish(&inner->r);

	if (v != VERDICT_OK)
		reader_fail(&d->r, v);
}

enum verdict der_finish(struct der_reader *d)
{
	return reader_finish(&d->r);
}

size_t der_begin(struct writer *w, uint8_t tag)
{
	writer_u8(w, tag);
	return w->pos;
}

static unsigned length_size(size_t len)
{
	unsigned size = 1;

	if (len >= 0x80)
		for (; len != 0; len >>= 8)
			size++;
	return size;
}

static void length_put(uint8_t *at, size_t len, unsigned size)
{
	if (size == 1) {
		at[0] = (uint8_t)len;
		return;
	}
	at[0] = (uint8_t)(0x80u | (size - 1));
	for (unsigned i = size - 1; i > 0; i--, len >>= 8)
		at[i] = (uint8_t)len;
}

void der_end(struct writer *w, size_t begin)
{
	if (!writer_ok(w))
		return;
	// The length is known only now and so is its size: the content moves up to make room for it.
	size_t len = w->pos - begin;
	unsigned size = length_size(len);
	if (writer_take(w, size) == NULL)
		return;
	memmove(w->base + begin + size, w->base + begin, len);
	length_put(w->base + begin, len, size);
}

void der_put(struct writer *w, uint8_t tag, struct span value)
{
	size_t begin = der_begin(w, tag);

	writer_span(w, value);
	der_end(w, begin);
}
