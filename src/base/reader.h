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

struct reader reader_make(struct span bytes);

bool reader_ok(const struct reader *r);
enum verdict reader_verdict(const struct reader *r) WARN_UNUSED;
// Bytes between cursor and end; 0 once failed.
size_t reader_left(const struct reader *r);
// Makes the verdict v unless an earlier one stands.
void reader_fail(struct reader *r, enum verdict v);
// Fails with v unless the condition holds.
void reader_require(struct reader *r, bool condition, enum verdict v);

uint8_t reader_u8(struct reader *r);
uint16_t reader_u16(struct reader *r); // little endian, as all of SMB
uint32_t reader_u32(struct reader *r);
uint64_t reader_u64(struct reader *r);
uint16_t reader_u16_be(struct reader *r);
uint32_t reader_u24_be(struct reader *r); // the length of the direct TCP frame
uint32_t reader_u32_be(struct reader *r);

// The next len bytes, borrowed from the buffer; empty when they are not there.
struct span reader_bytes(struct reader *r, size_t len);
// Copies the next len bytes to out; zeroes out when they are not there.
void reader_copy(struct reader *r, void *out, size_t len);
void reader_skip(struct reader *r, size_t len);
// Moves the cursor to an absolute offset; beyond the end: VERDICT_BAD_OFFSET.
void reader_seek(struct reader *r, size_t offset);
// Skips to the next multiple of alignment (a power of two), counted from the buffer's start.
void reader_align(struct reader *r, size_t alignment);
// len bytes at an absolute offset, without moving the cursor. A zero len is an empty span wherever
// offset points (the usual meaning on this wire); otherwise offset must be at least min_offset.
struct span reader_at(struct reader *r, size_t offset, size_t len, size_t min_offset);
// All bytes from the cursor to the end; the cursor moves to the end.
struct span reader_rest(struct reader *r);
// Ends decoding where nothing may be left: VERDICT_TRAILING if something is.
enum verdict reader_finish(struct reader *r) WARN_UNUSED;

const char *verdict_name(enum verdict v);

#endif
