// SPDX-License-Identifier: Apache-2.0
#include <sched.h>
#include <sys/mount.h>

#include "share_fixture.h"
#include "storage/file_data.h"

enum { BLOCK = 300 * 1024 };

static int new_file(struct fixture *f, const char *name)
{
	int fd = open(below(f->share, name), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	assert_true(fd >= 0);
	return fd;
}

static void fill(uint8_t *data, size_t len, unsigned int seed)
{
	for (size_t i = 0; i < len; i++)
		data[i] = (uint8_t)(seed + i * 7 + i / 251);
}

static uint64_t size_of(int fd)
{
	struct stat st;
	assert_int_equal(fstat(fd, &st), 0);
	return (uint64_t)st.st_size;
}

static uint64_t allocated(int fd)
{
	struct stat st;
	assert_int_equal(fstat(fd, &st), 0);
	return (uint64_t)st.st_blocks * 512;
}

static void reads_what_was_written(void **state)
{
	struct fixture *f = *state;
	static uint8_t out[BLOCK], in[BLOCK + 100];
	int fd = new_file(f, "file");
	fill(out, BLOCK, 3);
	assert_int_equal(file_write(fd, out, BLOCK, 5000000000u, true), BLOCK);
	assert_true(size_of(fd) == 5000000000u + BLOCK);
	assert_int_equal(file_read(fd, in, BLOCK, 5000000000u, true), BLOCK);
	assert_memory_equal(in, out, BLOCK);
	// Over the end: what there is.
	assert_int_equal(file_read(fd, in, BLOCK, 5000000000u + BLOCK - 10, true), 10);
	assert_memory_equal(in, out + BLOCK - 10, 10);
	assert_int_equal(file_read(fd, in, 10, 5000000000u + BLOCK, true), 0);
	assert_int_equal(file_read(fd, in, 0, 0, true), 0);
	assert_int_equal(file_read(fd, in, 10, 0, true), 10); // the hole
	assert_int_equal(in[0], 0);
	assert_int_equal(file_flush(fd, false), 0);
	assert_int_equal(file_flush(fd, true), 0);
	(void)close(fd);
}

// How often this thread has called for writing; -1 where the kernel does not count.
static long write_calls(void)
{
	char line[64];
	long count = -1;
	FILE *io = fopen("/proc/thread-self/io", "re");
	while (io != NULL && fgets(line, sizeof(line), io) != NULL) {
		if (strncmp(line, "syscw: ", 7) == 0)
			count = strtol(line + 7, NULL, 10);
	}
	if (io != NULL)
		(void)fclose(io);
	return count;
}

// A call is not interrupted for whoever is more urgent, on kernels without preemption.
static void much_is_written_in_several_calls(void **state)
{
	enum { MUCH = 8 << 20 };
	struct fixture *f = *state;
	uint8_t *data = calloc(1, MUCH);
	assert_non_null(data);
	int fd = open(below(f->share, "much"), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	assert_true(fd >= 0);
	long before = write_calls();
	assert_int_equal(file_write(fd, data, MUCH, 0, true), MUCH);
	long after = write_calls();
	(void)close(fd);
	free(data);
	if (before < 0)
		skip();
	assert_in_range(after - before, 8, 1024);
}

static void refuses_ranges_that_no_file_has(void **state)
{
	struct fixture *f = *state;
	char c = 0;
	int fd = new_file(f, "file");
	assert_int_equal(file_read(fd, &c, 1, INT64_MAX, true), -EINVAL);
	assert_int_equal(file_write(fd, &c, 1, UINT64_MAX, true), -EINVAL);
	assert_int_equal(file_set_size(fd, (uint64_t)INT64_MAX + 1), -EINVAL);
	assert_int_equal(file_set_allocation(fd, UINT64_MAX), -EINVAL);
	assert_true(size_of(fd) == 0);
	(void)close(fd);
}

// Either the right bytes or "ask again", never part of them.
static void without_waiting_it_is_all_or_again(void **state)
{
	struct fixture *f = *state;
	static uint8_t out[BLOCK], in[BLOCK];
	int fd = new_file(f, "file");
	fill(out, BLOCK, 9);
	assert_int_equal(file_write(fd, out, BLOCK, 0, true), BLOCK);
	assert_int_equal(file_flush(fd, false), 0);
	ssize_t n = file_read(fd, in, BLOCK, 0, false);
	assert_int_equal(n, BLOCK); // just written: in the page cache
	assert_memory_equal(in, out, BLOCK);
	assert_int_equal(file_read(fd, in, BLOCK, BLOCK - 5, false), 5);
	// Partly out of the cache.
	assert_int_equal(posix_fadvise(fd, 128 * 1024, 0, POSIX_FADV_DONTNEED), 0);
	memset(in, 0, sizeof(in));
	n = file_read(fd, in, BLOCK, 0, false);
	assert_true(n == -EAGAIN || n == BLOCK);
	assert_int_equal(file_read(fd, in, BLOCK, 0, true), BLOCK);
	assert_memory_equal(in, out, BLOCK);
	fill(out, BLOCK, 77);
	n = file_write(fd, out, BLOCK, 0, false);
	assert_true(n == -EAGAIN || n == BLOCK);
	if (n < 0)
		assert_int_equal(file_write(fd, out, BLOCK, 0, true), BLOCK);
	assert_int_equal(file_read(fd, in, BLOCK, 0, true), BLOCK);
	assert_memory_equal(in, out, BLOCK);
	(void)close(fd);
}

static void sizes_and_allocations(void **state)
{
	struct fixture *f = *state;
	char text[4];
	int fd = new_file(f, "file");
	assert_int_equal(file_write(fd, "abcdef", 6, 0, true), 6);
	assert_int_equal(file_set_size(fd, 3), 0);
	assert_int_equal(file_set_size(fd, 10), 0);
	assert_int_equal(file_read(fd, text, 4, 2, true), 4);
	assert_memory_equal(text, "c\0\0\0", 4);
	assert_int_equal(file_set_allocation(fd, 1024 * 1024), 0);
	assert_true(size_of(fd) == 10);
	assert_true(allocated(fd) >= 1024 * 1024);
	assert_int_equal(file_set_allocation(fd, 4096), 0);
	assert_true(size_of(fd) == 10);
	assert_true(allocated(fd) <= 64 * 1024);
	assert_int_equal(file_set_allocation(fd, (uint64_t)1 << 62), -ENOSPC);
	assert_true(size_of(fd) == 10);
	assert_true(allocated(fd) <= 64 * 1024);
	assert_int_equal(file_set_allocation(fd, 2), 0);
	assert_true(size_of(fd) == 2);
	(void)close(fd);
}

static void wrong_descriptors_are_errors(void **state)
{
	struct fixture *f = *state;
	char c = 0;
	int fd = new_file(f, "file");
	int only_read = open(below(f->share, "file"), O_RDONLY | O_CLOEXEC);
	assert_int_equal(file_write(only_read, &c, 1, 0, true), -EBADF);
	assert_true(file_set_size(only_read, 0) < 0);
	(void)close(only_read);
	(void)close(fd);
	int dir = open(f->share, O_RDONLY | O_CLOEXEC);
	assert_int_equal(file_read(dir, &c, 1, 0, true), -EISDIR);
	(void)close(dir);
}

// A file system of one MiB, in a mount namespace of its own so that nothing stays behind.
static bool mount_tiny(const char *path)
{
	return geteuid() == 0 && unshare(CLONE_NEWNS) == 0 &&
	       mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0 &&
	       mount("tmpfs", path, "tmpfs", 0, "size=1m") == 0;
}

static void a_full_disk_is_said_to_be_full(void **state)
{
	struct fixture *f = *state;
	static uint8_t data[BLOCK], in[BLOCK];
	make_dir(f->share, "tiny");
	if (!mount_tiny(below(f->share, "tiny"))) {
		print_message("# no file system can be mounted here: not tested\n");
		skip();
	}
	int fd = new_file(f, "tiny/file");
	fill(data, BLOCK, 1);
	ssize_t n;
	uint64_t offset = 0;
	while ((n = file_write(fd, data, BLOCK, offset, true)) == BLOCK)
		offset += BLOCK;
	assert_int_equal(n, -ENOSPC);
	assert_true(offset == 3 * (uint64_t)BLOCK);
	uint64_t before = allocated(fd);
	assert_int_equal(file_set_allocation(fd, 10 * 1024 * 1024), -ENOSPC);
	assert_true(allocated(fd) == before);
	assert_int_equal(file_read(fd, in, BLOCK, 2 * (uint64_t)BLOCK, true), BLOCK);
	assert_memory_equal(in, data, BLOCK);
	assert_int_equal(file_set_size(fd, 0), 0);
	assert_int_equal(file_write(fd, data, BLOCK, 0, true), BLOCK);
	(void)close(fd);
	// Mounted below the share: entered, and another device.
	struct resolved r;
	share_root_unref(f->root);
	assert_int_equal(share_root_open(f->share, 1, &f->root), 0);
	resolve_ok(f, "TINY/FILE", &r);
	assert_true(r.exists && r.entry.dev != share_root_node_id(f->root).dev);
	resolved_done(&r);
	assert_int_equal(umount2(below(f->share, "tiny"), MNT_DETACH), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST_IN_SHARE(reads_what_was_written),
		TEST_IN_SHARE(much_is_written_in_several_calls),
		TEST_IN_SHARE(refuses_ranges_that_no_file_has),
		TEST_IN_SHARE(without_waiting_it_is_all_or_again),
		TEST_IN_SHARE(sizes_and_allocations),
		TEST_IN_SHARE(wrong_descriptors_are_errors),
		TEST_IN_SHARE(a_full_disk_is_said_to_be_full),
	};
	return RUN_TESTS(tests);
}
