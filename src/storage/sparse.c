// SPDX-License-Identifier: Apache-2.0
#include "storage/sparse.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/falloc.h>
#include <string.h>
#include <unistd.h>

#include "storage/dos_attributes.h"

#define ZEROS_LEN (64u * 1024u)

int sparse_set(int fd, const struct statx *st, bool sparse)
{
	if (!S_ISREG(st->stx_mode))
		return -EINVAL;
	struct dos_attributes dos;
	int err = dos_attributes_load(fd, st, &dos);
	if (err)
		return err;
	uint32_t wanted = sparse ? dos.attributes | FILE_ATTRIBUTE_SPARSE_FILE
				 : dos.attributes & ~FILE_ATTRIBUTE_SPARSE_FILE;
	if (wanted == dos.attributes)
		return 0;
	dos.attributes = wanted;
	return dos_attributes_save(fd, &dos);
}

// Where the file system can neither punch holes nor zero ranges.
static int write_zeros(int fd, uint64_t offset, uint64_t len)
{
	static const uint8_t zeros[ZEROS_LEN];
	while (len) {
		size_t step = len < sizeof(zeros) ? (size_t)len : sizeof(zeros);
		ssize_t done = pwrite(fd, zeros, step, (off_t)offset);
		if (done < 0 && errno == EINTR)
			continue;
		if (done < 0)
			return -errno;
		if (done == 0)
			return -EIO;
		offset += (uint64_t)done;
		len -= (uint64_t)done;
	}
	return 0;
}

static int zero_by_fallocate(int fd, int mode, uint64_t offset, uint64_t len)
{
	while (fallocate(fd, mode | FALLOC_FL_KEEP_SIZE, (off_t)offset, (off_t)len) < 0) {
		if (errno != EINTR)
			return -errno;
	}
	return 0;
}

int sparse_zero(int fd, uint64_t offset, uint64_t beyond, bool sparse)
{
	struct stat st;
	if (beyond < offset || beyond > INT64_MAX)
		return -EINVAL;
	if (fstat(fd, &st) < 0)
		return -errno;
	uint64_t size = (uint64_t)st.st_size;
	uint64_t end = beyond < size ? beyond : size;
	if (offset >= end)
		return 0;
	int err = zero_by_fallocate(
		fd, sparse ? FALLOC_FL_PUNCH_HOLE : FALLOC_FL_ZERO_RANGE, offset, end - offset);
	// tmpfs and NFS can only punch; losing blocks is better than writing gigabytes of zeros.
	if (err == -EOPNOTSUPP && !sparse)
		err = zero_by_fallocate(fd, FALLOC_FL_PUNCH_HOLE, offset, end - offset);
	return err == -EOPNOTSUPP ? write_zeros(fd, offset, end - offset) : err;
}

// The next run of data at or after *at and before end; false when there is none.
static bool next_data(int fd, uint64_t at, uint64_t end, struct file_range *out, int *err)
{
	off_t data = lseek(fd, (off_t)at, SEEK_DATA);
	if (data < 0) {
		*err = errno == ENXIO ? 0 : -errno; // ENXIO: only a hole is left
		return false;
	}
	if ((uint64_t)data >= end)
		return false;
	off_t hole = lseek(fd, data, SEEK_HOLE);
	if (hole < 0) {
		*err = errno == ENXIO ? 0 : -errno; // cut short meanwhile
		return false;
	}
	uint64_t stop = (uint64_t)hole < end ? (uint64_t)hole : end;
	*out = (struct file_range){ .offset = (uint64_t)data, .length = stop - (uint64_t)data };
	return out->length > 0;
}

int sparse_allocated_ranges(int fd, uint64_t offset, uint64_t length, struct file_range *out, size_t cap,
	size_t *count, bool *more)
{
	if (offset > INT64_MAX || length > INT64_MAX - offset)
		return -EINVAL;
	uint64_t end = offset + length;
	struct file_range range;
	size_t found = 0;
	int err = 0;
	if (cap > SPARSE_RANGES_MAX)
		cap = SPARSE_RANGES_MAX;
	*more = false;
	while (offset < end && next_data(fd, offset, end, &range, &err)) {
		if (found == cap) {
			*more = true;
			break;
		}
		out[found++] = range;
		offset = range.offset + range.length;
	}
	*count = found;
	return err;
}

uint64_t sparse_allocation(const struct statx *st)
{
	return st->stx_blocks * 512; // whatever the block size: st_blocks counts in 512 (inode(7))
}
