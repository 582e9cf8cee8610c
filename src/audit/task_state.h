// SPDX-License-Identifier: Apache-2.0
// The insides of the scheduler, for the files task*.c alone.
#ifndef SIGNET_AUDIT_TASK_STATE_H
#define SIGNET_AUDIT_TASK_STATE_H

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>

#include "audit/task.h"
#include "audit/task_switch.h"

enum { TASK_WORKERS_MAX = 8, TASK_NOT_TIMED = -1 };

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

struct task_work {
	void (*work)(void *context);
	void *context;
	struct task *task;
	struct task_work *next;
};

struct task_works {
	struct task_work *first, **last;
};

// Threads that may block. What is here belongs to the lock.
struct task_pool {
	pthread_mutex_t lock;
	pthread_cond_t more;
	pthread_t workers[TASK_WORKERS_MAX];
	unsigned worker_count, idle;
	bool ending;
	struct task_works asked, done;
	int event; // eventfd: there is something done
};

struct scheduler {
	int epoll;
	struct task_line own;
	struct task *current; // NULL: the scheduler itself
	struct task_queue ready;
	struct task *spare; // ended; their stacks are used again
	size_t live;
	struct task **heap; // by wake_ms
	size_t heap_len, heap_cap;
	struct task_pool pool;
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

int task_pool_init(struct task_pool *p) WARN_UNUSED;
void task_pool_done(struct task_pool *p);
// Wakes the tasks whose work is done.
void task_pool_collect(struct task_pool *p);

#endif
