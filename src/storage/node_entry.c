// SPDX-License-Identifier: Apache-2.0
#include "storage/node_entry.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

#include "storage/dir_index.h"

int entry_find(struct share_root *root, int dir_fd, const char *name, char found[NAME_MAX + 1])
{
	struct stat st;
	if (fstatat(dir_fd, name, &st, AT_SYMLINK_NOFOLLOW) == 0) {
		if (strlen(name) > NAME_MAX)
			return -ENAMETOOLONG;
		(void)strcpy(found, name);
		return 0;
	}
	if (errno != ENOENT)
		return -errno;
	int rc = dir_index_find(share_root_index(root), dir_fd, name, true, found);
	return rc == -EACCES ? -ENOENT
			     : rc; // one that cannot be listed has names in their own spelling alone
}

int entry_id(int dir_fd, const char *name, struct node_id *out, mode_t *type)
{
	struct stat st;
	if (fstatat(dir_fd, name, &st, AT_SYMLINK_NOFOLLOW) < 0)
		return -errno;
	*out = (struct node_id){ .dev = st.st_dev, .ino = st.st_ino };
	*type = st.st_mode & S_IFMT;
	return 0;
}

int entry_still(const struct resolved *r, mode_t *type)
{
	struct node_id now = { 0 };
	if (r->is_root)
		return -EBUSY;
	int rc = entry_id(r->parent_fd, r->name, &now, type);
	if (rc < 0)
		return rc;
	return node_id_equal(now, r->entry) ? 0 : -ENOENT;
}
