// SPDX-License-Identifier: Apache-2.0
#include "base/arena.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ARENA_ALIGNMENT = 16, ARENA_CHUNK_MIN = 4096 };

struct arena_chunk {
	struct arena_chunk *next;
	size_t len;
	_Alignas(ARENA_ALIGNMENT) uint8_t bytes[];
};

static void arena_use(struct arena *a, uint8_t *start, size_t len)
{
	a->cursor = start;
	a->end = start + len;
}

void arena_init(struct arena *a, void *first, size_t first_len)
{
	*a = (struct arena){ .first = first, .first_len = first_len };
	if (first != NULL)
		arena_use(a, first, first_len);
}

void arena_charge_to(struct arena *a, struct arena_account *account)
{
	a->account = account;
}

void arena_reset(struct arena *a)
{
	struct arena_account *account = a->account;
	if (account != NULL && a->heap_bytes != 0)
		account->give(account, a->heap_bytes);
	struct arena_chunk *next;
	for (struct arena_chunk *c = a->chunks; c != NULL; c = next) {
		next = c->next;
		free(c);
	}
	arena_init(a, a->first, a->first_len);
	a->account = account;
}

static void *arena_alloc_chunk(struct arena *a, size_t len)
{
	size_t want = len < ARENA_CHUNK_MIN ? ARENA_CHUNK_MIN : len;
	if (want > SIZE_MAX - sizeof(struct arena_chunk))
		return NULL;
	if (a->account != NULL && !a->account->take(a->account, want))
		return NULL;
	struct arena_chunk *c = malloc(sizeof(*c) + want);
	if (c == NULL) {
		if (a->account != NULL)
			a->account->give(a->account, want);
		return NULL;
	}
	c->next = a->chunks;
	c->len = want;
	a->chunks = c;
	a->heap_bytes += want;
	arena_use(a, c->bytes, want);
	a->cursor += len;
	return c->bytes;
}

void *arena_alloc(struct arena *a, size_t len)
{
	if (a->cursor != NULL) {
		size_t pad = (ARENA_ALIGNMENT - (uintptr_t)a->cursor % ARENA_ALIGNMENT) % ARENA_ALIGNMENT;
		size_t left = (size_t)(a->end - a->cursor);
		if (pad <= left && len <= left - pad) {
			void *p = a->cursor + pad;
			a->cursor += pad + len;
			return p;
		}
	}
	return arena_alloc_chunk(a, len);
}

void *arena_zalloc(struct arena *a, size_t len)
{
	void *p = arena_alloc(a, len);
	if (p != NULL)
		memset(p, 0, len);
	return p;
}

void *arena_copy(struct arena *a, const void *data, size_t len)
{
	void *p = arena_alloc(a, len);
	if (p != NULL && len != 0)
		memcpy(p, data, len);
	return p;
}

char *arena_strndup(struct arena *a, const char *text, size_t len)
{
	char *p = arena_alloc(a, len + 1);
	if (p == NULL)
		return NULL;
	memcpy(p, text, len);
	p[len] = '\0';
	return p;
}

char *arena_strdup(struct arena *a, const char *text)
{
	return arena_strndup(a, text, strlen(text));
}

char *arena_printf(struct arena *a, const char *fmt, ...)
{
	va_list ap;
	va_start(ap, fmt);
	int len = vsnprintf(NULL, 0, fmt, ap);
	va_end(ap);
	if (len < 0)
		return NULL;
	char *p = arena_alloc(a, (size_t)len + 1);
	if (p == NULL)
		return NULL;
	va_start(ap, fmt);
	(void)vsnprintf(p, (size_t)len + 1, fmt, ap);
	va_end(ap);
	return p;
}
