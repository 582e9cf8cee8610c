// SPDX-License-Identifier: Apache-2.0
#include "storage/name_table.h"

#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "wire/fscc/name_upcase.h"

enum {
	SLOTS_MIN = 16, // a power of two, as all sizes are
	TEXT_MIN = 512,
	TEXT_EMPTY = 0,   // a slot that never held a name
	TEXT_REMOVED = 1, // one that did: a search goes on past it
	TEXT_FIRST = 2
};

struct slot {
	uint32_t hash;
	uint32_t text; // offset of the name in texts, or TEXT_EMPTY, TEXT_REMOVED
};

struct name_table {
	struct name_hash_key key;
	struct slot *slots;
	char *texts; // names with their NULs, removed ones too until the next rebuild
	size_t slot_count;
	size_t used; // slots not TEXT_EMPTY
	size_t count;
	size_t text_len;
	size_t text_cap;
	size_t text_dead; // bytes of removed names
};

// Sizes of a table's two arrays; a rebuild makes new ones.
static int table_alloc(struct name_table *t, size_t slots, size_t text_cap)
{
	t->slots = calloc(slots, sizeof(*t->slots));
	t->texts = malloc(text_cap);
	if (t->slots == NULL || t->texts == NULL) {
		free(t->slots);
		free(t->texts);
		return -ENOMEM;
	}
	t->slot_count = slots;
	t->text_cap = text_cap;
	t->text_len = TEXT_FIRST;
	t->used = t->count = t->text_dead = 0;
	return 0;
}

struct name_table *name_table_new(void)
{
	struct name_table *t = calloc(1, sizeof(*t));
	if (t == NULL)
		return NULL;
	if (getrandom(&t->key, sizeof(t->key), 0) != (ssize_t)sizeof(t->key) ||
		table_alloc(t, SLOTS_MIN, TEXT_MIN) < 0) {
		free(t);
		return NULL;
	}
	return t;
}

void name_table_free(struct name_table *t)
{
	if (t == NULL)
		return;
	free(t->slots);
	free(t->texts);
	free(t);
}

static uint32_t table_hash(const struct name_table *t, const char *name)
{
	return (uint32_t)name_hash(name, &t->key);
}

static const char *slot_name(const struct name_table *t, const struct slot *s)
{
	return s->text < TEXT_FIRST ? NULL : t->texts + s->text;
}

// The exact spelling's slot, or NULL.
static struct slot *table_find_exact(const struct name_table *t, const char *name, uint32_t hash)
{
	size_t mask = t->slot_count - 1;
	for (size_t i = hash & mask; t->slots[i].text != TEXT_EMPTY; i = (i + 1) & mask) {
		const char *text = slot_name(t, &t->slots[i]);
		if (text != NULL && t->slots[i].hash == hash && strcmp(text, name) == 0)
			return &t->slots[i];
	}
	return NULL;
}

// Room for the text and a slot has been made.
static void table_put(struct name_table *t, const char *name, size_t size, uint32_t hash)
{
	size_t mask = t->slot_count - 1, i = hash & mask;
	while (t->slots[i].text != TEXT_EMPTY)
		i = (i + 1) & mask;
	memcpy(t->texts + t->text_len, name, size);
	t->slots[i] = (struct slot){ .hash = hash, .text = (uint32_t)t->text_len };
	t->text_len += size;
	t->used++;
	t->count++;
}

// Copies what is alive into arrays with room for as much again and one name of `size` bytes.
static int table_rebuild(struct name_table *t, size_t size)
{
	struct name_table fresh = { .key = t->key };
	size_t slots = SLOTS_MIN, text_cap = 2 * (t->text_len - t->text_dead + size) + TEXT_MIN;
	while (slots < 3 * (t->count + 1))
		slots *= 2;
	if (text_cap > UINT32_MAX)
		return -ENOMEM;
	if (table_alloc(&fresh, slots, text_cap) < 0)
		return -ENOMEM;
	for (size_t i = 0; i < t->slot_count; i++) {
		const char *name = slot_name(t, &t->slots[i]);
		if (name != NULL)
			table_put(&fresh, name, strlen(name) + 1, t->slots[i].hash);
	}
	free(t->slots);
	free(t->texts);
	*t = fresh;
	return 0;
}

int name_table_add(struct name_table *t, const char *name)
{
	uint32_t hash = table_hash(t, name);
	size_t size = strlen(name) + 1;
	if (table_find_exact(t, name, hash) != NULL)
		return 0;
	if (4 * (t->used + 1) > 3 * t->slot_count || t->text_cap - t->text_len < size) {
		int rc = table_rebuild(t, size);
		if (rc < 0)
			return rc;
	}
	table_put(t, name, size, hash);
	return 0;
}

void name_table_remove(struct name_table *t, const char *name)
{
	struct slot *s = table_find_exact(t, name, table_hash(t, name));
	if (s == NULL)
		return;
	s->text = TEXT_REMOVED;
	t->count--;
	t->text_dead += strlen(name) + 1;
}

const char *name_table_find(const struct name_table *t, const char *name)
{
	uint32_t hash = table_hash(t, name);
	size_t mask = t->slot_count - 1;
	const char *best = NULL;
	for (size_t i = hash & mask; t->slots[i].text != TEXT_EMPTY; i = (i + 1) & mask) {
		const char *text = slot_name(t, &t->slots[i]);
		if (text == NULL || t->slots[i].hash != hash)
			continue;
		if (strcmp(text, name) == 0)
			return text;
		if (name_equal(text, name) && (best == NULL || strcmp(text, best) < 0))
			best = text;
	}
	return best;
}

size_t name_table_count(const struct name_table *t)
{
	return t->count;
}

size_t name_table_bytes(const struct name_table *t)
{
	return sizeof(*t) + t->slot_count * sizeof(*t->slots) + t->text_cap;
}
