// SPDX-License-Identifier: Apache-2.0
// The only way received bytes are touched: a bounded cursor with a sticky verdict.
//
// A decoder reads field after field without looking at errors: once something was wrong, every
// later read yields zero (or an empty span) and the first verdict stays. At its border the decoder
// asks reader_verdict() once. Loops whose bound was read must also test reader_ok().
#ifndef SIGNET_BASE_READER_H
#define SIGNET_BASE_READER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attributes.h"
#include "base/span.h"

enum verdict {
	VERDICT_OK = 0,
	VERDICT_TRUNCATED,  // a field reaches beyond the end
	VERDICT_BAD_OFFSET, // an offset points outside of its buffer, or into the fixed part
	VERDICT_OVERLAP,    // two variable parts share bytes
	VERDICT_MISALIGNED, // an offset or chain link is not aligned as required
	VERDICT_BAD_VALUE,  // a value that the specification does not allow here
	VERDICT_BAD_SIZE,   // a StructureSize or length that does not fit its structure
	VERDICT_TRAILING,   // bytes left over where none may be
	VERDICT_TOO_LONG,   // more elements or bytes than a named limit allows
};

struct reader {
	const uint8_t *base; // start of the buffer; offsets count from here
	size_t len;          // bytes in the buffer
	size_t pos;          // cursor, never beyond len
	enum verdict verdict;
};

// Inline, for decoders are lists of these: a field costs a comparison and a load.

static inline struct reader reader_make(struct span bytes)
{
	return (struct reader){ .base = bytes.data, .len = bytes.len };
}

static inline bool reader_ok(const struct reader *r)
{
	return r->verdict == VERDICT_OK;
}

static inline WARN_UNUSED enum verdict reader_verdict(const struct reader *r)
{
	return r->verdict;
}

// Bytes between cursor and end; 0 once failed.
static inline size_t reader_left(const struct reader *r)
{
	return reader_ok(r) ? r->len - r->pos : 0;
}

// Makes the verdict v unless an earlier one stands.
static inline void reader_fail(struct reader *r, enum verdict v)
{
	if (r->verdict == VERDICT_OK)
		r->verdict = v;
}

// Fails with v unless the condition holds.
static inline void reader_require(struct reader *r, bool condition, enum verdict v)
{
	if (!condition)
		reader_fail(r, v);
}

// The next len bytes, borrowed from the buffer; empty when they are not there.
static inline struct span reader_bytes(struct reader *r, size_t len)
{
	if (len == 0)
		return span_make(NULL, 0);
	// There are no bytes without a buffer; said for those who read code by machine.
	if (reader_left(r) < len || r->base == NULL) {
		reader_fail(r, VERDICT_TRUNCATED);
		return span_make(NULL, 0);
	}
	struct span s = span_make(r->base + r->pos, len);
	r->pos += len;
	return s;
}

// Copies the next len bytes to out; zeroes out when they are not there.
static inline void reader_copy(struct reader *r, void *out, size_t len)
{
	struct span s = reader_bytes(r, len);
	if (s.len == 0)
		memset(out, 0, len);
	else
		memcpy(out, s.data, len);
}

static inline void reader_skip(struct reader *r, size_t len)
{
	(void)reader_bytes(r, len);
}

static inline uint8_t reader_u8(struct reader *r)
{
	uint8_t b[1];
	reader_copy(r, b, sizeof(b));
	return b[0];
}

// Little endian, as all of SMB.
static inline uint16_t reader_u16(struct reader *r)
{
	uint8_t b[2];
	reader_copy(r, b, sizeof(b));
	return (uint16_t)(b[0] | b[1] << 8);
}

static inline uint32_t reader_u32(struct reader *r)
{
	uint8_t b[4];
	reader_copy(r, b, sizeof(b));
	return (uint32_t)b[0] | (uint32_t)b[1] << 8 | (uint32_t)b[2] << 16 | (uint32_t)b[3] << 24;
}

static inline uint64_t reader_u64(struct reader *r)
{
	uint64_t low = reader_u32(r);
	uint64_t high = reader_u32(r);
	return reader_ok(r) ? low | high << 32 : 0;
}

static inline uint16_t reader_u16_be(struct reader *r)
{
	return __builtin_bswap16(reader_u16(r));
}

// The length of the direct TCP frame.
static inline uint32_t reader_u24_be(struct reader *r)
{
	uint8_t b[3];
	reader_copy(r, b, sizeof(b));
	return (uint32_t)b[0] << 16 | (uint32_t)b[1] << 8 | (uint32_t)b[2];
}

static inline uint32_t reader_u32_be(struct reader *r)
{
	return __builtin_bswap32(reader_u32(r));
}

// Moves the cursor to an absolute offset; beyond the end: VERDICT_BAD_OFFSET.
static inline void reader_seek(struct reader *r, size_t offset)
{
	if (offset > r->len)
		reader_fail(r, VERDICT_BAD_OFFSET);
	else
		r->pos = offset;
}

// All bytes from the cursor to the end; the cursor moves to the end.
static inline struct span reader_rest(struct reader *r)
{
	return reader_bytes(r, reader_left(r));
}

// Skips to the next multiple of alignment (a power of two), counted from the buffer's start.
void reader_align(struct reader *r, size_t alignment);
// len bytes at an absolute offset, without moving the cursor. A zero len is an empty span wherever
// offset points (the usual meaning on this wire); otherwise offset must be at least min_offset.
struct span reader_at(struct reader *r, size_t offset, size_t len, size_t min_offset);
// Ends decoding where nothing may be left: VERDICT_TRAILING if something is.
enum verdict reader_finish(struct reader *r) WARN_UNUSED;

const char *verdict_name(enum verdict v);

#endif
