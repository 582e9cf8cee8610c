// SPDX-License-Identifier: Apache-2.0
// The insides of the scheduler, for the files task*.c alone.
#ifndef SIGNET_AUDIT_TASK_STATE_H
#define SIGNET_AUDIT_TASK_STATE_H

#include <stdbool.h>
#include <stddef.h>

#include "audit/task.h"
#include "audit/task_switch.h"

enum { TASK_NOT_TIMED = -1 };

struct task {
	struct task_line line;
	struct scheduler *scheduler;
	void (*routine)(void *context);
	void *context;
	struct task *next; // in the one queue it is in: ready, spare, of a gate
	uint64_t wake_ms;
	ptrdiff_t timer; // its place in the heap, or TASK_NOT_TIMED
	int waiting_fd;  // -1: for none
	bool woken;      // by what it waited for, not by its time
	bool ended;
};

struct task_queue {
	struct task *first, **last;
};

struct task_pool;

struct scheduler {
	int epoll;
	struct task_line own;
	struct task *current; // NULL: the scheduler itself
	struct task_queue ready;
	struct task *spare; // ended; their stacks are used again
	size_t live;
	struct task **heap; // by wake_ms
	size_t heap_len, heap_cap;
	struct task_pool *pool;
};

// The scheduler whose task is running on this thread; NULL: none.
struct scheduler *scheduler_current(void);
void task_queue_init(struct task_queue *q);
void task_queue_add(struct task_queue *q, struct task *t);
struct task *task_queue_take(struct task_queue *q); // NULL: empty
// The running task gives way until task_wake.
void task_park(struct scheduler *s);
void task_wake(struct task *t);

// One timer a task; there has to be room for those of all.
int task_timers_reserve(struct scheduler *s, size_t tasks) WARN_UNUSED;
void task_timer_set(struct scheduler *s, struct task *t, uint64_t wake_ms);
void task_timer_clear(struct scheduler *s, struct task *t);

// Threads that may block.
struct task_pool *task_pool_new(void) WARN_UNUSED;
// Does not wait for work that nobody waits for any more.
void task_pool_free(struct task_pool *p);
int task_pool_event(const struct task_pool *p); // readable: there is something done
// Wakes the tasks whose work is done.
void task_pool_collect(struct task_pool *p);

#endif
