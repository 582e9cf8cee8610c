// SPDX-License-Identifier: Apache-2.0
#include "../test_support.h"

#include <semaphore.h>
#include <time.h>
#include <unistd.h>

#include "server/loop.h"

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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_comes_during_a_turn_that_ends_early_is_run),
	};
	return RUN_TESTS(tests);
}
