// SPDX-License-Identifier: Apache-2.0
#include "detect/table.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <uthash.h>
#include <utlist.h>

struct row {
	struct row *prev, *next; // the longest untouched first
	UT_hash_handle hh;
	void *entry;
	char key[];
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
	free(r->entry);
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
	size_t len = strlen(key) + 1;
	if (HASH_COUNT(t->by_key) >= t->max)
		row_remove(t, t->order);
	struct row *r = calloc(1, sizeof(*r) + len);
	if (r == NULL)
		return NULL;
	r->entry = calloc(1, t->entry_len);
	if (r->entry == NULL) {
		free(r);
		return NULL;
	}
	memcpy(r->key, key, len);
	HASH_ADD_STR(t->by_key, key, r);
	DL_APPEND(t->order, r);
	return r;
}

void *detect_table_get(struct detect_table *t, const char *key)
{
	struct row *r = row_find(t, key);
	if (r == NULL) {
		r = row_add(t, key);
		return r == NULL ? NULL : r->entry;
	}
	DL_DELETE(t->order, r);
	DL_APPEND(t->order, r);
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
	while (text != NULL && *text != '\0' && at < end - 1)
		*at++ = *text++;
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
