// SPDX-License-Identifier: Apache-2.0
#include "base/reader.h"

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
