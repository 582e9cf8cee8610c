// SPDX-License-Identifier: Apache-2.0
#include "../test_support.h"

#include <signal.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/fault_guard.h"

enum { PAGE = 4096 };

// A page of a file that is then cut to nothing: reading it is a SIGBUS.
static struct span page_that_went_away(void)
{
	assert_int_equal(fault_guard_install(), 0); // cmocka has taken the signal for this test
	int fd = memfd_create("gone", MFD_CLOEXEC);
	assert_true(fd >= 0);
	assert_int_equal(ftruncate(fd, PAGE), 0);
	const void *at = mmap(NULL, PAGE, PROT_READ, MAP_SHARED, fd, 0);
	assert_true(at != MAP_FAILED);
	assert_int_equal(ftruncate(fd, 0), 0);
	assert_int_equal(close(fd), 0);
	return span_make(at, PAGE);
}

struct reading {
	struct span from;
	unsigned int sum;
	bool ended;
};

static void read_all(void *context)
{
	struct reading *r = context;
	for (size_t i = 0; i < r->from.len; i++)
		r->sum += ((const volatile uint8_t *)r->from.data)[i];
	r->ended = true;
}

static void test_what_is_there_is_read(void **state)
{
	(void)state;
	static const uint8_t bytes[] = { 1, 2, 3 };
	struct reading r = { .from = span_make(bytes, sizeof(bytes)) };
	assert_true(fault_guard_run(r.from, read_all, &r));
	assert_int_equal(r.sum, 6);
	assert_true(r.ended);
}

static void test_a_fault_ends_the_access_each_time(void **state)
{
	(void)state;
	struct reading r = { .from = page_that_went_away() };
	for (int i = 0; i < 3; i++)
		assert_false(fault_guard_run(r.from, read_all, &r));
	assert_false(r.ended);
}

// Neither outside of what is watched nor without a guard is a fault forgiven.
static void test_an_unexpected_fault_ends_the_process(void **state)
{
	(void)state;
	for (int guarded = 0; guarded < 2; guarded++) {
		pid_t child = fork();
		assert_true(child >= 0);
		if (child == 0) {
			struct reading r = { .from = page_that_went_away() };
			// Neither of these comes back.
			if (!guarded)
				read_all(&r);
			else if (fault_guard_run(span_make(&r, sizeof(r)), read_all, &r))
				_exit(0);
			_exit(0);
		}
		int status = 0;
		assert_int_equal(waitpid(child, &status, 0), child);
		assert_false(WIFEXITED(status) && WEXITSTATUS(status) == 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_what_is_there_is_read),
		cmocka_unit_test(test_a_fault_ends_the_access_each_time),
		cmocka_unit_test(test_an_unexpected_fault_ends_the_process),
	};
	return RUN_TESTS(tests);
}
