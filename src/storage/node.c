// SPDX-License-Identifier: Apache-2.0
#include "storage/node.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "storage/dirents.h"
#include "storage/node_entry.h"

enum { PROC_FD_PATH_SIZE = 32 };

static int fd_id(int fd, struct node_id *out)
{
	struct stat st;
	if (fstat(fd, &st) < 0)
		return -errno;
	*out = (struct node_id){ .dev = st.st_dev, .ino = st.st_ino };
	return 0;
}

static uint64_t open_flags(unsigned int access)
{
	uint64_t mode = O_RDONLY;
	if ((access & NODE_WRITE) != 0)
		mode = (access & NODE_READ) != 0 ? O_RDWR : O_WRONLY;
	// Not blocking on what may have become a fifo or has a lease; no terminal is taken either.
	return mode | O_NONBLOCK | O_NOCTTY | O_CLOEXEC;
}

int node_reopen(int node_fd, unsigned int access)
{
	char path[PROC_FD_PATH_SIZE];
	struct stat st;
	if (fstat(node_fd, &st) < 0)
		return -errno;
	if (!S_ISREG(st.st_mode) && !S_ISDIR(st.st_mode))
		return -EACCES;
	// A magic link: the kernel goes to the very inode, no name is looked up.
	(void)snprintf(path, sizeof(path), "/proc/self/fd/%d", node_fd);
	int fd = open(path, (int)open_flags(access));
	if (fd < 0)
		return errno == EAGAIN ? -EBUSY : -errno; // somebody's lease is being broken
	return fd;
}

// The quick way: by its name, which the kernel has cached, and a check that it is the same file.
static int open_by_name(const struct resolved *r, unsigned int access, bool may_block)
{
	struct node_id got = { 0 };
	struct node_id want = node_id_of(&r->stat);
	int fd = share_root_openat(r->parent_fd, r->name, open_flags(access) | O_NOFOLLOW, 0, may_block);
	if (fd < 0)
		return fd;
	int rc = fd_id(fd, &got);
	if (rc == 0 && node_id_equal(got, want))
		return fd;
	(void)close(fd);
	return rc < 0 ? rc : -ESTALE;
}

int node_open_data(const struct resolved *r, unsigned int access, bool may_block)
{
	if (!r->is_root && !r->is_link) {
		int fd = open_by_name(r, access, may_block);
		if (fd >= 0)
			return fd;
	}
	// Whatever went wrong may be about another file that has the name now.
	return may_block ? node_reopen(r->node_fd, access) : -EAGAIN;
}

static int name_is_free(struct share_root *root, int dir_fd, const char *name)
{
	char found[NAME_MAX + 1];
	int rc = entry_find(root, dir_fd, name, found);
	if (rc == -ENOENT)
		return 0;
	return rc < 0 ? rc : -EEXIST;
}

// Completes r with the new node; takes node_fd, also on failure.
static int resolved_created(struct resolved *r, int node_fd)
{
	struct statx stat;
	int rc = node_stat(node_fd, &stat);
	if (rc < 0) {
		(void)close(node_fd);
		return rc;
	}
	r->stat = stat;
	r->node_fd = node_fd;
	r->entry = node_id_of(&stat);
	r->exists = true;
	return 0;
}

static int create_file(struct resolved *r, mode_t mode, int *data_fd)
{
	uint64_t flags = O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW;
	int fd = share_root_openat(r->parent_fd, r->name, flags, mode, true);
	if (fd < 0)
		return fd;
	int copy = fcntl(fd, F_DUPFD_CLOEXEC, 3);
	int rc = copy < 0 ? -errno : resolved_created(r, copy);
	if (rc < 0) {
		(void)close(fd);
		return rc;
	}
	*data_fd = fd;
	return 0;
}

int node_create_file(struct share_root *root, struct resolved *r, mode_t mode, int *data_fd)
{
	struct name_lock lock;
	name_lock_take(&lock, root, r->parent, r->parent);
	int rc = name_is_free(root, r->parent_fd, r->name);
	if (rc == 0)
		rc = create_file(r, mode, data_fd);
	name_lock_release(&lock);
	return rc;
}

static int create_dir(struct resolved *r, mode_t mode)
{
	if (mkdirat(r->parent_fd, r->name, mode) < 0)
		return -errno;
	// mkdirat gives no descriptor: another process may have put something else there since. Then
	// the client gets that directory, as if it had opened it; never a link.
	int fd = share_root_openat(r->parent_fd, r->name, O_PATH | O_DIRECTORY | O_NOFOLLOW, 0, true);
	return fd < 0 ? fd : resolved_created(r, fd);
}

int node_create_dir(struct share_root *root, struct resolved *r, mode_t mode)
{
	struct name_lock lock;
	name_lock_take(&lock, root, r->parent, r->parent);
	int rc = name_is_free(root, r->parent_fd, r->name);
	if (rc == 0)
		rc = create_dir(r, mode);
	name_lock_release(&lock);
	return rc;
}

int node_remove(struct share_root *root, const struct resolved *r)
{
	struct name_lock lock;
	mode_t type = 0;
	name_lock_take(&lock, root, r->parent, r->parent);
	int rc = entry_still(r, &type);
	if (rc == 0 && unlinkat(r->parent_fd, r->name, type == S_IFDIR ? AT_REMOVEDIR : 0) < 0)
		rc = errno == EEXIST ? -ENOTEMPTY : -errno; // POSIX allows both for a directory in use
	name_lock_release(&lock);
	return rc;
}

int node_dir_is_empty(int dir_fd)
{
	struct dirents entries = DIRENTS_EMPTY;
	struct dirent_view entry;
	int rc = dirents_init(&entries, dir_fd, true);
	if (rc == 0)
		rc = dirents_next(&entries, true, &entry);
	dirents_done(&entries);
	return rc < 0 ? rc : rc == 0;
}
