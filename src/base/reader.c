// SPDX-License-Identifier: Apache-2.0
#include "base/reader.h"

struct reader reader_make(struct span bytes)
{
	return (struct reader){ .base = bytes.data, .len = bytes.len };
}

bool reader_ok(const struct reader *r)
{
	return r->verdict == VERDICT_OK;
}

enum verdict reader_verdict(const struct reader *r)
{
	return r->verdict;
}

size_t reader_left(const struct reader *r)
{
	return reader_ok(r) ? r->len - r->pos : 0;
}

void reader_fail(struct reader *r, enum verdict v)
{
	if (r->verdict == VERDICT_OK)
		r->verdict = v;
}

void reader_require(struct reader *r, bool condition, enum verdict v)
{
	if (!condition)
		reader_fail(r, v);
}

struct span reader_bytes(struct reader *r, size_t len)
{
	if (reader_left(r) < len) {
		reader_fail(r, VERDICT_TRUNCATED);
		return span_make(NULL, 0);
	}
	if (len == 0)
		return span_make(NULL, 0);
	struct span s = span_make(r->base + r->pos, len);
	r->pos += len;
	return s;
}

void reader_copy(struct reader *r, void *out, size_t len)
{
	struct span s = reader_bytes(r, len);
	if (s.len == 0)
		memset(out, 0, len);
	else
		memcpy(out, s.data, len);
}

void reader_skip(struct reader *r, size_t len)
{
	(void)reader_bytes(r, len);
}

uint8_t reader_u8(struct reader *r)
{
	uint8_t b[1];
	reader_copy(r, b, sizeof(b));
	return b[0];
}

uint16_t reader_u16(struct reader *r)
{
	uint8_t b[2];
	reader_copy(r, b, sizeof(b));
	return (uint16_t)(b[0] | b[1] << 8);
}

uint32_t reader_u32(struct reader *r)
{
	uint8_t b[4];
	reader_copy(r, b, sizeof(b));
	return (uint32_t)b[0] | (uint32_t)b[1] << 8 | (uint32_t)b[2] << 16 | (uint32_t)b[3] << 24;
}

uint64_t reader_u64(struct reader *r)
{
	uint64_t low = reader_u32(r);
	uint64_t high = reader_u32(r);
	return reader_ok(r) ? low | high << 32 : 0;
}

uint16_t reader_u16_be(struct reader *r)
{
	return __builtin_bswap16(reader_u16(r));
}

uint32_t reader_u24_be(struct reader *r)
{
	uint8_t b[3];
	reader_copy(r, b, sizeof(b));
	return (uint32_t)b[0] << 16 | (uint32_t)b[1] << 8 | (uint32_t)b[2];
}

uint32_t reader_u32_be(struct reader *r)
{
	return __builtin_bswap32(reader_u32(r));
}

void reader_seek(struct reader *r, size_t offset)
{
	if (offset > r->len)
		reader_fail(r, VERDICT_BAD_OFFSET);
	else
		r->pos = offset;
}

void reader_align(struct reader *r, size_t alignment)
{
	size_t pad = (alignment - r->pos % alignment) % alignment;
	reader_skip(r, pad);
}

struct span reader_at(struct reader *r, size_t offset, size_t len, size_t min_offset)
{
	if (len == 0 || !reader_ok(r))
		return span_make(NULL, 0);
	if (offset < min_offset || offset > r->len) {
		reader_fail(r, VERDICT_BAD_OFFSET);
		return span_make(NULL, 0);
	}
	if (r->len - offset < len) {
		reader_fail(r, VERDICT_TRUNCATED);
		return span_make(NULL, 0);
	}
	return span_make(r->base + offset, len);
}

struct span reader_rest(struct reader *r)
{
	return reader_bytes(r, reader_left(r));
}

enum verdict reader_finish(struct reader *r)
{
	if (reader_left(r) != 0)
		reader_fail(r, VERDICT_TRAILING);
	return r->verdict;
}

const char *verdict_name(enum verdict v)
{
	static const char *const names[] = {
		[VERDICT_OK] = "ok",
		[VERDICT_TRUNCATED] = "truncated",
		[VERDICT_BAD_OFFSET] = "bad_offset",
		[VERDICT_OVERLAP] = "overlap",
		[VERDICT_MISALIGNED] = "misaligned",
		[VERDICT_BAD_VALUE] = "bad_value",
		[VERDICT_BAD_SIZE] = "bad_size",
		[VERDICT_TRAILING] = "trailing",
		[VERDICT_TOO_LONG] = "too_long",
	};
	return (size_t)v < ARRAY_LEN(names) ? names[v] : "unknown";
}
