// SPDX-License-Identifier: Apache-2.0
#include <errno.h>

#include "base/filetime.h"
#include "storage/file_times.h"
#include "scratch.h"

static void special_values_are_known(void **state)
{
	(void)state;
	assert_true(file_time_valid(FILE_TIME_KEEP));
	assert_true(file_time_valid(FILE_TIME_FREEZE));
	assert_true(file_time_valid(FILE_TIME_THAW));
	assert_true(file_time_valid(INT64_MAX));
	assert_false(file_time_valid(UINT64_MAX - 2)); // -3
	assert_false(file_time_valid((uint64_t)INT64_MAX + 1));
	assert_true(file_time_is_set(1));
	assert_false(file_time_is_set(FILE_TIME_KEEP));
	assert_false(file_time_is_set(FILE_TIME_FREEZE));
	assert_false(file_time_is_set(FILE_TIME_THAW));
}

static struct file_times times_of(int fd)
{
	struct statx st = scratch_statx(fd);
	struct file_times times;
	file_times_of_statx(&st, &times);
	return times;
}

static void sets_each_alone_and_both(void **state)
{
	(void)state;
	const uint64_t long_ago = UINT64_C(125912345678901234); // 1999, with 100 ns
	const uint64_t later = UINT64_C(130000000000000007);
	int fd = scratch_file();
	int o_path = scratch_o_path(fd);
	struct file_times in = { .last_write = long_ago, .last_access = FILE_TIME_FREEZE };
	struct file_times before = times_of(fd);
	assert_int_equal(file_times_set(fd, &in), 0);
	struct file_times after = times_of(fd);
	assert_true(after.last_write == long_ago);
	assert_true(after.last_access == before.last_access);
	assert_true(after.creation == before.creation);
	assert_true(after.change >= before.change);
	in = (struct file_times){ .last_write = FILE_TIME_THAW, .last_access = later };
	assert_int_equal(file_times_set(o_path, &in), 0);
	after = times_of(fd);
	assert_true(after.last_write == long_ago);
	assert_true(after.last_access == later);
	in = (struct file_times){ .last_write = later, .last_access = long_ago };
	assert_int_equal(file_times_set(o_path, &in), 0);
	after = times_of(fd);
	assert_true(after.last_write == later);
	assert_true(after.last_access == long_ago);
	(void)close(o_path);
	assert_int_equal(file_times_set(o_path, &in), -EBADF);
	(void)close(fd);
}

static void nothing_to_set_touches_nothing(void **state)
{
	(void)state;
	int fd = scratch_file();
	struct file_times in = { .last_write = FILE_TIME_FREEZE, .last_access = FILE_TIME_KEEP };
	struct file_times before = times_of(fd);
	assert_int_equal(file_times_set(fd, &in), 0);
	struct file_times after = times_of(fd);
	assert_memory_equal(&before, &after, sizeof(before));
	(void)close(fd);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(special_values_are_known),
		cmocka_unit_test(sets_each_alone_and_both),
		cmocka_unit_test(nothing_to_set_touches_nothing),
	};
	return RUN_TESTS(tests);
}
