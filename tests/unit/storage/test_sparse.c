// SPDX-License-Identifier: Apache-2.0
#include <errno.h>
#include <fcntl.h>
#include <linux/fiemap.h>
#include <linux/fs.h>
#include <string.h>
#include <sys/ioctl.h>

#include "storage/dos_attributes.h"
#include "scratch.h"
#include "storage/sparse.h"

#define STEP (1024u * 1024u) // far more than any block

static void fill(int fd, uint64_t offset, size_t len)
{
	static uint8_t data[4 * STEP];
	memset(data, 0xAB, sizeof(data));
	assert_true(len <= sizeof(data));
	assert_int_equal(pwrite(fd, data, len, (off_t)offset), len);
}

static void expect_bytes(int fd, uint64_t offset, size_t len, uint8_t value)
{
	static uint8_t data[4 * STEP];
	assert_int_equal(pread(fd, data, len, (off_t)offset), len);
	for (size_t i = 0; i < len; i++)
		assert_int_equal(data[i], value);
}

static void flag_is_the_attribute(void **state)
{
	(void)state;
	int fd = scratch_file();
	struct statx st = scratch_statx(fd);
	struct dos_attributes dos;
	assert_int_equal(sparse_set(fd, &st, true), 0);
	assert_int_equal(dos_attributes_load(fd, &st, &dos), 0);
	assert_int_equal(dos.attributes, FILE_ATTRIBUTE_ARCHIVE | FILE_ATTRIBUTE_SPARSE_FILE);
	assert_int_equal(sparse_set(fd, &st, false), 0);
	assert_int_equal(dos_attributes_load(fd, &st, &dos), 0);
	assert_int_equal(dos.attributes, FILE_ATTRIBUTE_ARCHIVE);
	(void)close(fd);
	fd = scratch_dir();
	st = scratch_statx(fd);
	assert_int_equal(sparse_set(fd, &st, true), -EINVAL);
	(void)close(fd);
}

static void zeroing_a_sparse_file_gives_blocks_back(void **state)
{
	(void)state;
	int fd = scratch_file();
	fill(fd, 0, 4 * STEP);
	struct statx before = scratch_statx(fd);
	assert_int_equal(sparse_zero(fd, STEP, 3 * STEP, true), 0);
	struct statx after = scratch_statx(fd);
	assert_true(sparse_allocation(&after) <= sparse_allocation(&before) - 2 * STEP);
	assert_int_equal(after.stx_size, 4 * STEP);
	expect_bytes(fd, 0, STEP, 0xAB);
	expect_bytes(fd, STEP, 2 * STEP, 0);
	expect_bytes(fd, 3 * STEP, STEP, 0xAB);
	(void)close(fd);
}

static void zeroing_another_keeps_them(void **state)
{
	(void)state;
	int fd = scratch_file();
	fill(fd, 0, 4 * STEP);
	assert_int_equal(fsync(fd), 0);
	struct statx before = scratch_statx(fd);
	assert_int_equal(sparse_zero(fd, STEP + 1, 3 * STEP - 1, false), 0);
	struct statx after = scratch_statx(fd);
	// tmpfs cannot; it gives them back.
	bool can_zero = fallocate(fd, FALLOC_FL_ZERO_RANGE | FALLOC_FL_KEEP_SIZE, STEP + 1, 1) == 0;
	assert_true(sparse_allocation(&after) >= sparse_allocation(&before) || !can_zero);
	expect_bytes(fd, STEP, 1, 0xAB);
	expect_bytes(fd, STEP + 1, 2 * STEP - 2, 0);
	expect_bytes(fd, 3 * STEP - 1, 1, 0xAB);
	(void)close(fd);
}

static void zeroing_stays_inside_the_file(void **state)
{
	(void)state;
	int fd = scratch_file();
	fill(fd, 0, 100);
	assert_int_equal(sparse_zero(fd, 50, 1000, true), 0);
	assert_int_equal(sparse_zero(fd, 200, 1000, false), 0);
	assert_int_equal(sparse_zero(fd, 70, 70, false), 0);
	assert_int_equal(sparse_zero(fd, 70, 60, false), -EINVAL);
	assert_int_equal(sparse_zero(fd, 70, UINT64_MAX, false), -EINVAL);
	assert_int_equal(scratch_statx(fd).stx_size, 100);
	expect_bytes(fd, 0, 50, 0xAB);
	expect_bytes(fd, 50, 50, 0);
	(void)close(fd);
}

static void ranges_are_those_with_data(void **state)
{
	(void)state;
	struct file_range ranges[4];
	size_t count;
	bool more;
	int fd = scratch_file();
	assert_int_equal(ftruncate(fd, 16 * STEP), 0);
	fill(fd, 2 * STEP, STEP);
	fill(fd, 6 * STEP, STEP);
	fill(fd, 10 * STEP, STEP);
	assert_int_equal(sparse_allocated_ranges(fd, 0, 16 * STEP, ranges, 4, &count, &more), 0);
	assert_int_equal(count, 3);
	assert_false(more);
	for (size_t i = 0; i < 3; i++) {
		assert_int_equal(ranges[i].offset, (2 + 4 * i) * STEP);
		assert_int_equal(ranges[i].length, STEP);
	}
	// Cut to what was asked for.
	assert_int_equal(
		sparse_allocated_ranges(fd, 2 * STEP + 512, 4 * STEP + 512, ranges, 4, &count, &more), 0);
	assert_int_equal(count, 2);
	assert_int_equal(ranges[0].offset, 2 * STEP + 512);
	assert_int_equal(ranges[0].length, STEP - 512);
	assert_int_equal(ranges[1].offset, 6 * STEP);
	assert_int_equal(ranges[1].length, 1024);
	(void)close(fd);
}

static void ranges_say_when_there_are_more(void **state)
{
	(void)state;
	struct file_range ranges[2];
	size_t count;
	bool more;
	int fd = scratch_file();
	fill(fd, 0, STEP);
	fill(fd, 4 * STEP, STEP);
	assert_int_equal(sparse_allocated_ranges(fd, 0, 9 * STEP, ranges, 1, &count, &more), 0);
	assert_int_equal(count, 1);
	assert_true(more);
	assert_int_equal(sparse_allocated_ranges(fd, 0, 9 * STEP, ranges, 2, &count, &more), 0);
	assert_int_equal(count, 2);
	assert_false(more);
	assert_int_equal(sparse_allocated_ranges(fd, 0, 9 * STEP, ranges, 0, &count, &more), 0);
	assert_int_equal(count, 0);
	assert_true(more);
	assert_int_equal(sparse_allocated_ranges(fd, 6 * STEP, 9 * STEP, ranges, 2, &count, &more), 0);
	assert_int_equal(count, 0);
	assert_false(more);
	assert_int_equal(sparse_allocated_ranges(fd, 1, UINT64_MAX, ranges, 2, &count, &more), -EINVAL);
	(void)close(fd);
}

static bool shows_extents(int fd)
{
	struct fiemap map = { .fm_length = 1 };
	return ioctl(fd, FS_IOC_FIEMAP, &map) == 0;
}

static void what_is_reserved_is_allocated_too(void **state)
{
	(void)state;
	struct file_range range;
	size_t count;
	bool more;
	int fd = scratch_file();
	fill(fd, 0, STEP);
	if (!shows_extents(fd) || fallocate(fd, 0, STEP, STEP) != 0) {
		(void)close(fd);
		skip();
	}
	assert_int_equal(sparse_allocated_ranges(fd, 512, 4 * STEP, &range, 1, &count, &more), 0);
	assert_int_equal(count, 1);
	assert_false(more);
	assert_int_equal(range.offset, 512);
	assert_int_equal(range.length, 2 * STEP - 512); // as one, up to the file's end
	(void)close(fd);
}

static void attributes_are_not_the_datas_allocation(void **state)
{
	(void)state;
	struct statx st = { .stx_size = 65536, .stx_blocks = 65536 / 512 + 8 };
	assert_int_equal(sparse_allocation(&st), 65536);
	st = (struct statx){ .stx_size = 5, .stx_blocks = 16 };
	assert_int_equal(sparse_allocation(&st), 4096);
	st = (struct statx){ .stx_size = 0, .stx_blocks = (1 << 20) / 512 + 8 }; // reserved
	assert_int_equal(sparse_allocation(&st), 1 << 20);
	st = (struct statx){ .stx_size = 0, .stx_blocks = 16 };
	assert_int_equal(sparse_allocation(&st), 4096);
	st = (struct statx){ .stx_size = 0, .stx_blocks = (1 << 20) / 512 }; // none for attributes
	assert_int_equal(sparse_allocation(&st), 1 << 20);
	st = (struct statx){ .stx_size = 1 << 20, .stx_blocks = 8 }; // a hole
	assert_int_equal(sparse_allocation(&st), 4096);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(flag_is_the_attribute),
		cmocka_unit_test(zeroing_a_sparse_file_gives_blocks_back),
		cmocka_unit_test(zeroing_another_keeps_them),
		cmocka_unit_test(zeroing_stays_inside_the_file),
		cmocka_unit_test(ranges_are_those_with_data),
		cmocka_unit_test(ranges_say_when_there_are_more),
		cmocka_unit_test(what_is_reserved_is_allocated_too),
		cmocka_unit_test(attributes_are_not_the_datas_allocation),
	};
	return RUN_TESTS(tests);
}
