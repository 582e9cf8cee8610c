// SPDX-License-Identifier: Apache-2.0
// The scheduler: a queue of who can run, an epoll and a heap of times for who waits.
#include "audit/task.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <time.h>
#include <unistd.h>

#include "audit/task_state.h"
#include "base/filetime.h"

enum { EVENTS_PER_ROUND = 256 };

// Which scheduler's task is running is a property of the thread, as its stack is; probes far down the stack
// wait without having been handed one.
static _Thread_local struct scheduler *scheduler_of_thread;

struct scheduler *scheduler_current(void)
{
	struct scheduler *s = scheduler_of_thread;
	return s != NULL && s->current != NULL ? s : NULL;
}

// --- queues -----------------------------------------------------------------------------------------

void task_queue_init(struct task_queue *q)
{
	q->first = NULL;
	q->last = &q->first;
}

void task_queue_add(struct task_queue *q, struct task *t)
{
	t->next = NULL;
	*q->last = t;
	q->last = &t->next;
}

struct task *task_queue_take(struct task_queue *q)
{
	struct task *t = q->first;
	if (t == NULL)
		return NULL;
	q->first = t->next;
	if (q->first == NULL)
		q->last = &q->first;
	return t;
}

// --- tasks ------------------------------------------------------------------------------------------

void task_park(struct scheduler *s)
{
	struct task *t = s->current;
	task_line_switch(&t->line, &s->own);
}

void task_wake(struct task *t)
{
	task_timer_clear(t->scheduler, t);
	t->woken = true;
	task_queue_add(&t->scheduler->ready, t);
}

static void task_main(void)
{
	struct scheduler *s = scheduler_of_thread;
	struct task *t = s->current;
	task_line_began(&s->own);
	t->routine(t->context);
	t->ended = true;
	task_line_leave(&t->line, &s->own);
}

static struct task *task_make(struct scheduler *s)
{
	struct task *t = s->spare;
	if (t != NULL) {
		s->spare = t->next;
		return t;
	}
	t = calloc(1, sizeof(*t));
	if (t == NULL || task_stack_make(&t->line.stack) < 0) {
		free(t);
		return NULL;
	}
	return t;
}

int scheduler_start(struct scheduler *s, void (*routine)(void *context), void *context)
{
	int rc = task_timers_reserve(s, s->live + 1);
	struct task *t = rc == 0 ? task_make(s) : NULL;
	if (t == NULL)
		return -ENOMEM;
	t->scheduler = s;
	t->routine = routine;
	t->context = context;
	t->timer = TASK_NOT_TIMED;
	t->waiting_fd = -1;
	t->ended = false;
	task_line_prepare(&t->line, task_main);
	s->live++;
	task_queue_add(&s->ready, t);
	return 0;
}

static void task_run(struct scheduler *s, struct task *t)
{
	s->current = t;
	task_line_switch(&s->own, &t->line);
	s->current = NULL;
	if (!t->ended)
		return;
	task_line_done(&t->line);
	s->live--;
	t->next = s->spare;
	s->spare = t;
}

// --- waiting ----------------------------------------------------------------------------------------

// A descriptor that a task waits for again and again stays in the set, disarmed.
static int arm(struct scheduler *s, int fd, short events)
{
	struct epoll_event e = { .events = EPOLLONESHOT, .data.ptr = s->current };
	if ((events & POLLIN) != 0)
		e.events |= EPOLLIN;
	if ((events & POLLOUT) != 0)
		e.events |= EPOLLOUT;
	if (epoll_ctl(s->epoll, EPOLL_CTL_MOD, fd, &e) == 0)
		return 0;
	if (errno == ENOENT && epoll_ctl(s->epoll, EPOLL_CTL_ADD, fd, &e) == 0)
		return 0;
	return -errno;
}

static int poll_alone(int fd, short events, int timeout_ms)
{
	struct pollfd p = { .fd = fd, .events = events };
	int rc = poll(&p, 1, timeout_ms);
	return rc < 0 ? -errno : rc;
}

int task_wait_fd(int fd, short events, int timeout_ms)
{
	struct scheduler *s = scheduler_current();
	if (s == NULL)
		return poll_alone(fd, events, timeout_ms);
	struct task *t = s->current;
	int rc = arm(s, fd, events);
	if (rc < 0)
		return rc;
	t->waiting_fd = fd;
	t->woken = false;
	if (timeout_ms >= 0)
		task_timer_set(s, t, monotonic_ms() + (uint64_t)timeout_ms);
	task_park(s);
	t->waiting_fd = -1;
	return t->woken ? 1 : 0;
}

void task_sleep(unsigned ms)
{
	struct scheduler *s = scheduler_current();
	if (s == NULL) {
		struct timespec ts = { .tv_sec = ms / 1000, .tv_nsec = (long)(ms % 1000) * 1000000 };
		(void)nanosleep(&ts, NULL);
		return;
	}
	task_timer_set(s, s->current, monotonic_ms() + ms);
	task_park(s);
}

// Its time is over: what it waited for must not wake it later, when it may wait for something else.
static void time_out(struct scheduler *s, struct task *t)
{
	task_timer_clear(s, t);
	if (t->waiting_fd >= 0)
		(void)epoll_ctl(s->epoll, EPOLL_CTL_DEL, t->waiting_fd, NULL);
	task_queue_add(&s->ready, t);
}

// --- the scheduler ----------------------------------------------------------------------------------

struct scheduler *scheduler_new(void)
{
	struct scheduler *s = calloc(1, sizeof(*s));
	if (s == NULL)
		return NULL;
	task_queue_init(&s->ready);
	s->epoll = epoll_create1(EPOLL_CLOEXEC);
	s->pool = task_pool_new();
	// The pool's event has no task.
	struct epoll_event e = { .events = EPOLLIN };
	if (s->epoll >= 0 && s->pool != NULL &&
		epoll_ctl(s->epoll, EPOLL_CTL_ADD, task_pool_event(s->pool), &e) == 0)
		return s;
	task_pool_free(s->pool);
	if (s->epoll >= 0)
		(void)close(s->epoll);
	free(s);
	return NULL;
}

void scheduler_free(struct scheduler *s)
{
	if (s == NULL)
		return;
	task_pool_free(s->pool);
	while (s->spare != NULL) {
		struct task *t = s->spare;
		s->spare = t->next;
		task_stack_free(&t->line.stack);
		free(t);
	}
	(void)close(s->epoll);
	free(s->heap);
	free(s);
}

static void run_ready(struct scheduler *s)
{
	// Who becomes ready meanwhile has to wait for the next round, so that events are looked at in
	// between.
	struct task_queue round = s->ready;
	if (round.first == NULL)
		return;
	task_queue_init(&s->ready);
	for (struct task *t; (t = task_queue_take(&round)) != NULL;)
		task_run(s, t);
}

static int wait_time(const struct scheduler *s, uint64_t until)
{
	if (s->ready.first != NULL)
		return 0;
	if (s->heap_len > 0 && s->heap[0]->wake_ms < until)
		until = s->heap[0]->wake_ms;
	uint64_t now = monotonic_ms();
	return until > now ? (int)(until - now) : 0;
}

static int collect(struct scheduler *s, uint64_t until)
{
	struct epoll_event events[EVENTS_PER_ROUND];
	int count = epoll_wait(s->epoll, events, EVENTS_PER_ROUND, wait_time(s, until));
	if (count < 0)
		return errno == EINTR ? 0 : -errno;
	for (int i = 0; i < count; i++) {
		if (events[i].data.ptr == NULL)
			task_pool_collect(s->pool);
		else
			task_wake(events[i].data.ptr);
	}
	uint64_t now = monotonic_ms();
	while (s->heap_len > 0 && s->heap[0]->wake_ms <= now)
		time_out(s, s->heap[0]);
	return 0;
}

int scheduler_run(struct scheduler *s, unsigned tick_ms, void (*on_tick)(void *context), void *context)
{
	struct scheduler *before = scheduler_of_thread;
	uint64_t tick = monotonic_ms() + tick_ms;
	int rc = 0;
	scheduler_of_thread = s;
	task_line_of_thread(&s->own);
	while (rc == 0 && s->live > 0) {
		run_ready(s);
		if (s->live > 0)
			rc = collect(s, tick);
		if (monotonic_ms() < tick)
			continue;
		tick = monotonic_ms() + tick_ms;
		if (on_tick != NULL)
			on_tick(context);
	}
	scheduler_of_thread = before;
	return rc;
}
