// SPDX-License-Identifier: Apache-2.0
#include "detect/distinct.h"

#include <stdlib.h>
#include <string.h>

enum { FIRST_CAP = 8 };

static void item_remove(struct distinct *d, size_t i)
{
	free(d->items[i].name);
	d->items[i] = d->items[--d->count];
}

static void forget_old(struct distinct *d, uint64_t window_us, uint64_t now_us)
{
	for (size_t i = d->count; i > 0; i--)
		if (now_us > d->items[i - 1].last_us + window_us)
			item_remove(d, i - 1);
}

static void make_room(struct distinct *d)
{
	size_t oldest = 0;
	for (size_t i = 1; i < d->count; i++)
		if (d->items[i].last_us < d->items[oldest].last_us)
			oldest = i;
	item_remove(d, oldest);
}

static bool grow(struct distinct *d)
{
	if (d->count < d->cap)
		return true;
	size_t cap = d->cap == 0 ? FIRST_CAP : d->cap * 2;
	struct distinct_item *items = reallocarray(d->items, cap, sizeof(*items));
	if (items == NULL)
		return false;
	d->items = items;
	d->cap = cap;
	return true;
}

struct distinct_item *distinct_find(struct distinct *d, const char *name)
{
	for (size_t i = 0; i < d->count; i++)
		if (strcmp(d->items[i].name, name) == 0)
			return &d->items[i];
	return NULL;
}

struct distinct_item *distinct_add(
	struct distinct *d, const char *name, uint64_t packet, uint64_t window_us, uint64_t now_us)
{
	struct distinct_item *item = distinct_find(d, name);
	if (item == NULL) {
		forget_old(d, window_us, now_us);
		if (d->count >= DISTINCT_MAX)
			make_room(d);
		char *copy = grow(d) ? strdup(name) : NULL;
		if (copy == NULL)
			return NULL;
		item = &d->items[d->count++];
		*item = (struct distinct_item){ .name = copy, .packet = packet };
	}
	item->last_us = now_us;
	item->count++;
	return item;
}

void distinct_free(struct distinct *d)
{
	for (size_t i = 0; i < d->count; i++)
		free(d->items[i].name);
	free(d->items);
	*d = (struct distinct){ NULL, 0, 0 };
}
