// SPDX-License-Identifier: Apache-2.0
#include "detect/table.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <utlist.h>

// Keys are looked up for each event: eight bytes of them at a time, rather than uthash's one by one.
static uint32_t hash_of(const char *key, size_t len)
{
	const uint64_t odd = 0x9e3779b97f4a7c15; // of the golden ratio: a product mixes upwards, a shift back
	uint64_t hash = len, part;
	for (; len >= sizeof(part); key += sizeof(part), len -= sizeof(part)) {
		memcpy(&part, key, sizeof(part));
		hash = (hash ^ part) * odd;
		hash ^= hash >> 29;
	}
	part = 0;
	memcpy(&part, key, len);
	hash = (hash ^ part) * odd;
	hash ^= hash >> 29;
	return (uint32_t)(hash * odd >> 32);
}

#define HASH_FUNCTION(key, len, hash) ((hash) = hash_of((const char *)(key), (len)))
#include <uthash.h>
// Of a long chain each link is a miss of the cache; but a few long ones are there by chance, and each time
// one is the number of chains doubles.
#undef HASH_BKT_CAPACITY_THRESH
#define HASH_BKT_CAPACITY_THRESH 7U

struct row {
	struct row *prev, *next; // the longest untouched first
	UT_hash_handle hh;
	char *key; // behind the entry
	max_align_t entry[];
};

struct detect_table {
	size_t entry_len;
	size_t max;
	void (*drop)(void *entry, const char *key);
	struct row *by_key;
	struct row *order;
};

struct detect_table *detect_table_new(
	size_t entry_len, size_t max, void (*drop)(void *entry, const char *key))
{
	struct detect_table *t = calloc(1, sizeof(*t));
	if (t == NULL)
		return NULL;
	t->entry_len = entry_len;
	t->max = max;
	t->drop = drop;
	return t;
}

static void row_remove(struct detect_table *t, struct row *r)
{
	if (t->drop != NULL)
		t->drop(r->entry, r->key);
	HASH_DEL(t->by_key, r);
	DL_DELETE(t->order, r);
	free(r);
}

void detect_table_free(struct detect_table *t)
{
	if (t == NULL)
		return;
	while (t->order != NULL)
		row_remove(t, t->order);
	free(t);
}

static struct row *row_find(const struct detect_table *t, const char *key)
{
	struct row *r;
	HASH_FIND_STR(t->by_key, key, r);
	return r;
}

static struct row *row_add(struct detect_table *t, const char *key)
{
	size_t len = strlen(key);
	if (HASH_COUNT(t->by_key) >= t->max)
		row_remove(t, t->order);
	struct row *r = calloc(1, sizeof(*r) + t->entry_len + len + 1);
	if (r == NULL)
		return NULL;
	r->key = (char *)r->entry + t->entry_len;
	memcpy(r->key, key, len + 1);
	HASH_ADD_KEYPTR(hh, t->by_key, r->key, len, r);
	DL_APPEND(t->order, r);
	return r;
}

// To the end of those that may have to go.
static void touch(struct detect_table *t, struct row *r)
{
	if (t->order->prev == r) // utlist: the head's is the last
		return;
	DL_DELETE(t->order, r);
	DL_APPEND(t->order, r);
}

void *detect_table_get(struct detect_table *t, const char *key)
{
	struct row *r = row_find(t, key);
	if (r == NULL) {
		r = row_add(t, key);
		return r == NULL ? NULL : r->entry;
	}
	touch(t, r);
	return r->entry;
}

void *detect_table_find(struct detect_table *t, const char *key)
{
	struct row *r = row_find(t, key);
	return r == NULL ? NULL : r->entry;
}

void detect_table_remove(struct detect_table *t, const char *key)
{
	struct row *r = row_find(t, key);
	if (r != NULL)
		row_remove(t, r);
}

size_t detect_table_count(const struct detect_table *t)
{
	return HASH_COUNT(t->by_key);
}

void detect_table_each(
	struct detect_table *t, void (*fn)(void *context, const char *key, void *entry), void *context)
{
	struct row *r, *next;
	DL_FOREACH_SAFE(t->order, r, next)
	{
		fn(context, r->key, r->entry);
	}
}

// Appends text and a character, as far as there is room for them and the end.
static char *append(char *at, const char *end, const char *text, char last)
{
	size_t len = text == NULL ? 0 : strnlen(text, (size_t)(end - at) - 1);
	if (len > 0)
		memcpy(at, text, len);
	at += len;
	if (last != '\0' && at < end - 1)
		*at++ = last;
	*at = '\0';
	return at;
}

const char *detect_key(char *buffer, size_t len, const char *a, const char *b, const char *c)
{
	const char *end = buffer + len;
	char *at = append(buffer, end, a, '|');
	at = append(at, end, b, '|');
	(void)append(at, end, c, '\0');
	return buffer;
}
