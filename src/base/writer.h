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

struct writer writer_make(void *base, size_t cap);

bool writer_ok(const struct writer *w) WARN_UNUSED;
size_t writer_left(const struct writer *w);

void writer_u8(struct writer *w, uint8_t v);
void writer_u16(struct writer *w, uint16_t v); // little endian
void writer_u32(struct writer *w, uint32_t v);
void writer_u64(struct writer *w, uint64_t v);
void writer_u16_be(struct writer *w, uint16_t v);
void writer_u32_be(struct writer *w, uint32_t v);
void writer_bytes(struct writer *w, const void *data, size_t len);
void writer_span(struct writer *w, struct span s);
void writer_zeros(struct writer *w, size_t len);
// Zeros up to the next multiple of alignment (a power of two), counted from origin (an earlier pos).
void writer_align(struct writer *w, size_t alignment, size_t origin);

// Takes len bytes to be filled by the caller (NULL on overflow): how payload gets in without a copy.
uint8_t *writer_take(struct writer *w, size_t len);
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
