// SPDX-License-Identifier: Apache-2.0
#include "storage/file_data.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/uio.h>
#include <unistd.h>

// A kernel without preemption copies until the call is over: between two of them whoever is more urgent than
// a worker gets the processor.
enum { COPIED_AT_ONCE = 256 << 10 };

static size_t at_once(size_t len)
{
	return len < COPIED_AT_ONCE ? len : COPIED_AT_ONCE;
}

static bool range_fits(uint64_t offset, uint64_t len)
{
	return offset <= INT64_MAX && len <= INT64_MAX - offset;
}

// A file system without RWF_NOWAIT says EOPNOTSUPP, which to the caller is the same: it may wait.
static ssize_t io_error(bool may_block)
{
	return !may_block && errno == EOPNOTSUPP ? -EAGAIN : -errno;
}

ssize_t file_read(int fd, void *buf, size_t len, uint64_t offset, bool may_block)
{
	uint8_t *to = buf;
	size_t done = 0;
	if (!range_fits(offset, len))
		return -EINVAL;
	while (done < len) {
		struct iovec part = { .iov_base = to + done, .iov_len = at_once(len - done) };
		ssize_t n = preadv2(fd, &part, 1, (off_t)(offset + done), may_block ? 0 : RWF_NOWAIT);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return io_error(may_block);
		if (n == 0)
			break;
		done += (size_t)n;
	}
	return (ssize_t)done;
}

ssize_t file_write(int fd, const void *buf, size_t len, uint64_t offset, bool may_block)
{
	const uint8_t *from = buf;
	size_t done = 0;
	if (!range_fits(offset, len))
		return -EINVAL;
	while (done < len) {
		// The kernel's iovec has no const, but pwritev2 only reads.
		struct iovec part = { .iov_base = (void *)(uintptr_t)(from + done),
			.iov_len = at_once(len - done) };
		ssize_t n = pwritev2(fd, &part, 1, (off_t)(offset + done), may_block ? 0 : RWF_NOWAIT);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return io_error(may_block);
		if (n == 0)
			return -EIO;
		done += (size_t)n;
	}
	return (ssize_t)done;
}

int file_set_size(int fd, uint64_t size)
{
	if (!range_fits(size, 0))
		return -EINVAL;
	return ftruncate(fd, (off_t)size) < 0 ? -errno : 0;
}

// More than is free is not tried: ext4 takes all that there is before it says so, and keeps it.
static bool space_is_free(int fd, uint64_t bytes)
{
	struct statvfs fs;
	return fstatvfs(fd, &fs) < 0 || fs.f_frsize == 0 || bytes / fs.f_frsize <= fs.f_bavail;
}

// Blocks beyond the end of a file of this size.
static int reserve(int fd, uint64_t size, uint64_t bytes)
{
	if (!space_is_free(fd, bytes))
		return -ENOSPC;
	if (fallocate(fd, FALLOC_FL_KEEP_SIZE, (off_t)size, (off_t)bytes) == 0)
		return 0;
	int err = errno;
	if (err == EOPNOTSUPP || err == ENOSYS)
		return 0;
	// What there was of it is given back; the file may have grown meanwhile.
	struct stat st;
	if (fstat(fd, &st) == 0)
		(void)!ftruncate(fd, st.st_size);
	return -err;
}

int file_set_allocation(int fd, uint64_t bytes)
{
	struct stat st;
	if (!range_fits(bytes, 0))
		return -EINVAL;
	if (fstat(fd, &st) < 0)
		return -errno;
	uint64_t size = (uint64_t)st.st_size;
	// Cutting a file to the size it has gives back what was reserved beyond it.
	if (ftruncate(fd, (off_t)(bytes < size ? bytes : size)) < 0)
		return -errno;
	return bytes <= size ? 0 : reserve(fd, size, bytes - size);
}

int file_flush(int fd, bool data_only)
{
	return (data_only ? fdatasync(fd) : fsync(fd)) < 0 ? -errno : 0;
}
