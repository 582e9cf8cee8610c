// SPDX-License-Identifier: Apache-2.0
#include <errno.h>
#include <string.h>

#include "storage/file_copy.h"
#include "scratch.h"

static void put(int fd, const char *text, off_t offset)
{
	size_t len = strlen(text);
	assert_int_equal(pwrite(fd, text, len, offset), len);
}

static void expect(int fd, const char *text)
{
	char buf[128];
	size_t len = strlen(text);
	assert_int_equal(pread(fd, buf, sizeof(buf), 0), len);
	assert_memory_equal(buf, text, len);
}

static void copies_a_range(void **state)
{
	(void)state;
	int from = scratch_file();
	int to = scratch_file();
	put(from, "0123456789", 0);
	put(to, "..........", 0);
	assert_int_equal(file_copy_step(from, 2, to, 4, 3), 3);
	expect(to, "....234...");
	assert_int_equal(file_copy_step(from, 8, to, 0, 100), 2); // up to the source's end
	assert_int_equal(file_copy_step(from, 10, to, 0, 100), 0);
	assert_int_equal(file_copy_step(from, 0, to, 0, 0), 0);
	expect(to, "89..234...");
	expect(from, "0123456789");
	(void)close(from);
	(void)close(to);
}

static void overlapping_ranges_are_copied_as_if_apart(void **state)
{
	(void)state;
	int fd = scratch_file();
	put(fd, "0123456789", 0);
	assert_int_equal(file_copy_step(fd, 0, fd, 2, 6), 6);
	expect(fd, "0101234589");
	assert_int_equal(file_copy_step(fd, 2, fd, 0, 6), 6);
	expect(fd, "0123454589");
	assert_int_equal(file_copy_step(fd, 0, fd, 1, 2 * 1024 * 1024), -EINVAL);
	assert_int_equal(file_copy_step(fd, 0, fd, 5, 5), 5); // side by side
	expect(fd, "0123401234");
	(void)close(fd);
}

static void one_step_is_bounded(void **state)
{
	(void)state;
	const off_t size = 40 * 1024 * 1024;
	int from = scratch_file();
	int to = scratch_file();
	assert_int_equal(ftruncate(from, size), 0);
	put(from, "end", size - 3);
	uint64_t done = 0;
	while (done < (uint64_t)size) {
		ssize_t n = file_copy_step(from, done, to, done, (uint64_t)size - done);
		assert_true(n > 0 && (uint64_t)n <= FILE_COPY_STEP_MAX);
		done += (uint64_t)n;
	}
	char buf[4] = "";
	assert_int_equal(pread(to, buf, 3, size - 3), 3);
	assert_string_equal(buf, "end");
	(void)close(from);
	(void)close(to);
}

static void copies_where_the_kernel_does_not(void **state)
{
	(void)state;
	char buf[16];
	// procfs files say size 0 and cannot be given to copy_file_range.
	int from = open("/proc/self/status", O_RDONLY | O_CLOEXEC);
	int to = scratch_file();
	assert_int_equal(file_copy_step(from, 0, to, 0, 5), 5);
	assert_int_equal(pread(to, buf, sizeof(buf), 0), 5);
	assert_memory_equal(buf, "Name:", 5);
	(void)close(from);
	(void)close(to);
}

static void faults_are_told(void **state)
{
	(void)state;
	int fd = scratch_file();
	int o_path = scratch_o_path(fd);
	int other = scratch_file();
	put(fd, "x", 0);
	assert_int_equal(file_copy_step(fd, UINT64_MAX, other, 0, 1), -EINVAL);
	assert_int_equal(file_copy_step(fd, 0, other, INT64_MAX, 1), -EINVAL);
	assert_int_equal(file_copy_step(o_path, 0, other, 0, 1), -EBADF);
	assert_int_equal(file_copy_step(-1, 0, other, 0, 1), -EBADF);
	(void)close(other);
	(void)close(o_path);
	(void)close(fd);
}

static void clone_shares_or_says_it_cannot(void **state)
{
	(void)state;
	char buf[4096];
	int from = scratch_file();
	int to = scratch_file();
	memset(buf, 'c', sizeof(buf));
	assert_int_equal(pwrite(from, buf, sizeof(buf), 0), sizeof(buf));
	assert_int_equal(file_clone_range(from, 0, to, 0, 0), 0);
	assert_int_equal(scratch_statx(to).stx_size, 0); // not "up to the end"
	int err = file_clone_range(from, 0, to, 0, sizeof(buf));
	assert_true(err == 0 || err == -EOPNOTSUPP);
	assert_int_equal(scratch_statx(to).stx_size, err ? 0 : sizeof(buf));
	(void)close(from);
	(void)close(to);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(copies_a_range),
		cmocka_unit_test(overlapping_ranges_are_copied_as_if_apart),
		cmocka_unit_test(one_step_is_bounded),
		cmocka_unit_test(copies_where_the_kernel_does_not),
		cmocka_unit_test(faults_are_told),
		cmocka_unit_test(clone_shares_or_says_it_cannot),
	};
	return RUN_TESTS(tests);
}
