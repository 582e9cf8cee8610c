// SPDX-License-Identifier: Apache-2.0
#include "storage/share_root.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/openat2.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/statfs.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "storage/dir_index.h"

enum {
	NAME_LOCK_STRIPES = 64,
	// openat2 gives up with EAGAIN when something is renamed while it follows "..", and wants to be
	// called again; a rename loop of a local process must not keep us for ever.
	OPENAT2_RETRIES_MAX = 128,
	PROC_FD_PATH_SIZE = 32
};

struct share_root {
	atomic_uint refs;
	int fd;
	uint32_t share_id;
	struct node_id id;
	uint64_t fs_type;
	bool has_xattrs;
	bool listed_only;
	share_root_owner *as_owner;
	bool has_birth_time;
	struct dir_index *index;
	pthread_mutex_t stripes[NAME_LOCK_STRIPES];
};

static bool probe_xattrs(int fd)
{
	char path[PROC_FD_PATH_SIZE];
	(void)snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	return getxattr(path, "user.DOSATTRIB", NULL, 0) >= 0 || (errno != ENOTSUP && errno != ENOENT);
}

static int root_fill(struct share_root *root)
{
	struct statx stat;
	struct statfs fs;
	int rc = node_stat(root->fd, &stat);
	if (rc < 0)
		return rc;
	if (fstatfs(root->fd, &fs) < 0)
		return -errno;
	// Also finds out whether the kernel has openat2 at all.
	int self = share_root_openat(root->fd, ".", O_PATH | O_DIRECTORY, 0, true);
	if (self < 0)
		return self;
	(void)close(self);
	root->id = node_id_of(&stat);
	root->fs_type = (uint64_t)fs.f_type;
	root->has_birth_time = (stat.stx_mask & STATX_BTIME) != 0;
	root->has_xattrs = probe_xattrs(root->fd);
	return dir_index_new(&root->index);
}

int share_root_open(const char *path, uint32_t share_id, struct share_root **out)
{
	struct share_root *root = calloc(1, sizeof(*root));
	if (root == NULL)
		return -ENOMEM;
	atomic_init(&root->refs, 1);
	root->share_id = share_id;
	for (size_t i = 0; i < NAME_LOCK_STRIPES; i++)
		(void)pthread_mutex_init(&root->stripes[i], NULL);
	root->fd = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
	int rc = root->fd < 0 ? -errno : root_fill(root);
	if (rc < 0) {
		share_root_unref(root);
		return rc;
	}
	*out = root;
	return 0;
}

struct share_root *share_root_ref(struct share_root *root)
{
	atomic_fetch_add_explicit(&root->refs, 1, memory_order_relaxed);
	return root;
}

void share_root_unref(struct share_root *root)
{
	if (root == NULL || atomic_fetch_sub_explicit(&root->refs, 1, memory_order_acq_rel) != 1)
		return;
	if (root->fd >= 0)
		(void)close(root->fd);
	dir_index_free(root->index);
	for (size_t i = 0; i < NAME_LOCK_STRIPES; i++)
		(void)pthread_mutex_destroy(&root->stripes[i]);
	free(root);
}

int share_root_fd(const struct share_root *root)
{
	return root->fd;
}

uint32_t share_root_share_id(const struct share_root *root)
{
	return root->share_id;
}

struct node_id share_root_node_id(const struct share_root *root)
{
	return root->id;
}

uint64_t share_root_fs_type(const struct share_root *root)
{
	return root->fs_type;
}

bool share_root_has_xattrs(const struct share_root *root)
{
	return root->has_xattrs;
}

void share_root_set_listed_only(struct share_root *root)
{
	root->listed_only = true;
}

bool share_root_is_listed_only(const struct share_root *root)
{
	return root->listed_only;
}

void share_root_set_as_owner(struct share_root *root, share_root_owner *as_owner)
{
	root->as_owner = as_owner;
}

bool share_root_acts_as_owner(const struct share_root *root)
{
	return root->as_owner != NULL;
}

int share_root_as_owner(const struct share_root *root, int dir_fd, int (*act)(void *arg), void *arg)
{
	struct statx stat;
	if (root->as_owner == NULL)
		return -EACCES;
	int rc = node_stat(dir_fd, &stat);
	return rc < 0 ? rc : root->as_owner(&stat, act, arg);
}

bool share_root_has_birth_time(const struct share_root *root)
{
	return root->has_birth_time;
}

struct dir_index *share_root_index(struct share_root *root)
{
	return root->index;
}

int share_root_openat(int dir_fd, const char *path, uint64_t flags, mode_t mode, bool may_block)
{
	struct open_how how = {
		.flags = flags | O_CLOEXEC,
		.mode = mode,
		.resolve = RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS | (may_block ? 0 : RESOLVE_CACHED),
	};
	for (int tries = 0;; tries++) {
		long fd = syscall(SYS_openat2, dir_fd, path, &how, sizeof(how));
		if (fd >= 0)
			return (int)fd;
		if (errno == EINTR)
			continue;
		if (errno != EAGAIN || !may_block)
			return -errno;
		if (tries == OPENAT2_RETRIES_MAX)
			return -EBUSY;
		(void)sched_yield();
	}
}

int node_stat(int fd, struct statx *out)
{
	unsigned int want = STATX_BASIC_STATS | STATX_BTIME | STATX_MNT_ID;
	return statx(fd, "", AT_EMPTY_PATH | AT_STATX_DONT_SYNC, want, out) < 0 ? -errno : 0;
}

struct node_id node_id_of(const struct statx *stat)
{
	return (struct node_id){
		.dev = makedev(stat->stx_dev_major, stat->stx_dev_minor),
		.ino = stat->stx_ino,
	};
}

static int fd_path(int fd, char out[PATH_MAX])
{
	out[0] = '\0';
	char link[PROC_FD_PATH_SIZE];
	(void)snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	ssize_t len = readlink(link, out, PATH_MAX);
	if (len < 0)
		return -errno;
	if (len >= PATH_MAX)
		return -ENAMETOOLONG;
	out[len] = '\0';
	return 0;
}

// The kernel's text is a hint ("(deleted)" may be part of a name): only a path that leads to the
// same file is an answer.
static int path_leads_to(const struct share_root *root, const char *path, int fd)
{
	struct statx want = { 0 }, got = { 0 };
	int there = share_root_openat(root->fd, path[0] == '\0' ? "." : path, O_PATH | O_NOFOLLOW, 0, true);
	if (there < 0)
		return -ENOENT;
	int rc = node_stat(there, &got);
	if (rc == 0)
		rc = node_stat(fd, &want);
	(void)close(there);
	if (rc < 0)
		return rc;
	return node_id_equal(node_id_of(&want), node_id_of(&got)) ? 0 : -ENOENT;
}

int share_root_told_path(const struct share_root *root, int fd, char *out, size_t out_size)
{
	char base[PATH_MAX], path[PATH_MAX];
	int rc = fd_path(root->fd, base);
	if (rc == 0)
		rc = fd_path(fd, path);
	if (rc < 0)
		return rc;
	size_t skip = strcmp(base, "/") == 0 ? 0 : strlen(base);
	// NOLINTNEXTLINE(clang-analyzer-core.UndefinedBinaryOperatorResult): fd_path has ended it with a NUL
	if (strncmp(path, base, skip) != 0 || (path[skip] != '/' && path[skip] != '\0'))
		return -ENOENT;
	const char *relative = path + skip + (path[skip] == '/' ? 1 : 0);
	if (strlen(relative) >= out_size)
		return -ENAMETOOLONG;
	memcpy(out, relative, strlen(relative) + 1);
	return 0;
}

int share_root_path_of(const struct share_root *root, int fd, char *out, size_t out_size)
{
	char path[PATH_MAX];
	int rc = share_root_told_path(root, fd, path, sizeof(path));
	if (rc == 0)
		rc = path_leads_to(root, path, fd);
	if (rc < 0)
		return rc;
	if (strlen(path) >= out_size)
		return -ENAMETOOLONG;
	memcpy(out, path, strlen(path) + 1);
	return 0;
}

static unsigned int stripe_of(struct node_id id)
{
	uint64_t mixed = (id.ino ^ (id.dev << 32)) * 0x9E3779B97F4A7C15u;
	return (unsigned int)(mixed >> 58) % NAME_LOCK_STRIPES;
}

void name_lock_take(struct name_lock *lock, struct share_root *root, struct node_id a, struct node_id b)
{
	unsigned int x = stripe_of(a), y = stripe_of(b);
	// Always in the same order, so that two renames in opposite directions do not wait for each other.
	*lock = (struct name_lock){ .root = root, .first = x < y ? x : y, .second = x < y ? y : x };
	(void)pthread_mutex_lock(&root->stripes[lock->first]);
	if (lock->second != lock->first)
		(void)pthread_mutex_lock(&root->stripes[lock->second]);
}

void name_lock_release(struct name_lock *lock)
{
	if (lock->second != lock->first)
		(void)pthread_mutex_unlock(&lock->root->stripes[lock->second]);
	(void)pthread_mutex_unlock(&lock->root->stripes[lock->first]);
}
