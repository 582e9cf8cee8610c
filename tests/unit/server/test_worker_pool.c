// SPDX-License-Identifier: Apache-2.0
#include "../test_support.h"

#include <semaphore.h>
#include <time.h>
#include <unistd.h>

#include "server/worker_pool.h"

enum { JOBS = 64 };

// Jobs that hold their workers until they are let go, and count how many do so at once.
struct bench {
	struct loop loop;
	struct worker_pool pool;
	sem_t gate, done;
	atomic_int running, most, ran;
};

struct errand {
	struct worker_job job;
	struct loop_task begin;
	struct bench *bench;
	uint64_t lane;
};

static void errand_run(struct worker_job *job)
{
	struct bench *b = CONTAINER_OF(job, struct errand, job)->bench;
	int now = atomic_fetch_add(&b->running, 1) + 1;
	int most = atomic_load(&b->most);
	while (now > most && !atomic_compare_exchange_weak(&b->most, &most, now))
		;
	(void)sem_wait(&b->gate);
	(void)atomic_fetch_add(&b->ran, 1);
	(void)atomic_fetch_sub(&b->running, 1);
}

static void errand_done(struct worker_job *job)
{
	(void)sem_post(&CONTAINER_OF(job, struct errand, job)->bench->done);
}

// On the loop, as the pool wants it.
static void errand_begin(struct loop_task *task)
{
	struct errand *e = CONTAINER_OF(task, struct errand, begin);
	e->job = (struct worker_job){ .loop = &e->bench->loop, .owner = e->bench };
	e->job.run = errand_run;
	e->job.done = errand_done;
	worker_pool_start(&e->bench->pool, &e->job, e->lane);
}

static void bench_begin(struct bench *b)
{
	*b = (struct bench){ 0 };
	(void)sem_init(&b->gate, 0, 0);
	(void)sem_init(&b->done, 0, 0);
	assert_int_equal(worker_pool_init(&b->pool), 0);
	assert_int_equal(loop_start(&b->loop, NULL), 0);
}

static void bench_end(struct bench *b)
{
	loop_stop(&b->loop);
	worker_pool_done(&b->pool);
	loop_done(&b->loop);
}

static void errands_start(struct bench *b, struct errand *errands, int count, uint64_t lane)
{
	for (int i = 0; i < count; i++) {
		errands[i] = (struct errand){ .begin.run = errand_begin, .bench = b, .lane = lane };
		loop_post(&b->loop, &errands[i].begin);
	}
}

static bool come_to_run(struct bench *b, int count)
{
	for (int i = 0; i < 1000 && atomic_load(&b->running) < count; i++)
		(void)usleep(10000);
	(void)usleep(20000); // and no more of them
	return atomic_load(&b->running) == count;
}

static void let_go(struct bench *b, int count)
{
	for (int i = 0; i < count; i++)
		(void)sem_post(&b->gate);
}

static bool are_done(struct bench *b, int count)
{
	struct timespec until;
	(void)clock_gettime(CLOCK_REALTIME, &until);
	until.tv_sec += 10;
	for (int i = 0; i < count; i++) {
		if (sem_timedwait(&b->done, &until) != 0)
			return false;
	}
	return true;
}

static void a_share_that_hangs_has_half_of_the_workers(void **state UNUSED)
{
	static struct bench b;
	static struct errand first[JOBS], second[JOBS];
	bench_begin(&b);
	errands_start(&b, first, JOBS, 7);
	assert_true(come_to_run(&b, WORKER_THREADS / 2));
	errands_start(&b, second, JOBS, 8);
	assert_true(come_to_run(&b, WORKER_THREADS / 2 + WORKER_THREADS / 4));
	let_go(&b, 2 * JOBS);
	assert_true(are_done(&b, 2 * JOBS));
	assert_int_equal(atomic_load(&b.ran), 2 * JOBS);
	bench_end(&b);
}

static void check_that_computes(uint64_t lane)
{
	static struct bench b;
	static struct errand errands[JOBS];
	long processors = sysconf(_SC_NPROCESSORS_ONLN);
	int expected = processors < WORKER_THREADS / 2 ? (int)processors : WORKER_THREADS / 2;
	bench_begin(&b);
	errands_start(&b, errands, JOBS, lane);
	assert_true(come_to_run(&b, expected));
	let_go(&b, JOBS);
	assert_true(are_done(&b, JOBS));
	assert_int_equal(atomic_load(&b.most), expected);
	bench_end(&b);
}

static void what_computes_has_as_many_workers_as_there_are_processors(void **state UNUSED)
{
	check_that_computes(LANE_COMPUTES | 7);
	check_that_computes(LANE_IS_LARGE | 7);
}

static void what_is_withdrawn_is_done_without_having_run(void **state UNUSED)
{
	static struct bench b;
	static struct errand errands[JOBS];
	bench_begin(&b);
	errands_start(&b, errands, JOBS, 7);
	assert_true(come_to_run(&b, WORKER_THREADS / 2));
	worker_pool_withdraw(&b.pool, &b);
	assert_true(are_done(&b, JOBS - WORKER_THREADS / 2));
	let_go(&b, WORKER_THREADS / 2);
	assert_true(are_done(&b, WORKER_THREADS / 2));
	assert_int_equal(atomic_load(&b.ran), WORKER_THREADS / 2);
	bench_end(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_share_that_hangs_has_half_of_the_workers),
		cmocka_unit_test(what_computes_has_as_many_workers_as_there_are_processors),
		cmocka_unit_test(what_is_withdrawn_is_done_without_having_run),
	};
	return RUN_TESTS(tests);
}
