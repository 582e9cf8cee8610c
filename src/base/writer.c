// SPDX-License-Identifier: Apache-2.0
#include "base/writer.h"

struct writer writer_make(void *base, size_t cap)
{
	return (struct writer){ .base = base, .cap = cap };
}

bool writer_ok(const struct writer *w)
{
	return !w->overflow;
}

size_t writer_left(const struct writer *w)
{
	return w->overflow ? 0 : w->cap - w->pos;
}

uint8_t *writer_take(struct writer *w, size_t len)
{
	if (writer_left(w) < len || w->overflow) {
		w->overflow = true;
		return NULL;
	}
	uint8_t *p = w->base + w->pos;
	w->pos += len;
	return p;
}

void writer_bytes(struct writer *w, const void *data, size_t len)
{
	if (len == 0)
		return;
	uint8_t *p = writer_take(w, len);
	if (p != NULL)
		memcpy(p, data, len);
}

void writer_span(struct writer *w, struct span s)
{
	writer_bytes(w, s.data, s.len);
}

void writer_zeros(struct writer *w, size_t len)
{
	if (len == 0)
		return;
	uint8_t *p = writer_take(w, len);
	if (p != NULL)
		memset(p, 0, len);
}

static void put_le(uint8_t *p, uint64_t v, size_t len)
{
	for (size_t i = 0; i < len; i++)
		p[i] = (uint8_t)(v >> (8 * i));
}

static void write_le(struct writer *w, uint64_t v, size_t len)
{
	uint8_t *p = writer_take(w, len);
	if (p != NULL)
		put_le(p, v, len);
}

void writer_u8(struct writer *w, uint8_t v)
{
	write_le(w, v, 1);
}

void writer_u16(struct writer *w, uint16_t v)
{
	write_le(w, v, 2);
}

void writer_u32(struct writer *w, uint32_t v)
{
	write_le(w, v, 4);
}

void writer_u64(struct writer *w, uint64_t v)
{
	write_le(w, v, 8);
}

void writer_u16_be(struct writer *w, uint16_t v)
{
	write_le(w, __builtin_bswap16(v), 2);
}

void writer_u32_be(struct writer *w, uint32_t v)
{
	write_le(w, __builtin_bswap32(v), 4);
}

void writer_align(struct writer *w, size_t alignment, size_t origin)
{
	writer_zeros(w, (alignment - (w->pos - origin) % alignment) % alignment);
}

size_t writer_reserve(struct writer *w, size_t len)
{
	size_t offset = w->pos;
	writer_zeros(w, len);
	return offset;
}

static void patch_le(struct writer *w, size_t offset, uint64_t v, size_t len)
{
	if (!w->overflow && offset + len <= w->pos)
		put_le(w->base + offset, v, len);
}

void writer_patch_u8(struct writer *w, size_t offset, uint8_t v)
{
	patch_le(w, offset, v, 1);
}

void writer_patch_u16(struct writer *w, size_t offset, uint16_t v)
{
	patch_le(w, offset, v, 2);
}

void writer_patch_u32(struct writer *w, size_t offset, uint32_t v)
{
	patch_le(w, offset, v, 4);
}

void writer_patch_u64(struct writer *w, size_t offset, uint64_t v)
{
	patch_le(w, offset, v, 8);
}

void writer_rewind(struct writer *w, size_t pos)
{
	w->pos = pos;
	w->overflow = false;
}

struct span writer_since(const struct writer *w, size_t offset)
{
	return w->pos > offset ? span_make(w->base + offset, w->pos - offset) : span_make(NULL, 0);
}
