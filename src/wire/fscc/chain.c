// SPDX-License-Identifier: Apache-2.0
#include "wire/fscc/chain.h"

size_t chain_open(struct chain *c)
{
	if (c->count > 0)
		writer_align(c->w, c->alignment, c->start);
	return c->w->pos;
}

bool chain_close(struct chain *c, size_t before, size_t entry)
{
	if (!writer_ok(c->w)) {
		writer_rewind(c->w, before);
		return false;
	}
	if (c->count > 0)
		writer_patch_u32(c->w, c->last, (uint32_t)(entry - c->last));
	c->last = entry;
	c->count++;
	return true;
}

bool chain_next(struct reader *r, bool *done, size_t alignment, size_t min_len, struct reader *entry)
{
	// An empty list has no bytes; a later entry that was announced has some.
	if (*done || !reader_ok(r) || r->len == 0)
		return false;
	struct reader peek = *r;
	uint32_t next = reader_u32(&peek);
	size_t len = next ? next : reader_left(r);
	reader_require(r, reader_left(r) >= min_len, VERDICT_TRUNCATED);
	reader_require(r, next % alignment == 0, VERDICT_MISALIGNED);
	reader_require(r, len >= min_len && len <= reader_left(r), VERDICT_BAD_OFFSET);
	*entry = reader_make(reader_bytes(r, len));
	*done = next == 0;
	return reader_ok(r);
}
