// SPDX-License-Identifier: Apache-2.0
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "storage/node.h"
#include "storage/node_entry.h"

enum { PROC_FD_PATH_SIZE = 32 };

static int move(int from_fd, const char *from, int to_fd, const char *to, unsigned int flags)
{
	return renameat2(from_fd, from, to_fd, to, flags) < 0 ? -errno : 0;
}

// A target exists as `there`, in some spelling. Replaced in one step; if its spelling is not the one
// asked for, a second step gives it that, with the same content either way.
static int rename_onto(const struct resolved *r, const struct resolved *to, const char *there, bool replace)
{
	struct node_id target;
	mode_t type;
	int rc = entry_id(to->parent_fd, there, &target, &type);
	if (rc < 0)
		return rc;
	bool same_dir = node_id_equal(r->parent, to->parent);
	if (same_dir && strcmp(there, r->name) == 0) {
		// The file itself, in another spelling or none.
		if (strcmp(r->name, to->asked) == 0)
			return 0;
		return move(r->parent_fd, r->name, to->parent_fd, to->asked, RENAME_NOREPLACE);
	}
	if (!replace)
		return -EEXIST;
	if (type == S_IFDIR)
		return -EPERM;
	if (node_id_equal(target, r->entry)) {
		// Two hard links of one file: rename(2) would do nothing.
		if (unlinkat(to->parent_fd, there, 0) < 0)
			return -errno;
		return move(r->parent_fd, r->name, to->parent_fd, to->asked, RENAME_NOREPLACE);
	}
	rc = move(r->parent_fd, r->name, to->parent_fd, there, 0);
	if (rc < 0 || strcmp(there, to->asked) == 0)
		return rc == -ENOTDIR ? -EPERM : rc; // a directory onto a file
	return move(to->parent_fd, there, to->parent_fd, to->asked, RENAME_NOREPLACE);
}

int node_rename(struct share_root *root, const struct resolved *r, const struct resolved *to, bool replace)
{
	char there[NAME_MAX + 1];
	struct name_lock lock;
	mode_t type = 0;
	name_lock_take(&lock, root, r->parent, to->parent);
	int rc = to->is_root ? -EEXIST : entry_still(r, &type);
	if (rc == 0) {
		rc = entry_find(root, to->parent_fd, to->asked, there);
		if (rc == 0)
			rc = rename_onto(r, to, there, replace);
		else if (rc == -ENOENT)
			rc = move(r->parent_fd, r->name, to->parent_fd, to->asked, RENAME_NOREPLACE);
	}
	name_lock_release(&lock);
	return rc;
}

static int link_make_room(const struct resolved *r, int dir_fd, const char *there, bool replace)
{
	struct node_id target;
	mode_t type;
	int rc = entry_id(dir_fd, there, &target, &type);
	if (rc < 0)
		return rc;
	if (!replace || node_id_equal(target, node_id_of(&r->stat)))
		return -EEXIST;
	if (type == S_IFDIR)
		return -EPERM;
	return unlinkat(dir_fd, there, 0) < 0 ? -errno : 0;
}

static int link_node(int node_fd, int dir_fd, const char *name)
{
	char path[PROC_FD_PATH_SIZE];
	// AT_EMPTY_PATH would need a capability; the magic link leads to the same inode without one.
	(void)snprintf(path, sizeof(path), "/proc/self/fd/%d", node_fd);
	return linkat(AT_FDCWD, path, dir_fd, name, AT_SYMLINK_FOLLOW) < 0 ? -errno : 0;
}

int node_link(struct share_root *root, const struct resolved *r, const struct resolved *to, bool replace)
{
	char there[NAME_MAX + 1];
	struct name_lock lock;
	if (S_ISDIR(r->stat.stx_mode))
		return -EISDIR;
	name_lock_take(&lock, root, to->parent, to->parent);
	int rc = to->is_root ? -EEXIST : entry_find(root, to->parent_fd, to->asked, there);
	if (rc == 0)
		rc = link_make_room(r, to->parent_fd, there, replace);
	else if (rc == -ENOENT)
		rc = 0;
	if (rc == 0)
		rc = link_node(r->node_fd, to->parent_fd, to->asked);
	name_lock_release(&lock);
	return rc;
}
