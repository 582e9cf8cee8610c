// SPDX-License-Identifier: Apache-2.0
#include "server/loop.h"

#include <errno.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "server/connection.h"
#include "base/scheduling.h"

enum { LOOP_TICK_MS = 1000 };

// In the order of posting.
static struct loop_task *mailbox_take(struct loop *l)
{
	struct loop_task *latest = atomic_exchange(&l->mailbox, NULL);
	struct loop_task *first = NULL;
	while (latest != NULL) {
		struct loop_task *t = latest;
		latest = t->next;
		t->next = first;
		first = t;
	}
	return first;
}

static struct loop_task *mailbox_next(struct loop *l)
{
	if (l->mailbox_rest == NULL)
		l->mailbox_rest = mailbox_take(l);
	struct loop_task *t = l->mailbox_rest;
	if (t != NULL)
		l->mailbox_rest = t->next; // the task may be gone once it ran
	return t;
}

// The two cannot fail in a way that would matter: an eventfd that is full wakes, one that is empty does not.
static void loop_wake(const struct loop *l)
{
	uint64_t one = 1;
	ssize_t n = write(l->wake_fd, &one, sizeof(one));
	(void)n;
}

static void loop_sleep(const struct loop *l)
{
	uint64_t count;
	ssize_t n = read(l->wake_fd, &count, sizeof(count));
	(void)n;
}

// Ends either with an empty mailbox or with another wake to come. Wakes coalesce, so neither the rest of
// a turn nor what was posted meanwhile may rely on the other's.
static void loop_run_mailbox(uv_poll_t *wake, int status UNUSED, int events UNUSED)
{
	struct loop *l = wake->data;
	loop_sleep(l); // before the mailbox is looked into
	turn_begin(l);
	do {
		struct loop_task *t = mailbox_next(l);
		if (t == NULL) {
			loop_check_stopped(l);
			return;
		}
		t->run(t);
	} while (!turn_is_over(l));
	loop_wake(l);
}

void loop_post(struct loop *l, struct loop_task *task)
{
	task->next = atomic_load(&l->mailbox);
	while (!atomic_compare_exchange_weak(&l->mailbox, &task->next, task))
		;
	loop_wake(l); // the task may have run by now
}

static void loop_on_tick(uv_timer_t *tick)
{
	struct loop *l = tick->data;
	struct connection *next;
	for (struct connection *c = l->connections; c != NULL; c = next) {
		next = c->next;
		connection_check_time(c);
	}
}

static void *loop_thread(void *arg)
{
	struct loop *l = arg;
	thread_becomes_loop();
	uv_run(&l->uv, UV_RUN_DEFAULT);
	return NULL;
}

static int loop_init(struct loop *l)
{
	l->wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (l->wake_fd < 0)
		return -errno;
	int err = uv_loop_init(&l->uv);
	if (err != 0)
		return err;
	l->wake.data = l;
	l->tick.data = l;
	err = turns_init(l);
	if (err != 0)
		return err;
	(void)uv_timer_init(&l->uv, &l->tick);
	(void)uv_timer_start(&l->tick, loop_on_tick, LOOP_TICK_MS, LOOP_TICK_MS);
	err = uv_poll_init(&l->uv, &l->wake, l->wake_fd);
	return err != 0 ? err : uv_poll_start(&l->wake, UV_READABLE, loop_run_mailbox);
}

int loop_start(struct loop *l, struct server *server)
{
	l->server = server;
	int err = loop_init(l);
	return err != 0 ? err : -pthread_create(&l->thread, NULL, loop_thread, l);
}

struct stop_task {
	struct loop_task task;
	struct loop *loop;
};

// The handles of the loop itself go last: once the connections' own closing has come back, uv_run
// has nothing left to wait for and returns.
static void loop_begin_stop(struct loop_task *task)
{
	struct loop *l = CONTAINER_OF(task, struct stop_task, task)->loop;
	l->stopping = true;
	struct connection *next;
	for (struct connection *c = l->connections; c != NULL; c = next) {
		next = c->next;
		connection_close(c, CONNECTION_END_SERVER_STOP);
	}
	loop_check_stopped(l);
}

void loop_check_stopped(struct loop *l)
{
	if (!l->stopping || l->connections != NULL || l->work_count != 0 || l->mailbox_rest != NULL ||
		l->turns.first != NULL || uv_is_closing((uv_handle_t *)&l->wake))
		return;
	turns_close(l);
	uv_close((uv_handle_t *)&l->tick, NULL);
	uv_close((uv_handle_t *)&l->wake, NULL);
}

void loop_stop(struct loop *l)
{
	struct stop_task stop = { .task = { .run = loop_begin_stop }, .loop = l };
	loop_post(l, &stop.task);
	pthread_join(l->thread, NULL);
}

void loop_done(struct loop *l)
{
	(void)uv_loop_close(&l->uv);
	(void)close(l->wake_fd);
}
