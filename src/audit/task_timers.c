// SPDX-License-Identifier: Apache-2.0
// A heap of the times at which tasks wake: the next one is at its top.
#include <errno.h>
#include <stdlib.h>

#include "audit/task_state.h"

static void heap_place(struct scheduler *s, size_t at, struct task *t)
{
	s->heap[at] = t;
	t->timer = (ptrdiff_t)at;
}

static void heap_rise(struct scheduler *s, size_t at)
{
	struct task *t = s->heap[at];
	for (; at > 0 && s->heap[(at - 1) / 2]->wake_ms > t->wake_ms; at = (at - 1) / 2)
		heap_place(s, at, s->heap[(at - 1) / 2]);
	heap_place(s, at, t);
}

static void heap_sink(struct scheduler *s, size_t at)
{
	struct task *t = s->heap[at];
	for (size_t child; (child = 2 * at + 1) < s->heap_len; at = child) {
		if (child + 1 < s->heap_len && s->heap[child + 1]->wake_ms < s->heap[child]->wake_ms)
			child++;
		if (s->heap[child]->wake_ms >= t->wake_ms)
			break;
		heap_place(s, at, s->heap[child]);
	}
	heap_place(s, at, t);
}

// There is room for every task (task_timers_reserve).
void task_timer_set(struct scheduler *s, struct task *t, uint64_t wake_ms)
{
	t->wake_ms = wake_ms;
	s->heap[s->heap_len] = t;
	heap_rise(s, s->heap_len++);
}

void task_timer_clear(struct scheduler *s, struct task *t)
{
	if (t->timer == TASK_NOT_TIMED)
		return;
	size_t at = (size_t)t->timer;
	struct task *last = s->heap[--s->heap_len];
	t->timer = TASK_NOT_TIMED;
	if (last == t)
		return;
	heap_place(s, at, last);
	heap_rise(s, at);
	heap_sink(s, (size_t)last->timer);
}

int task_timers_reserve(struct scheduler *s, size_t len)
{
	if (len <= s->heap_cap)
		return 0;
	size_t cap = s->heap_cap == 0 ? 64 : 2 * s->heap_cap;
	struct task **heap = realloc(s->heap, cap * sizeof(struct task *));
	if (heap == NULL)
		return -ENOMEM;
	s->heap = heap;
	s->heap_cap = cap;
	return 0;
}
