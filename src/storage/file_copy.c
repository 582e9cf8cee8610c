// SPDX-License-Identifier: Apache-2.0
#include "storage/file_copy.h"

#include <errno.h>
#include <linux/fs.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#define BUFFER_LEN (1024u * 1024u)

static ssize_t read_full(int fd, uint8_t *buf, size_t len, uint64_t offset)
{
	size_t got = 0;
	while (got < len) {
		ssize_t n = pread(fd, buf + got, len - got, (off_t)(offset + got));
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -errno;
		if (n == 0)
			break;
		got += (size_t)n;
	}
	return (ssize_t)got;
}

static int write_full(int fd, const uint8_t *buf, size_t len, uint64_t offset)
{
	size_t put = 0;
	while (put < len) {
		ssize_t n = pwrite(fd, buf + put, len - put, (off_t)(offset + put));
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -errno;
		if (n == 0)
			return -EIO;
		put += (size_t)n;
	}
	return 0;
}

static ssize_t copy_by_buffer(
	int source_fd, uint64_t source_offset, int target_fd, uint64_t target_offset, uint64_t len)
{
	size_t step = len < BUFFER_LEN ? (size_t)len : BUFFER_LEN;
	uint8_t *buf = malloc(step);
	if (!buf)
		return -ENOMEM;
	ssize_t got = read_full(source_fd, buf, step, source_offset);
	int err = got > 0 ? write_full(target_fd, buf, (size_t)got, target_offset) : 0;
	free(buf);
	return err ? err : got;
}

// What copy_file_range says when it cannot for these two files, though reading and writing would do.
static bool unsupported(int err)
{
	return err == EXDEV || err == EINVAL || err == EOPNOTSUPP || err == ENOSYS || err == ETXTBSY;
}

static int same_file(int a, int b, bool *same)
{
	struct stat x, y;
	if (fstat(a, &x) < 0 || fstat(b, &y) < 0)
		return -errno;
	*same = x.st_dev == y.st_dev && x.st_ino == y.st_ino;
	return 0;
}

static bool ranges_overlap(uint64_t a, uint64_t b, uint64_t len)
{
	return a < b ? b - a < len : a - b < len;
}

static ssize_t copy_by_kernel(
	int source_fd, uint64_t source_offset, int target_fd, uint64_t target_offset, uint64_t len)
{
	for (;;) {
		loff_t in = (loff_t)source_offset;
		loff_t out = (loff_t)target_offset;
		ssize_t done = copy_file_range(source_fd, &in, target_fd, &out, (size_t)len, 0);
		if (done > 0)
			return done;
		if (done < 0 && errno == EINTR)
			continue;
		// Zero is the end, or a file system that knows no better (procfs): reading tells which.
		if (done < 0 && !unsupported(errno))
			return -errno;
		return copy_by_buffer(source_fd, source_offset, target_fd, target_offset, len);
	}
}

ssize_t file_copy_step(
	int source_fd, uint64_t source_offset, int target_fd, uint64_t target_offset, uint64_t len)
{
	bool same = false;
	uint64_t step = len < FILE_COPY_STEP_MAX ? len : FILE_COPY_STEP_MAX;
	if (source_offset > (uint64_t)INT64_MAX - step || target_offset > (uint64_t)INT64_MAX - step)
		return -EINVAL;
	int err = same_file(source_fd, target_fd, &same);
	if (err)
		return err;
	if (step == 0)
		return 0;
	if (!same || !ranges_overlap(source_offset, target_offset, len))
		return copy_by_kernel(source_fd, source_offset, target_fd, target_offset, step);
	// Overlapping, only in one piece: a second step would read what the first one wrote.
	return len > BUFFER_LEN ? -EINVAL
				: copy_by_buffer(source_fd, source_offset, target_fd, target_offset, len);
}

int file_clone_range(
	int source_fd, uint64_t source_offset, int target_fd, uint64_t target_offset, uint64_t len)
{
	if (len == 0)
		return 0; // to the kernel 0 means up to the end, to FSCTL_DUPLICATE_EXTENTS_TO_FILE nothing
	struct file_clone_range range = {
		.src_fd = source_fd,
		.src_offset = source_offset,
		.src_length = len,
		.dest_offset = target_offset,
	};
	return ioctl(target_fd, FICLONERANGE, &range) == 0 ? 0 : -errno;
}
