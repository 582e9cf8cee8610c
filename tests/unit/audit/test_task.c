// SPDX-License-Identifier: Apache-2.0
// Tasks against the kernel: pipes, timers and threads as they are.
#include "../test_support.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "audit/task.h"
#include "base/filetime.h"

// MANY tasks at once; so many of them wait for descriptors.
enum { DESCRIPTORS = MANY < 500 ? MANY / 2 : 500 };

static struct scheduler *scheduler_make(void **state)
{
	struct scheduler *s = scheduler_new();
	(void)state;
	assert_non_null(s);
	return s;
}

static void run(struct scheduler *s)
{
	assert_int_equal(scheduler_run(s, 1000, NULL, NULL), 0);
	scheduler_free(s);
}

// --- many -------------------------------------------------------------------------------------------

struct waiter {
	int fd;
	unsigned *count;
};

static void wait_in_vain(void *context)
{
	struct waiter *w = context;
	if (task_wait_fd(w->fd, POLLIN, 300) == 0)
		(*w->count)++;
}

static void sleep_often(void *context)
{
	struct waiter *w = context;
	for (unsigned i = 0; i < 5; i++)
		task_sleep(i * 7 % 20);
	(*w->count)++;
}

// All wait at the same time, so all of it takes hardly longer than one of them.
static void test_many(void **state)
{
	struct scheduler *s = scheduler_make(state);
	static struct waiter waiters[MANY];
	unsigned count = 0;
	int silent[2];
	assert_int_equal(pipe2(silent, O_CLOEXEC), 0);
	for (size_t i = 0; i < MANY; i++) {
		bool waits = i < (size_t)DESCRIPTORS;
		waiters[i] = (struct waiter){ waits ? dup(silent[0]) : -1, &count };
		assert_int_equal(scheduler_start(s, waits ? wait_in_vain : sleep_often, &waiters[i]), 0);
	}
	uint64_t before = monotonic_ms();
	run(s);
	assert_int_equal(count, MANY);
	assert_in_range(monotonic_ms() - before, 299, 20000);
	for (size_t i = 0; i < (size_t)DESCRIPTORS; i++)
		(void)close(waiters[i].fd);
	(void)close(silent[0]);
	(void)close(silent[1]);
}

// --- descriptors ------------------------------------------------------------------------------------

struct pair {
	int in, out; // read from, written to
	unsigned rounds, seen, timeouts;
};

static void ping(void *context)
{
	struct pair *p = context;
	char byte = 'x';
	for (unsigned i = 0; i < p->rounds; i++) {
		if (write(p->out, &byte, 1) != 1 || task_wait_fd(p->in, POLLIN, 5000) != 1)
			return;
		p->seen += (unsigned)(read(p->in, &byte, 1) == 1);
	}
}

static void test_ping_pong(void **state)
{
	struct scheduler *s = scheduler_make(state);
	int one[2];
	int other[2];
	assert_int_equal(pipe2(one, O_CLOEXEC), 0);
	assert_int_equal(pipe2(other, O_CLOEXEC), 0);
	struct pair a = { one[0], other[1], 1000, 0, 0 };
	struct pair b = { other[0], one[1], 1000, 0, 0 };
	assert_int_equal(scheduler_start(s, ping, &a), 0);
	assert_int_equal(scheduler_start(s, ping, &b), 0);
	run(s);
	assert_int_equal(a.seen, 1000);
	assert_int_equal(b.seen, 1000);
	for (int i = 0; i < 2; i++) {
		(void)close(one[i]);
		(void)close(other[i]);
	}
}

// What a wait in vain was for must not wake the task when it comes later, while the task sleeps.
static void late_reader(void *context)
{
	struct pair *p = context;
	char byte = 'x';
	p->timeouts += (unsigned)(task_wait_fd(p->in, POLLIN, 20) == 0);
	p->seen += (unsigned)(write(p->out, &byte, 1) == 1);
	uint64_t before = monotonic_ms();
	task_sleep(100);
	p->timeouts += (unsigned)(monotonic_ms() - before >= 99);
	p->seen += (unsigned)(task_wait_fd(p->in, POLLIN, 5000) == 1);
	p->timeouts += (unsigned)(task_wait_fd(p->in, POLLIN, -1) == 1);
}

static void test_late(void **state)
{
	struct scheduler *s = scheduler_make(state);
	int ends[2];
	assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
	struct pair p = { .in = ends[0], .out = ends[1] };
	assert_int_equal(scheduler_start(s, late_reader, &p), 0);
	run(s);
	assert_int_equal(p.timeouts, 3);
	assert_int_equal(p.seen, 2);
	(void)close(ends[0]);
	(void)close(ends[1]);
}

// A number that is closed and used for another file is waited for anew.
static void reuser(void *context)
{
	struct pair *p = context;
	for (unsigned i = 0; i < p->rounds; i++) {
		int ends[2];
		char byte = 'x';
		if (pipe2(ends, O_CLOEXEC) < 0)
			return;
		p->timeouts += (unsigned)(task_wait_fd(ends[0], POLLIN, 2) == 0);
		p->seen +=
			(unsigned)(write(ends[1], &byte, 1) == 1 && task_wait_fd(ends[0], POLLIN, 5000) == 1);
		(void)close(ends[0]);
		(void)close(ends[1]);
	}
}

static void test_reused(void **state)
{
	struct scheduler *s = scheduler_make(state);
	struct pair p = { .rounds = 20 };
	assert_int_equal(scheduler_start(s, reuser, &p), 0);
	run(s);
	assert_int_equal(p.timeouts, 20);
	assert_int_equal(p.seen, 20);
}

static void bad_descriptor(void *context)
{
	*(int *)context = task_wait_fd(-1, POLLIN, 1000);
}

static void test_bad_descriptor(void **state)
{
	struct scheduler *s = scheduler_make(state);
	int rc = 1;
	assert_int_equal(scheduler_start(s, bad_descriptor, &rc), 0);
	run(s);
	assert_true(rc < 0);
}

// --- outside of a task ------------------------------------------------------------------------------

static void set_flag(void *context)
{
	*(bool *)context = true;
}

static void test_outside(void **state)
{
	int ends[2];
	bool done = false;
	(void)state;
	assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
	assert_int_equal(task_wait_fd(ends[0], POLLIN, 10), 0);
	assert_int_equal(task_wait_fd(ends[1], POLLOUT, 10), 1);
	assert_int_equal(task_run_blocking(set_flag, &done), 0);
	assert_true(done);
	uint64_t before = monotonic_ms();
	task_sleep(20);
	assert_true(monotonic_ms() - before >= 19);
	(void)close(ends[0]);
	(void)close(ends[1]);
}

// --- work that blocks -------------------------------------------------------------------------------

struct blocking {
	unsigned *done;
	bool ran;
};

static void block(void *context)
{
	const struct timespec ts = { .tv_nsec = 60000000 };
	(void)nanosleep(&ts, NULL);
	((struct blocking *)context)->ran = true;
}

static void blocker(void *context)
{
	struct blocking *b = context;
	if (task_run_blocking(block, b) == 0 && b->ran)
		(*b->done)++;
}

static void count_up(void *context)
{
	for (int i = 0; i < 10; i++) {
		task_sleep(5);
		(*(unsigned *)context)++;
	}
}

static void test_blocking(void **state)
{
	struct scheduler *s = scheduler_make(state);
	struct blocking work[40];
	unsigned done = 0;
	unsigned ticks = 0;
	uint64_t before = monotonic_ms();
	for (size_t i = 0; i < ARRAY_LEN(work); i++) {
		work[i] = (struct blocking){ .done = &done };
		assert_int_equal(scheduler_start(s, blocker, &work[i]), 0);
	}
	assert_int_equal(scheduler_start(s, count_up, &ticks), 0);
	run(s);
	assert_int_equal(done, ARRAY_LEN(work));
	assert_int_equal(ticks, 10);
	// One after the other it would be 2400.
	assert_in_range(monotonic_ms() - before, 50, 2000);
}

// --- work that does not end -------------------------------------------------------------------------

// Works until the pipe's other end is closed.
struct stuck {
	int fd;
	atomic_uint *dropped;
	int result;
};

static void stick(void *context)
{
	const struct stuck *k = context;
	char byte;
	(void)!read(k->fd, &byte, 1);
}

static void stuck_drop(void *context)
{
	struct stuck *k = context;
	atomic_fetch_add(k->dropped, 1);
	free(k);
}

static void stuck_run(void *context)
{
	struct stuck *asked = context;
	struct stuck *own = malloc(sizeof(*own));
	assert_non_null(own);
	*own = *asked;
	asked->result = task_run_bounded(stick, stuck_drop, own, 20);
}

static void after_a_while(void *context)
{
	task_sleep(100);
	blocker(context);
}

// Whoever waits for work that does not end goes on in time, others find somebody to work for them, and
// neither waits the end for it.
static void test_lost_work(void **state)
{
	struct scheduler *s = scheduler_make(state);
	int ends[2];
	atomic_uint dropped = 0;
	unsigned done = 0;
	struct stuck stuck[20];
	struct blocking work[10];
	assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
	for (size_t i = 0; i < ARRAY_LEN(stuck); i++) {
		stuck[i] = (struct stuck){ .fd = ends[0], .dropped = &dropped };
		assert_int_equal(scheduler_start(s, stuck_run, &stuck[i]), 0);
	}
	for (size_t i = 0; i < ARRAY_LEN(work); i++) {
		work[i] = (struct blocking){ .done = &done };
		assert_int_equal(scheduler_start(s, after_a_while, &work[i]), 0);
	}
	run(s);
	for (size_t i = 0; i < ARRAY_LEN(stuck); i++)
		assert_int_equal(stuck[i].result, -ETIMEDOUT);
	assert_int_equal(done, ARRAY_LEN(work));
	// Those that were never begun are dropped at once, the others when they end.
	assert_true(atomic_load(&dropped) < ARRAY_LEN(stuck));
	(void)close(ends[1]);
	for (unsigned i = 0; i < 3000 && atomic_load(&dropped) < ARRAY_LEN(stuck); i++)
		(void)usleep(10000);
	assert_int_equal(atomic_load(&dropped), ARRAY_LEN(stuck));
	(void)close(ends[0]);
}

// --- the gate ---------------------------------------------------------------------------------------

struct guarded {
	struct task_gate *gate;
	unsigned inside, most, done;
};

static void pass(void *context)
{
	struct guarded *g = context;
	task_gate_enter(g->gate);
	g->inside++;
	if (g->inside > g->most)
		g->most = g->inside;
	task_sleep(3);
	g->inside--;
	task_gate_leave(g->gate);
	g->done++;
}

static void test_gate(void **state)
{
	struct scheduler *s = scheduler_make(state);
	struct guarded g = { .gate = task_gate_new(7) };
	assert_non_null(g.gate);
	for (int i = 0; i < 100; i++)
		assert_int_equal(scheduler_start(s, pass, &g), 0);
	run(s);
	assert_int_equal(g.done, 100);
	assert_int_equal(g.most, 7);
	task_gate_free(g.gate);
}

// --- stacks -----------------------------------------------------------------------------------------

static void use_stack(void *context)
{
	uint8_t bytes[200 << 10]; // more than three of the largest frames
	memset(bytes, 0x5A, sizeof(bytes));
	task_sleep(10);
	for (size_t i = 0; i < sizeof(bytes); i += 997)
		*(unsigned *)context += bytes[i] == 0x5A ? 0u : 1u;
}

static void test_stacks(void **state)
{
	struct scheduler *s = scheduler_make(state);
	unsigned wrong = 0;
	for (int i = 0; i < 50; i++)
		assert_int_equal(scheduler_start(s, use_stack, &wrong), 0);
	run(s);
	assert_int_equal(wrong, 0);
}

static void start_another(void *context)
{
	struct scheduler *s = *(struct scheduler **)context;
	static unsigned left = 2000;
	if (left-- > 0 && scheduler_start(s, start_another, context) != 0)
		abort();
}

// A task that has ended leaves its stack to the next.
static void test_reused_stacks(void **state)
{
	struct scheduler *s = scheduler_make(state);
	assert_int_equal(scheduler_start(s, start_another, &s), 0);
	run(s);
}

static void count_ticks(void *context)
{
	(*(unsigned *)context)++;
}

static void test_ticks(void **state)
{
	struct scheduler *s = scheduler_make(state);
	unsigned sleeps = 0;
	unsigned ticks = 0;
	assert_int_equal(scheduler_start(s, count_up, &sleeps), 0);
	assert_int_equal(scheduler_run(s, 10, count_ticks, &ticks), 0);
	scheduler_free(s);
	assert_in_range(ticks, 2, 60);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_many),
		cmocka_unit_test(test_ping_pong),
		cmocka_unit_test(test_late),
		cmocka_unit_test(test_reused),
		cmocka_unit_test(test_bad_descriptor),
		cmocka_unit_test(test_outside),
		cmocka_unit_test(test_blocking),
		cmocka_unit_test(test_lost_work),
		cmocka_unit_test(test_gate),
		cmocka_unit_test(test_stacks),
		cmocka_unit_test(test_reused_stacks),
		cmocka_unit_test(test_ticks),
	};
	return RUN_TESTS(tests);
}
