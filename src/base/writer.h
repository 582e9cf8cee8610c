// SPDX-License-Identifier: Apache-2.0
// A bounded cursor that builds messages: writing beyond the end sets a sticky overflow and writes
// nothing more, so an encoder is a list of fields with one check at its border.
#ifndef SIGNET_BASE_WRITER_H
#define SIGNET_BASE_WRITER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attributes.h"
#include "base/span.h"

struct writer {
	uint8_t *base;
	size_t cap; // bytes available at base
	size_t pos; // bytes written; where the next one goes
	bool overflow;
};

// Inline, for encoders are lists of these.

static inline struct writer writer_make(void *base, size_t cap)
{
	return (struct writer){ .base = base, .cap = cap };
}

static inline WARN_UNUSED bool writer_ok(const struct writer *w)
{
	return !w->overflow;
}

static inline size_t writer_left(const struct writer *w)
{
	return w->overflow ? 0 : w->cap - w->pos;
}

// Takes len bytes to be filled by the caller (NULL on overflow): how payload gets in without a copy.
static inline uint8_t *writer_take(struct writer *w, size_t len)
{
	if (writer_left(w) < len || w->overflow) {
		w->overflow = true;
		return NULL;
	}
	uint8_t *p = w->base + w->pos;
	w->pos += len;
	return p;
}

static inline void writer_bytes(struct writer *w, const void *data, size_t len)
{
	if (len == 0)
		return;
	uint8_t *p = writer_take(w, len);
	if (p != NULL)
		memcpy(p, data, len);
}

static inline void writer_span(struct writer *w, struct span s)
{
	writer_bytes(w, s.data, s.len);
}

static inline void writer_put_le(uint8_t *p, uint64_t v, size_t len)
{
	for (size_t i = 0; i < len; i++)
		p[i] = (uint8_t)(v >> (8 * i));
}

static inline void writer_le(struct writer *w, uint64_t v, size_t len)
{
	uint8_t *p = writer_take(w, len);
	if (p != NULL)
		writer_put_le(p, v, len);
}

static inline void writer_u8(struct writer *w, uint8_t v)
{
	writer_le(w, v, 1);
}

// Little endian, as all of SMB.
static inline void writer_u16(struct writer *w, uint16_t v)
{
	writer_le(w, v, 2);
}

static inline void writer_u32(struct writer *w, uint32_t v)
{
	writer_le(w, v, 4);
}

static inline void writer_u64(struct writer *w, uint64_t v)
{
	writer_le(w, v, 8);
}

static inline void writer_u16_be(struct writer *w, uint16_t v)
{
	writer_le(w, __builtin_bswap16(v), 2);
}

static inline void writer_u32_be(struct writer *w, uint32_t v)
{
	writer_le(w, __builtin_bswap32(v), 4);
}

void writer_zeros(struct writer *w, size_t len);
// Zeros up to the next multiple of alignment (a power of two), counted from origin (an earlier pos).
void writer_align(struct writer *w, size_t alignment, size_t origin);

// Leaves room for a field known only later; returns its offset for writer_patch_*.
size_t writer_reserve(struct writer *w, size_t len);
void writer_patch_u8(struct writer *w, size_t offset, uint8_t v);
void writer_patch_u16(struct writer *w, size_t offset, uint16_t v);
void writer_patch_u32(struct writer *w, size_t offset, uint32_t v);
void writer_patch_u64(struct writer *w, size_t offset, uint64_t v);
// Goes back to an earlier pos and clears the overflow: for lists that end with the last whole entry.
void writer_rewind(struct writer *w, size_t pos);
// What was written from an offset on.
struct span writer_since(const struct writer *w, size_t offset);

#endif
