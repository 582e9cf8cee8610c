// SPDX-License-Identifier: Apache-2.0
#include <linux/magic.h>
#include <sys/statfs.h>

#include "share_fixture.h"
#include "storage/file_data.h"
#include "storage/file_map.h"

enum { LEN = 600 * 1024, ODD = 12345 };

static int file_of(struct fixture *f, const char *name, uint8_t *data)
{
	for (size_t i = 0; i < LEN; i++)
		data[i] = (uint8_t)(i * 13 + i / 257);
	int fd = open(below(f->share, name), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	assert_true(fd >= 0);
	assert_int_equal(file_write(fd, data, LEN, 0, true), LEN);
	return fd;
}

static void maps_what_is_in_memory(void **state)
{
	struct fixture *f = *state;
	static uint8_t data[LEN];
	int fd = file_of(f, "mapped", data);
	struct file_map m;
	assert_int_equal(file_map(&m, fd, ODD, LEN - ODD), 0);
	assert_int_equal(m.data.len, LEN - ODD);
	assert_memory_equal(m.data.data, data + ODD, LEN - ODD);
	file_unmap(&m);
	file_unmap(&m); // once more is fine
	(void)close(fd);
}

static void leaves_the_rest_to_reading(void **state)
{
	struct fixture *f = *state;
	static uint8_t data[LEN];
	int fd = file_of(f, "not mapped", data);
	struct file_map m;
	assert_int_equal(file_map(&m, fd, 0, FILE_MAP_LEN_MIN - 1), -EAGAIN);
	assert_int_equal(file_map(&m, fd, 1, LEN), -EAGAIN); // over the end
	assert_int_equal(file_map(&m, fd, UINT64_MAX, LEN), -EAGAIN);
	assert_int_equal(file_map(&m, fd, 0, (size_t)FILE_MAP_LEN_MAX + 1), -EAGAIN);
	int dir = open(f->share, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	assert_true(dir >= 0);
	assert_int_equal(file_map(&m, dir, 0, LEN), -EAGAIN);
	(void)close(dir);
	assert_null(m.base);
	(void)close(fd);
}

// What would have to be fetched from a disk is not mapped: touching it would wait.
static void leaves_what_is_not_in_memory(void **state)
{
	struct fixture *f = *state;
	static uint8_t data[LEN];
	int fd = file_of(f, "evicted", data);
	struct file_map m;
	assert_int_equal(file_flush(fd, false), 0);
	assert_int_equal(posix_fadvise(fd, 0, 0, POSIX_FADV_DONTNEED), 0);
	int rc = file_map(&m, fd, 0, LEN);
	struct statfs fs;
	assert_int_equal(fstatfs(fd, &fs), 0);
	if (fs.f_type == TMPFS_MAGIC) { // has no disk to fetch from
		file_unmap(&m);
		skip();
	}
	assert_int_equal(rc, -EAGAIN);
	(void)close(fd);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST_IN_SHARE(maps_what_is_in_memory),
		TEST_IN_SHARE(leaves_the_rest_to_reading),
		TEST_IN_SHARE(leaves_what_is_not_in_memory),
	};
	return RUN_TESTS(tests);
}
