// SPDX-License-Identifier: Apache-2.0
#include "../test_support.h"

#include <semaphore.h>
#include <time.h>
#include <unistd.h>

#include "server/loop.h"
#include "server/metrics/metrics.h"

// Tasks for a loop that has no server: they only say that they ran.
struct errand {
	struct loop_task task;
	struct loop *loop;
	struct errand *posts; // from another's turn
	sem_t *wait_for;      // before it goes on
	sem_t *done;
	useconds_t takes_us;
};

static void errand_run(struct loop_task *task)
{
	struct errand *e = CONTAINER_OF(task, struct errand, task);
	if (e->wait_for != NULL)
		(void)sem_wait(e->wait_for);
	if (e->posts != NULL)
		loop_post(e->loop, &e->posts->task);
	if (e->takes_us != 0)
		(void)usleep(e->takes_us);
	(void)sem_post(e->done);
}

static bool all_are_done(sem_t *done, int count)
{
	struct timespec until;
	(void)clock_gettime(CLOCK_REALTIME, &until);
	until.tv_sec += 10;
	for (int i = 0; i < count; i++) {
		if (sem_timedwait(done, &until) != 0)
			return false;
	}
	return true;
}

// A turn that ends between two tasks wakes the loop for the second; what came during that turn has
// coalesced with the same wake and must not be left until the next one.
static void what_comes_during_a_turn_that_ends_early_is_run(void **state UNUSED)
{
	static struct loop l;
	sem_t gate, done;
	(void)sem_init(&gate, 0, 0);
	(void)sem_init(&done, 0, 0);
	l = (struct loop){ 0 };
	assert_int_equal(loop_start(&l, NULL), 0);
	struct errand late = { .task.run = errand_run, .loop = &l, .done = &done };
	struct errand first = late, second = late, holds = late;
	first.posts = &late;
	first.takes_us = 2 * TURN_ALONE_NS / 1000;
	holds.wait_for = &gate;
	loop_post(&l, &holds.task);
	loop_post(&l, &first.task); // these two are taken out together
	loop_post(&l, &second.task);
	(void)sem_post(&gate);
	assert_true(all_are_done(&done, 4));
	loop_stop(&l);
	loop_done(&l);
}

// Whether a turn is over when the loop is to look who waits; asked again where the processor was taken away
// from it so long that the turn would have been over in any case.
static bool is_over_after_a_look(struct loop *l)
{
	for (;;) {
		uint64_t began = metrics_now_ns();
		turn_begin(l);
		while (metrics_now_ns() < began + 2 * TURN_NS)
			;
		bool over = turn_is_over(l);
		if (metrics_now_ns() < began + TURN_LONG_NS)
			return over;
	}
}

static void on_readable(uv_poll_t *poll UNUSED, int status UNUSED, int events UNUSED)
{
}

static void a_turn_goes_on_while_nobody_else_has_sent_anything(void **state UNUSED)
{
	static struct loop l;
	uv_poll_t client;
	int fds[2];
	l = (struct loop){ 0 };
	atomic_store(&l.connection_count, 2);
	assert_int_equal(pipe(fds), 0);
	assert_int_equal(uv_loop_init(&l.uv), 0);
	assert_int_equal(turns_init(&l), 0);
	assert_int_equal(uv_poll_init(&l.uv, &client, fds[0]), 0);
	assert_int_equal(uv_poll_start(&client, UV_READABLE, on_readable), 0);
	(void)uv_run(&l.uv, UV_RUN_NOWAIT);
	assert_false(is_over_after_a_look(&l));
	assert_int_equal(write(fds[1], "x", 1), 1);
	assert_true(is_over_after_a_look(&l));
	turn_begin_empty(&l);
	assert_true(turn_is_over(&l));
	uv_close((uv_handle_t *)&client, NULL);
	turns_close(&l);
	assert_int_equal(uv_run(&l.uv, UV_RUN_DEFAULT), 0);
	assert_int_equal(uv_loop_close(&l.uv), 0);
	(void)close(fds[0]);
	(void)close(fds[1]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_comes_during_a_turn_that_ends_early_is_run),
		cmocka_unit_test(a_turn_goes_on_while_nobody_else_has_sent_anything),
	};
	return RUN_TESTS(tests);
}
