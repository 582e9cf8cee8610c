// SPDX-License-Identifier: Apache-2.0
#include "../test_support.h"

#include <pthread.h>
#include <sched.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/scheduling.h"

// What sched_getattr(2) tells of the calling thread.
struct told {
	uint32_t size;
	uint32_t policy;
	uint64_t flags;
	int32_t nice;
	uint32_t priority;
	uint64_t slice_ns; // 0: the kernel does not tell
	uint64_t deadline_ns;
	uint64_t period_ns;
};

static struct told told_now(void)
{
	struct told t = { 0 };
	assert_int_equal(syscall(SYS_sched_getattr, 0, &t, sizeof(t), 0), 0);
	return t;
}

struct becoming {
	void (*become)(void);
	struct told *told; // before and after
};

static void *tell_around(void *arg)
{
	struct becoming *b = arg;
	b->told[0] = told_now();
	b->become();
	b->told[1] = told_now();
	return NULL;
}

// In a thread of its own: what it becomes, it stays.
static void in_thread(void (*become)(void), struct told told[2])
{
	struct becoming b = { become, told };
	pthread_t thread;
	assert_int_equal(pthread_create(&thread, NULL, tell_around, &b), 0);
	assert_int_equal(pthread_join(thread, NULL), 0);
}

static void loop_asks_for_short_turns(void **state UNUSED)
{
	struct told told[2];
	in_thread(thread_becomes_loop, told);
	assert_int_equal(told[1].nice, told[0].nice);
	assert_int_equal(told[1].policy, SCHED_OTHER);
	if (told[0].slice_ns == 0)
		skip(); // before Linux 6.12
	assert_true(told[1].slice_ns < told[0].slice_ns);
}

static void who_may_take_long_steps_back(void **state UNUSED)
{
	struct told loop[2];
	struct told worker[2];
	struct told background[2];
	in_thread(thread_becomes_loop, loop);
	in_thread(thread_becomes_worker, worker);
	in_thread(thread_becomes_background, background);
	if (worker[0].nice >= 10)
		skip(); // the tests themselves were sent back
	assert_true(background[1].nice > background[0].nice);
	assert_true(worker[1].nice > background[1].nice); // who loses no events beside workers
	assert_int_equal(worker[1].policy, SCHED_BATCH);  // does not put off the loop that woke it
	assert_int_equal(background[1].policy, SCHED_BATCH);
	if (loop[1].slice_ns == 0)
		skip();                                     // before Linux 6.12
	assert_true(worker[1].slice_ns > loop[1].slice_ns); // so a loop may interrupt it
	assert_true(background[1].slice_ns > loop[1].slice_ns);
}

static unsigned yields;

// The C library's is not called: nothing is to be given away here, only counted.
int sched_yield(void)
{
	yields++;
	return 0;
}

static void who_takes_long_steps_aside_now_and_then(void **state UNUSED)
{
	enum { CALLS = 10000, LONG_US = 2 * STEP_ASIDE_NS / 1000 };
	(void)usleep(LONG_US);
	yields = 0;
	step_aside();
	assert_int_equal(yields, 1);
	for (unsigned i = 0; i < CALLS; i++)
		step_aside();
	assert_true(yields < CALLS / 10); // a call takes no 25 us
	(void)usleep(LONG_US);
	yields = 0;
	step_aside();
	assert_int_equal(yields, 1);
}

static void only_processors_that_may_be_used_count(void **state UNUSED)
{
	cpu_set_t all;
	cpu_set_t one;
	size_t cpu = 0;
	assert_int_equal(sched_getaffinity(0, sizeof(all), &all), 0);
	assert_int_equal(processors_usable(), (unsigned)CPU_COUNT(&all));
	while (!CPU_ISSET(cpu, &all))
		cpu++;
	CPU_ZERO(&one);
	CPU_SET(cpu, &one);
	assert_int_equal(sched_setaffinity(0, sizeof(one), &one), 0);
	assert_int_equal(processors_usable(), 1);
	assert_int_equal(sched_setaffinity(0, sizeof(all), &all), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(loop_asks_for_short_turns),
		cmocka_unit_test(who_may_take_long_steps_back),
		cmocka_unit_test(who_takes_long_steps_aside_now_and_then),
		cmocka_unit_test(only_processors_that_may_be_used_count),
	};
	return RUN_TESTS(tests);
}
