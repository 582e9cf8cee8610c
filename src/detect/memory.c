// SPDX-License-Identifier: Apache-2.0
#include "detect/memory.h"

#include <stdlib.h>

#include "detect/story.h"

static struct detect_table **place_of(void *state, const struct memory_table *t)
{
	return (struct detect_table **)(void *)((char *)state + t->offset);
}

static bool make_table(void *state, const struct memory_table *t, uint32_t max)
{
	if (t->entry_len == 0)
		return true;
	*place_of(state, t) = detect_table_new(t->entry_len, t->part == 0 ? max : max / t->part, t->drop);
	return *place_of(state, t) != NULL;
}

void *memory_begin(const struct detect_context *context, const struct memory_plan *plan)
{
	struct memory *m = calloc(1, plan->state_len);
	if (m == NULL)
		return NULL;
	m->context = *context;
	m->plan = plan;
	bool whole = true;
	for (size_t i = 0; i < MEMORY_TABLES_MAX; i++)
		whole &= make_table(m, &plan->tables[i], context->settings->table_entries_max);
	if (plan->teller != NULL)
		m->stories = stories_new(context, plan->teller, plan->quiet_s, plan->hold_s);
	if (whole && (plan->teller == NULL || m->stories != NULL))
		return m;
	memory_end(m);
	return NULL;
}

void memory_tick(void *state, uint64_t now_us)
{
	struct memory *m = state;
	stories_tick(m->stories, now_us);
}

void memory_finish(void *state)
{
	struct memory *m = state;
	stories_finish(m->stories);
}

void memory_end(void *state)
{
	struct memory *m = state;
	stories_free(m->stories);
	for (size_t i = 0; i < MEMORY_TABLES_MAX; i++) {
		if (m->plan->tables[i].entry_len != 0)
			detect_table_free(*place_of(m, &m->plan->tables[i]));
	}
	free(m);
}
