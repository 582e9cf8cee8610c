// SPDX-License-Identifier: Apache-2.0
// Memory that is freed by forgetting it: what a request needs lives here until the request ends.
// Not thread-safe; an arena belongs to one request at a time.
#ifndef SIGNET_BASE_ARENA_H
#define SIGNET_BASE_ARENA_H

#include <stddef.h>
#include <stdint.h>

#include "base/attributes.h"
#include "base/span.h"

struct arena_chunk;

struct arena {
	uint8_t *cursor;
	uint8_t *end;
	struct arena_chunk *chunks; // heap chunks beyond the first buffer, newest first
	uint8_t *first;             // the caller's first buffer, never freed here
	size_t first_len;
	size_t heap_bytes; // in chunks, so that an owner can account for them
};

// Starts with a buffer that the caller owns (may be NULL with 0: the heap from the start).
void arena_init(struct arena *a, void *first, size_t first_len);
// Forgets everything; heap chunks are freed, the first buffer is used again.
void arena_reset(struct arena *a);

// 16-byte aligned, uninitialised; NULL when memory is out.
void *arena_alloc(struct arena *a, size_t len) WARN_UNUSED;
void *arena_zalloc(struct arena *a, size_t len) WARN_UNUSED;
void *arena_copy(struct arena *a, const void *data, size_t len) WARN_UNUSED;
char *arena_strdup(struct arena *a, const char *text) WARN_UNUSED;
// text[0..len) with a terminator.
char *arena_strndup(struct arena *a, const char *text, size_t len) WARN_UNUSED;
char *arena_printf(struct arena *a, const char *fmt, ...) PRINTF_LIKE(2, 3) WARN_UNUSED;

#endif
