// SPDX-License-Identifier: Apache-2.0
#include "base/writer.h"

void writer_zeros(struct writer *w, size_t len)
{
	if (len == 0)
		return;
	uint8_t *p = writer_take(w, len);
	if (p != NULL)
		memset(p, 0, len);
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
		writer_put_le(w->base + offset, v, len);
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
