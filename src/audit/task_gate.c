// SPDX-License-Identifier: Apache-2.0
#include <stdlib.h>

#include "audit/task_state.h"

struct task_gate {
	unsigned places; // free ones
	struct task_queue waiting;
};

struct task_gate *task_gate_new(unsigned places)
{
	struct task_gate *g = calloc(1, sizeof(*g));
	if (g == NULL)
		return NULL;
	g->places = places;
	task_queue_init(&g->waiting);
	return g;
}

void task_gate_free(struct task_gate *g)
{
	free(g);
}

void task_gate_enter(struct task_gate *g)
{
	struct scheduler *s = scheduler_current();
	if (g->places > 0) {
		g->places--;
		return;
	}
	// Outside of a task there is nobody to wait for.
	if (s == NULL)
		return;
	task_queue_add(&g->waiting, s->current);
	task_park(s);
}

// The place goes to the next one rather than back.
void task_gate_leave(struct task_gate *g)
{
	struct task *next = task_queue_take(&g->waiting);
	if (next == NULL)
		g->places++;
	else
		task_wake(next);
}
