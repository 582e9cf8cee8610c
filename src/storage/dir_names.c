// SPDX-License-Identifier: Apache-2.0
#include "storage/dir_names.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/statfs.h>

#include "base/filetime.h"
#include "storage/dir_index.h"
#include "storage/dirents.h"
#include "storage/name_table.h"
#include "wire/fscc/name_valid.h"

// Recorded while a directory is read; with more it is not kept.
enum { CHANGES_BYTES_MAX = 1024 * 1024 };

static struct stamp stamp_of(const struct statx *st)
{
	return (struct stamp){ .mtime = st->stx_mtime, .ctime = st->stx_ctime };
}

struct dir_names *dir_names_new(const struct statx *st, int watch)
{
	struct dir_names *d = calloc(1, sizeof(*d));
	if (d == NULL)
		return NULL;
	d->names = name_table_new();
	if (d->names == NULL) {
		free(d);
		return NULL;
	}
	d->id = node_id_of(st);
	d->watch = watch;
	d->building = true;
	d->stamp = stamp_of(st);
	return d;
}

void dir_names_free(struct dir_names *d)
{
	name_table_free(d->names);
	free(d->changes.data);
	free(d);
}

// Names that no client can ask for would only take room.
static bool name_counts(const char *name)
{
	return nt_status_ok(name_component_check(name, strlen(name)));
}

static int names_apply(struct dir_names *d, enum dir_change change, const char *name)
{
	if (change == DIR_CHANGE_REMOVED) {
		name_table_remove(d->names, name);
		return 0;
	}
	return name_counts(name) ? name_table_add(d->names, name) : 0;
}

static int changes_add(struct changes *c, enum dir_change change, const char *name)
{
	size_t size = strlen(name) + 1;
	if (c->cap - c->len < size + 1) {
		size_t cap = 2 * (c->cap + size + 1);
		char *data = cap > CHANGES_BYTES_MAX ? NULL : realloc(c->data, cap);
		if (data == NULL)
			return -ENOMEM;
		c->data = data;
		c->cap = cap;
	}
	c->data[c->len] = (char)change;
	memcpy(c->data + c->len + 1, name, size);
	c->len += size + 1;
	return 0;
}

// Others may change the files of these without this kernel knowing: what is not known to be local.
static bool fs_is_remote(int fd)
{
	static const uint32_t local[] = {
		0xEF53,     // ext2, ext3, ext4
		0x58465342, // xfs
		0x9123683E, // btrfs
		0x01021994, // tmpfs
		0x858458F6, // ramfs
		0xF2F52010, // f2fs
		0x2FC12FC1, // zfs
		0xCA451A4E, // bcachefs
		0x794C7630, // overlayfs
		0x4D44,     // vfat
		0x2011BAB0, // exfat
		0x3153464A, // jfs
		0x7366746E, // ntfs3
	};
	struct statfs fs;
	if (fstatfs(fd, &fs) < 0)
		return true;
	for (size_t i = 0; i < ARRAY_LEN(local); i++)
		if ((uint32_t)fs.f_type == local[i])
			return false;
	return true;
}

static bool time_equal(struct statx_timestamp a, struct statx_timestamp b)
{
	return a.tv_sec == b.tv_sec && a.tv_nsec == b.tv_nsec;
}

// Whether a remote directory may have changed without an event. What came with events explains a new
// time; somebody else's change hidden behind that is found when the age is over.
bool dir_names_stale(struct dir_names *d, const struct statx *st)
{
	if (!d->remote)
		return false;
	struct stamp now = stamp_of(st);
	bool moved = !time_equal(now.mtime, d->stamp.mtime) || !time_equal(now.ctime, d->stamp.ctime);
	bool explained = d->changed;
	d->stamp = now;
	d->changed = false;
	return (moved && !explained) || monotonic_ms() - d->built_ms > DIR_INDEX_REMOTE_AGE_MS;
}

int dir_names_read(struct dir_names *d, int dir_fd, uint64_t *hidden)
{
	struct dirents entries = DIRENTS_EMPTY;
	struct dirent_view entry;
	d->remote = fs_is_remote(dir_fd);
	d->built_ms = monotonic_ms();
	int rc = dirents_init(&entries, dir_fd, true);
	while (rc >= 0 && (rc = dirents_next(&entries, true, &entry)) == 1) {
		if (name_counts(entry.name))
			rc = name_table_add(d->names, entry.name);
		else
			(*hidden)++;
	}
	dirents_done(&entries);
	return rc;
}

int dir_names_change(struct dir_names *d, enum dir_change change, const char *name)
{
	d->changed = true;
	return d->building ? changes_add(&d->changes, change, name) : names_apply(d, change, name);
}

// The last change of each name decides, and all since before the reading are there: the result is
// the directory as it is now.
int dir_names_catch_up(struct dir_names *d)
{
	d->building = false;
	for (size_t at = 0; at < d->changes.len;) {
		const char *name = d->changes.data + at + 1;
		int rc = names_apply(d, (enum dir_change)d->changes.data[at], name);
		if (rc < 0)
			return rc;
		at += strlen(name) + 2;
	}
	free(d->changes.data);
	d->changes = (struct changes){ 0 };
	return 0;
}

size_t dir_names_bytes(const struct dir_names *d)
{
	return sizeof(*d) + name_table_bytes(d->names);
}
