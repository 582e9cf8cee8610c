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
	struct file_windows kept = { 0 };
	assert_int_equal(file_map(&m, &kept, fd, ODD, LEN - ODD), 0);
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
	struct file_windows kept = { 0 };
	assert_int_equal(file_map(&m, &kept, fd, 0, FILE_MAP_LEN_MIN - 1), -EAGAIN);
	assert_int_equal(file_map(&m, &kept, fd, 1, LEN), -EAGAIN); // over the end
	assert_int_equal(file_map(&m, &kept, fd, UINT64_MAX, LEN), -EAGAIN);
	assert_int_equal(file_map(&m, &kept, fd, 0, (size_t)FILE_MAP_LEN_MAX + 1), -EAGAIN);
	int dir = open(f->share, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	assert_true(dir >= 0);
	assert_int_equal(file_map(&m, &kept, dir, 0, LEN), -EAGAIN);
	(void)close(dir);
	assert_null(m.window);
	(void)close(fd);
}

// What would have to be fetched from a disk is not mapped: touching it would wait.
static void leaves_what_is_not_in_memory(void **state)
{
	struct fixture *f = *state;
	static uint8_t data[LEN];
	int fd = file_of(f, "evicted", data);
	struct file_map m;
	struct file_windows kept = { 0 };
	assert_int_equal(file_flush(fd, false), 0);
	assert_int_equal(posix_fadvise(fd, 0, 0, POSIX_FADV_DONTNEED), 0);
	int rc = file_map(&m, &kept, fd, 0, LEN);
	struct statfs fs;
	assert_int_equal(fstatfs(fd, &fs), 0);
	if (fs.f_type == TMPFS_MAGIC) { // has no disk to fetch from
		file_unmap(&m);
		skip();
	}
	assert_int_equal(rc, -EAGAIN);
	(void)close(fd);
}

static uint8_t *long_file(struct fixture *f, int *fd)
{
	static uint8_t data[LEN];
	*fd = file_of(f, "long", data);
	assert_int_equal(ftruncate(*fd, (off_t)FILE_WINDOWS_KEPT * FILE_WINDOW_LEN + FILE_WINDOW_LEN), 0);
	return data;
}

// The file's beginning is read again and again, from one mapping; it grows meanwhile.
static void keeps_what_is_read_again(void **state)
{
	struct fixture *f = *state;
	atomic_uint count = 0;
	struct file_windows kept = { .count = &count };
	struct file_map m, again;
	static uint8_t data[LEN];
	int fd = file_of(f, "again", data);
	assert_int_equal(file_map(&m, &kept, fd, 0, LEN), 0);
	assert_int_equal(file_write(fd, data, LEN, LEN, true), LEN);
	assert_int_equal(file_map(&again, &kept, fd, LEN, LEN), 0);
	assert_ptr_equal(again.window, m.window);
	assert_memory_equal(again.data.data, data, LEN);
	assert_false(file_windows_are_many(&kept));
	file_windows_drop(&kept);
	assert_int_equal(count, 1); // somebody reads there
	assert_memory_equal(m.data.data, data, LEN);
	file_unmap(&m);
	file_unmap(&again);
	assert_int_equal(count, 0);
	(void)close(fd);
}

// Another stretch takes the place of one before; what goes over an edge is mapped for once.
static void keeps_so_many_only(void **state)
{
	struct fixture *f = *state;
	atomic_uint count = 0;
	struct file_windows kept = { .count = &count };
	int fd;
	uint8_t *data = long_file(f, &fd);
	struct file_window *w[FILE_WINDOWS_KEPT + 1];
	for (size_t i = 0; i <= FILE_WINDOWS_KEPT; i++) {
		w[i] = file_window_get(&kept, fd, i * FILE_WINDOW_LEN + ODD, LEN);
		assert_non_null(w[i]);
		assert_int_equal(w[i]->start, i * FILE_WINDOW_LEN);
	}
	assert_int_equal(count, FILE_WINDOWS_KEPT + 1);
	assert_memory_equal(w[0]->base + ODD, data + ODD, LEN - ODD);
	assert_true(file_windows_are_many(&kept));
	for (size_t i = 0; i <= FILE_WINDOWS_KEPT; i++)
		file_window_unref(w[i]);
	assert_int_equal(count, FILE_WINDOWS_KEPT);
	struct file_window *edge = file_window_get(&kept, fd, FILE_WINDOW_LEN - ODD, LEN);
	assert_non_null(edge);
	assert_int_equal(count, FILE_WINDOWS_KEPT);
	file_window_unref(edge);
	file_windows_drop(&kept);
	assert_int_equal(count, 0);
	(void)close(fd);
}

// With no more to be had, what is read is mapped for once, as before.
static void all_together_are_limited(void **state)
{
	struct fixture *f = *state;
	atomic_uint count = FILE_WINDOWS_MAX;
	struct file_windows kept = { .count = &count };
	struct file_map m;
	static uint8_t data[LEN];
	int fd = file_of(f, "limited", data);
	assert_int_equal(file_map(&m, &kept, fd, ODD, LEN - ODD), 0);
	assert_memory_equal(m.data.data, data + ODD, LEN - ODD);
	assert_null(kept.kept[0]);
	file_unmap(&m);
	assert_int_equal(count, FILE_WINDOWS_MAX);
	(void)close(fd);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST_IN_SHARE(maps_what_is_in_memory),
		TEST_IN_SHARE(leaves_the_rest_to_reading),
		TEST_IN_SHARE(leaves_what_is_not_in_memory),
		TEST_IN_SHARE(keeps_what_is_read_again),
		TEST_IN_SHARE(keeps_so_many_only),
		TEST_IN_SHARE(all_together_are_limited),
	};
	return RUN_TESTS(tests);
}
