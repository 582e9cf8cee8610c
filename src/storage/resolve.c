// SPDX-License-Identifier: Apache-2.0
#include "storage/resolve.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/scheduling.h"
#include "storage/listed_name.h"

// Where a look-up is: the directory reached, its path in the disk's spelling, what is left.
struct walk {
	struct share_root *root;
	struct arena *arena;
	bool may_block;
	int dir_fd;      // owned
	char *real;      // room for SHARE_PATH_BYTES_MAX and a NUL
	size_t real_len; // of the directories passed, without a '/' at the end
	bool by_link;    // one of them was a link
};

void resolved_done(struct resolved *r)
{
	// A zeroed one owns nothing: descriptor 0 is never a resolved file's.
	if (r->parent_fd > 0)
		(void)close(r->parent_fd);
	if (r->node_fd > 0)
		(void)close(r->node_fd);
	r->parent_fd = -1;
	r->node_fd = -1;
}

static int fd_dup(int fd)
{
	int copy = fcntl(fd, F_DUPFD_CLOEXEC, 3);
	return copy < 0 ? -errno : copy;
}

static void walk_enter(struct walk *w, int dir_fd)
{
	if (w->dir_fd >= 0)
		(void)close(w->dir_fd);
	w->dir_fd = dir_fd;
}

// Adds a component to the path in the disk's spelling; returns the length before, to go back to.
static int walk_append(struct walk *w, const char *name)
{
	size_t len = strlen(name), slash = w->real_len == 0 ? 0 : 1;
	if (w->real_len + slash + len > SHARE_PATH_BYTES_MAX)
		return -ENAMETOOLONG;
	if (slash != 0)
		w->real[w->real_len] = '/';
	memcpy(w->real + w->real_len + slash, name, len + 1);
	w->real_len += slash + len;
	return 0;
}

// Opens the component just appended as a directory. One step from where the walk is; a symbolic link
// may lead anywhere in the share, so that is asked of the kernel from the root.
static int open_step(struct walk *w, const char *name)
{
	int fd = share_root_openat(w->dir_fd, name, O_PATH | O_DIRECTORY | O_NOFOLLOW, 0, w->may_block);
	if (fd != -ENOTDIR && fd != -ELOOP)
		return fd;
	w->by_link = true;
	return share_root_openat(share_root_fd(w->root), w->real, O_PATH | O_DIRECTORY, 0, w->may_block);
}

static int walk_step(struct walk *w, const char *name)
{
	char found[NAME_MAX + 1];
	size_t before = w->real_len;
	int rc = walk_append(w, name);
	if (rc < 0)
		return rc;
	int fd = share_root_is_listed_only(w->root) ? -ENOENT : open_step(w, name);
	if (fd == -ENOENT) {
		rc = listed_name_find(w->root, w->dir_fd, name, w->may_block, found);
		if (rc < 0)
			return rc;
		w->real_len = before;
		rc = walk_append(w, found);
		if (rc < 0)
			return rc;
		fd = open_step(w, found);
	}
	if (fd < 0)
		return fd;
	walk_enter(w, fd);
	return 0;
}

// Component by component, each in the spelling that the disk has.
static int walk_slowly(struct walk *w, const char *dirs, size_t len)
{
	int fd = fd_dup(share_root_fd(w->root));
	if (fd < 0)
		return fd;
	walk_enter(w, fd);
	for (size_t at = 0; at < len;) {
		char name[NAME_MAX + 1];
		const char *slash = memchr(dirs + at, '/', len - at);
		size_t n = slash == NULL ? len - at : (size_t)(slash - (dirs + at));
		if (n > NAME_MAX)
			return -ENAMETOOLONG;
		memcpy(name, dirs + at, n);
		name[n] = '\0';
		int rc = walk_step(w, name);
		if (rc < 0)
			return rc;
		at += n + 1;
		if (w->may_block)
			step_aside();
	}
	return 0;
}

// Reaches the directory that holds the last component: in one go when the spelling is the disk's.
static int walk_to_parent(struct walk *w, const char *dirs, size_t len)
{
	int fd;
	if (len == 0) {
		fd = fd_dup(share_root_fd(w->root));
	} else if (share_root_is_listed_only(w->root)) {
		return walk_slowly(w, dirs, len);
	} else {
		memcpy(w->real, dirs, len);
		w->real[len] = '\0';
		fd = share_root_openat(
			share_root_fd(w->root), w->real, O_PATH | O_DIRECTORY, 0, w->may_block);
		if (fd == -ENOENT)
			return walk_slowly(w, dirs, len);
	}
	if (fd < 0)
		return fd;
	w->real_len = len;
	walk_enter(w, fd);
	return 0;
}

// Follows a link that is the last component, seen from the root so that it may lead anywhere inside.
static int follow_link(const struct walk *w, struct resolved *r)
{
	int fd = share_root_openat(share_root_fd(w->root), w->real, O_PATH, 0, w->may_block);
	if (fd < 0)
		return fd;
	(void)close(r->node_fd);
	r->node_fd = fd;
	r->is_link = true;
	return node_stat(fd, &r->stat);
}

// Asks the index what the name asked for is called: a descriptor, -ENOENT, or a failure. exact is what
// the kernel said of the very spelling: not there, or that it does not know without waiting.
static int find_spelling(struct walk *w, struct resolved *r, int exact)
{
	char found[NAME_MAX + 1];
	int rc = listed_name_find(w->root, w->dir_fd, r->asked, w->may_block, found);
	if (rc < 0)
		return rc;
	if (strcmp(found, r->asked) == 0 && !share_root_is_listed_only(w->root))
		return exact;
	r->name = arena_strdup(w->arena, found);
	if (r->name == NULL)
		return -ENOMEM;
	return share_root_openat(w->dir_fd, r->name, O_PATH | O_NOFOLLOW, 0, w->may_block);
}

// What the last component is, in the spelling asked for or, failing that, in the disk's. A new name is
// never in the kernel's cache, but the index can say without waiting that there is none.
static int find_entry(struct walk *w, struct resolved *r, bool *there)
{
	r->name = r->asked;
	int fd = share_root_is_listed_only(w->root)
			 ? -ENOENT
			 : share_root_openat(w->dir_fd, r->asked, O_PATH | O_NOFOLLOW, 0, w->may_block);
	if (fd == -ENOENT || fd == -EAGAIN)
		fd = find_spelling(w, r, fd);
	if (fd < 0 && fd != -ENOENT)
		return fd;
	*there = fd >= 0;
	r->node_fd = fd >= 0 ? fd : -1;
	if (fd < 0)
		r->name = r->asked;
	return walk_append(w, r->name);
}

static struct nt_status entry_status(const struct statx *stat)
{
	// What is neither file nor directory has effects of its own when it is opened, or never answers.
	return S_ISREG(stat->stx_mode) || S_ISDIR(stat->stx_mode) ? STATUS(SUCCESS) : STATUS(ACCESS_DENIED);
}

static int resolve_entry(struct walk *w, struct resolved *r, struct nt_status *status)
{
	bool there = false;
	int rc = find_entry(w, r, &there);
	*status = STATUS(SUCCESS);
	if (rc < 0 || !there)
		return rc;
	rc = node_stat(r->node_fd, &r->stat);
	if (rc < 0)
		return rc;
	r->exists = true;
	r->entry = node_id_of(&r->stat);
	if (S_ISLNK(r->stat.stx_mode))
		rc = follow_link(w, r);
	if (rc == 0)
		*status = entry_status(&r->stat);
	return rc;
}

static int resolve_root(struct walk *w, struct resolved *r)
{
	r->parent_fd = fd_dup(share_root_fd(w->root));
	r->node_fd = fd_dup(share_root_fd(w->root));
	if (r->parent_fd < 0 || r->node_fd < 0)
		return r->parent_fd < 0 ? r->parent_fd : r->node_fd;
	r->exists = true;
	r->is_root = true;
	r->name = r->asked = r->path = "";
	r->parent = r->entry = share_root_node_id(w->root);
	return node_stat(r->node_fd, &r->stat);
}

// The parent's identity, and the strings, once everything else is known.
static int resolved_finish(struct walk *w, struct resolved *r)
{
	struct statx stat;
	int rc = node_stat(w->dir_fd, &stat);
	if (rc < 0)
		return rc;
	r->parent = node_id_of(&stat);
	r->by_link = w->by_link;
	r->parent_fd = w->dir_fd;
	w->dir_fd = -1;
	r->path = arena_strndup(w->arena, w->real, w->real_len);
	return r->path == NULL ? -ENOMEM : 0;
}

// Missing or not a directory, anywhere above the last component, is the same to a client.
static struct nt_status parent_status(int rc)
{
	return rc == -ENOENT || rc == -ENOTDIR ? STATUS(OBJECT_PATH_NOT_FOUND) : nt_status_of_errno(rc);
}

static int resolve_below(struct walk *w, const char *path, struct resolved *r, struct nt_status *status)
{
	const char *slash = strrchr(path, '/');
	size_t dirs_len = slash == NULL ? 0 : (size_t)(slash - path);
	int rc = walk_to_parent(w, path, dirs_len);
	if (rc < 0) {
		*status = parent_status(rc);
		return rc == -EAGAIN ? rc : 0;
	}
	r->asked = arena_strdup(w->arena, slash == NULL ? path : slash + 1);
	rc = r->asked == NULL ? -ENOMEM : resolve_entry(w, r, status);
	if (rc == 0 && nt_status_ok(*status))
		rc = resolved_finish(w, r);
	if (rc < 0)
		*status = nt_status_of_errno(rc);
	return rc == -EAGAIN ? rc : 0;
}

int resolve_path(struct share_root *root, const char *path, bool may_block, struct arena *a,
	struct resolved *out, struct nt_status *status)
{
	char real[SHARE_PATH_BYTES_MAX + 1];
	struct resolved r = RESOLVED_EMPTY;
	struct walk w = { .root = root, .arena = a, .may_block = may_block, .dir_fd = -1, .real = real };
	int rc = 0;
	if (path[0] == '\0')
		*status = nt_status_of_errno(resolve_root(&w, &r));
	else if (strlen(path) > SHARE_PATH_BYTES_MAX)
		*status = STATUS(OBJECT_NAME_INVALID);
	else
		rc = resolve_below(&w, path, &r, status);
	if (w.dir_fd >= 0)
		(void)close(w.dir_fd);
	if (rc == 0 && nt_status_ok(*status))
		*out = r;
	else
		resolved_done(&r);
	return rc;
}
