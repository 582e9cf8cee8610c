// SPDX-License-Identifier: Apache-2.0
// Memory that is freed by forgetting it: what a request needs lives here until the request ends.
// Not thread-safe; an arena belongs to one request at a time.
#ifndef SIGNET_BASE_ARENA_H
#define SIGNET_BASE_ARENA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attributes.h"
#include "base/span.h"

struct arena_chunk;

// Who pays for an arena's heap chunks; embedded in what decides. take is asked before len bytes are
// taken and may refuse; give gives back as many as were taken.
struct arena_account {
	bool (*take)(struct arena_account *account, size_t len);
	void (*give)(struct arena_account *account, size_t len);
};

struct arena {
	uint8_t *cursor;
	uint8_t *end;
	struct arena_chunk *chunks; // heap chunks beyond the first buffer, newest first
	uint8_t *first;             // the caller's first buffer, never freed here
	size_t first_len;
	size_t heap_bytes; // in chunks
	struct arena_account *account;
};

// Starts with a buffer that the caller owns (may be NULL with 0: the heap from the start).
void arena_init(struct arena *a, void *first, size_t first_len);
// Charges the heap chunks to come to an account, which must outlive them.
void arena_charge_to(struct arena *a, struct arena_account *account);
// Forgets everything; heap chunks are freed, the first buffer is used again.
void arena_reset(struct arena *a);

// 16-byte aligned, uninitialised; NULL when memory is out, or refused by the account.
void *arena_alloc(struct arena *a, size_t len) WARN_UNUSED;
void *arena_zalloc(struct arena *a, size_t len) WARN_UNUSED;
void *arena_copy(struct arena *a, const void *data, size_t len) WARN_UNUSED;
char *arena_strdup(struct arena *a, const char *text) WARN_UNUSED;
// text[0..len) with a terminator.
char *arena_strndup(struct arena *a, const char *text, size_t len) WARN_UNUSED;
char *arena_printf(struct arena *a, const char *fmt, ...) PRINTF_LIKE(2, 3) WARN_UNUSED;

#endif
