// SPDX-License-Identifier: Apache-2.0
#include "audit/target_index.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <strings.h>

#include "base/secret.h"

enum { SLOTS_MIN = 64 };

// Slots hold a target's place plus 1; 0: free. Never more than half of them are taken.
struct target_index {
	uint32_t *slots;
	size_t cap, count;
	uint64_t seed; // lists of targets come from elsewhere, and nobody shall choose where they end up
};

struct target_index *target_index_new(void)
{
	struct target_index *x = calloc(1, sizeof(*x));
	if (x == NULL)
		return NULL;
	random_bytes(&x->seed, sizeof(x->seed));
	x->cap = SLOTS_MIN;
	x->slots = calloc(x->cap, sizeof(*x->slots));
	if (x->slots != NULL)
		return x;
	free(x);
	return NULL;
}

void target_index_free(struct target_index *x)
{
	if (x == NULL)
		return;
	free(x->slots);
	free(x);
}

static uint64_t mix(uint64_t h)
{
	h ^= h >> 32;
	h *= 0x9E3779B97F4A7C15u;
	return h ^ (h >> 29);
}

static uint64_t hash_of(const struct target_index *x, const struct target *t)
{
	uint64_t h = mix(x->seed ^ t->port);
	for (const char *c = t->host; *c != '\0'; c++)
		h = mix(h ^ (uint64_t)(unsigned char)tolower((unsigned char)*c));
	return h;
}

static bool is_same(const struct target *a, const struct target *b)
{
	return a->port == b->port && strcasecmp(a->host, b->host) == 0;
}

// Its slot, or the free one where it belongs.
static size_t slot_of(const struct target_index *x, const struct target *all, const struct target *t)
{
	size_t at = (size_t)hash_of(x, t) & (x->cap - 1);
	while (x->slots[at] != 0 && !is_same(&all[x->slots[at] - 1], t))
		at = (at + 1) & (x->cap - 1);
	return at;
}

bool target_index_has(const struct target_index *x, const struct target *all, const struct target *t)
{
	return x->slots[slot_of(x, all, t)] != 0;
}

static int grow(struct target_index *x, const struct target *all)
{
	struct target_index bigger = { .cap = 2 * x->cap, .count = x->count, .seed = x->seed };
	bigger.slots = calloc(bigger.cap, sizeof(*bigger.slots));
	if (bigger.slots == NULL)
		return -ENOMEM;
	for (size_t i = 0; i < x->cap; i++)
		if (x->slots[i] != 0)
			bigger.slots[slot_of(&bigger, all, &all[x->slots[i] - 1])] = x->slots[i];
	free(x->slots);
	*x = bigger;
	return 0;
}

int target_index_add(struct target_index *x, const struct target *all, size_t at)
{
	int rc = 2 * (x->count + 1) > x->cap ? grow(x, all) : 0;
	if (rc < 0)
		return rc;
	x->slots[slot_of(x, all, &all[at])] = (uint32_t)at + 1;
	x->count++;
	return 0;
}
