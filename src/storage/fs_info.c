// SPDX-License-Identifier: Apache-2.0
#include "storage/fs_info.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/statvfs.h>

#include "base/utf16.h"
#include "storage/dos_attributes.h"
#include "storage/fd_xattr.h"

#define SECTOR_LEN 512u
#define NAME_MAX_CHARACTERS 255u
#define BTRFS_MAGIC 0x9123683EL
#define XFS_MAGIC 0x58465342L

// Well-spread bits from well-known ones (SplitMix64's finalizer); nothing secret is hidden by it.
static uint64_t mix(uint64_t x)
{
	x += UINT64_C(0x9E3779B97F4A7C15);
	x = (x ^ x >> 30) * UINT64_C(0xBF58476D1CE4E5B9);
	x = (x ^ x >> 27) * UINT64_C(0x94D049BB133111EB);
	return x ^ x >> 31;
}

static void fill_identity(struct fs_info *out, const struct statfs *fs, const struct statx *st)
{
	int32_t words[2];
	_Static_assert(sizeof(words) == sizeof(fs->f_fsid), "two words");
	memcpy(words, &fs->f_fsid, sizeof(words));
	uint64_t fsid = (uint64_t)(uint32_t)words[0] << 32 | (uint32_t)words[1];
	// From the file system's UUID on ext4 and btrfs; where there is none, the device has to do.
	if (!fsid)
		fsid = (uint64_t)st->stx_dev_major << 32 | st->stx_dev_minor;
	out->volume_id = mix(fsid);
	// These tell shares of one file system apart, as their labels do.
	uint64_t share = mix(out->volume_id ^ mix(st->stx_ino));
	out->serial = (uint32_t)share;
	uint64_t halves[2] = { out->volume_id, share };
	memcpy(out->object_id, halves, sizeof(halves));
}

static void fill_sizes(struct fs_info *out, const struct statvfs *vfs)
{
	uint64_t unit = vfs->f_frsize ? vfs->f_frsize : vfs->f_bsize;
	out->bytes_per_sector = SECTOR_LEN;
	out->sectors_per_unit = unit >= SECTOR_LEN ? (uint32_t)(unit / SECTOR_LEN) : 1;
	// Units smaller than a sector do not exist on disks, but a FUSE file system may say so.
	uint64_t per_sector = unit && unit < SECTOR_LEN ? SECTOR_LEN / unit : 1;
	out->total_units = vfs->f_blocks / per_sector;
	out->available_units = vfs->f_bavail / per_sector;
	out->free_units = vfs->f_bfree / per_sector;
}

static bool has_user_xattrs(int root_fd)
{
	return fd_xattr_get(root_fd, DOS_ATTRIBUTES_XATTR, NULL, 0) != -ENOTSUP;
}

static uint32_t attributes_of(int root_fd, const struct statfs *fs, bool read_only)
{
	uint32_t attributes = FS_CASE_SENSITIVE_SEARCH | FS_CASE_PRESERVED_NAMES | FS_UNICODE_ON_DISK |
			      FS_SUPPORTS_SPARSE_FILES | FS_SUPPORTS_HARD_LINKS;
	if (has_user_xattrs(root_fd))
		attributes |= FS_PERSISTENT_ACLS | FS_NAMED_STREAMS | FS_SUPPORTS_EXTENDED_ATTRIBUTES;
	if (fs->f_type == BTRFS_MAGIC || fs->f_type == XFS_MAGIC)
		attributes |= FS_SUPPORTS_BLOCK_REFCOUNTING;
	if (read_only)
		attributes |= FS_READ_ONLY_VOLUME;
	return attributes;
}

static void fill_label(struct fs_info *out, const char *label)
{
	const char *cursor = label;
	size_t len = 0;
	for (size_t i = 0; i < FS_INFO_LABEL_MAX; i++) {
		uint32_t c = utf8_next(&cursor);
		if (c == 0 || c == UTF8_INVALID)
			break;
		len = (size_t)(cursor - label);
	}
	memcpy(out->label, label, len);
	out->label[len] = '\0';
}

int fs_info_load(int root_fd, const char *label, struct fs_info *out)
{
	struct statvfs vfs;
	struct statfs fs;
	struct statx st;
	if (fstatvfs(root_fd, &vfs) < 0 || fstatfs(root_fd, &fs) < 0 ||
		statx(root_fd, "", AT_EMPTY_PATH, STATX_BASIC_STATS | STATX_BTIME, &st) < 0)
		return -errno;
	struct dos_attributes dos;
	dos_attributes_default(&st, &dos);
	struct fs_info info = {
		.name_max = vfs.f_namemax && vfs.f_namemax < NAME_MAX_CHARACTERS ? (uint32_t)vfs.f_namemax
										 : NAME_MAX_CHARACTERS,
		.create_time = dos.create_time,
		.read_only = vfs.f_flag & ST_RDONLY,
	};
	info.attributes = attributes_of(root_fd, &fs, info.read_only);
	fill_sizes(&info, &vfs);
	fill_identity(&info, &fs, &st);
	fill_label(&info, label);
	*out = info;
	return 0;
}
