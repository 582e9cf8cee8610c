// SPDX-License-Identifier: Apache-2.0
#include "storage/sparse.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/falloc.h>
#include <linux/fiemap.h>
#include <linux/fs.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "storage/dos_attributes.h"

#define ZEROS_LEN (64u * 1024u)
#define EXTENTS_AT_ONCE 64u

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

struct range_list {
	struct file_range *items;
	size_t cap;
	size_t count;
	uint64_t begin; // what is asked for
	uint64_t end;
	bool more;
};

// Adds what of [from, to) is asked for; what touches the last one makes it longer. False when full.
static bool range_list_add(struct range_list *l, uint64_t from, uint64_t to)
{
	from = from > l->begin ? from : l->begin;
	to = to < l->end ? to : l->end;
	if (from >= to)
		return true;
	struct file_range *last = l->count > 0 ? &l->items[l->count - 1] : NULL;
	if (last != NULL && last->offset + last->length >= from) {
		last->length = to - last->offset;
		return true;
	}
	l->more = l->count == l->cap;
	if (!l->more)
		l->items[l->count++] = (struct file_range){ .offset = from, .length = to - from };
	return !l->more;
}

// Where the file system does not show its extents: what holds data.
static int add_data(int fd, struct range_list *l)
{
	uint64_t at = l->begin;
	while (at < l->end) {
		off_t data = lseek(fd, (off_t)at, SEEK_DATA);
		if (data < 0)
			return errno == ENXIO ? 0 : -errno; // ENXIO: only a hole is left
		off_t hole = lseek(fd, data, SEEK_HOLE);
		if (hole < 0)
			return errno == ENXIO ? 0 : -errno; // cut short meanwhile
		if (hole <= data || !range_list_add(l, (uint64_t)data, (uint64_t)hole))
			return 0;
		at = (uint64_t)hole;
	}
	return 0;
}

union extent_map {
	struct fiemap head;
	uint8_t room[sizeof(struct fiemap) + EXTENTS_AT_ONCE * sizeof(struct fiemap_extent)];
};

static int extent_map_load(int fd, uint64_t from, uint64_t to, union extent_map *map)
{
	memset(&map->head, 0, sizeof(map->head));
	map->head.fm_start = from;
	map->head.fm_length = to - from;
	map->head.fm_extent_count = EXTENTS_AT_ONCE;
	while (ioctl(fd, FS_IOC_FIEMAP, &map->head) < 0) {
		if (errno != EINTR)
			return -errno;
	}
	return 0;
}

// Extents are what is allocated, whether written yet or only reserved.
static int add_extents(int fd, struct range_list *l)
{
	union extent_map map;
	uint64_t at = l->begin;
	while (at < l->end) {
		int err = extent_map_load(fd, at, l->end, &map);
		if (err != 0 || map.head.fm_mapped_extents == 0)
			return err;
		for (uint32_t i = 0; i < map.head.fm_mapped_extents; i++) {
			const struct fiemap_extent *e = &map.head.fm_extents[i];
			uint64_t to = e->fe_logical + e->fe_length;
			if (to <= at)
				return 0; // no progress: the file changes under us
			if (!range_list_add(l, e->fe_logical, to) || (e->fe_flags & FIEMAP_EXTENT_LAST) != 0)
				return 0;
			at = to;
		}
	}
	return 0;
}

int sparse_allocated_ranges(int fd, uint64_t offset, uint64_t length, struct file_range *out, size_t cap,
	size_t *count, bool *more)
{
	struct stat st;
	if (offset > INT64_MAX || length > INT64_MAX - offset)
		return -EINVAL;
	if (fstat(fd, &st) < 0)
		return -errno;
	uint64_t size = (uint64_t)st.st_size, end = offset + length;
	struct range_list list = {
		.items = out,
		.cap = cap < SPARSE_RANGES_MAX ? cap : SPARSE_RANGES_MAX,
		.begin = offset,
		.end = end < size ? end : size,
	};
	int err = add_extents(fd, &list);
	if (err == -EOPNOTSUPP || err == -ENOTTY)
		err = add_data(fd, &list);
	*count = list.count;
	*more = list.more;
	return err;
}

// A block that holds extended attributes is counted by some file systems; it is not the data's.
uint64_t sparse_allocation(const struct statx *st)
{
	const uint64_t unit = 4096, round = 64 * 1024;
	uint64_t taken = st->stx_blocks * 512; // whatever the block size: st_blocks counts in 512 (inode(7))
	uint64_t content = (st->stx_size + unit - 1) / unit * unit;
	if (taken > content && taken - content <= unit)
		return content;
	// Much is reserved in round numbers: then no such block is counted.
	return taken > content && taken % round != 0 ? taken - unit : taken;
}
