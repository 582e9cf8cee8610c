// SPDX-License-Identifier: Apache-2.0
#include "storage/node_entry.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

#include "storage/listed_name.h"

// One that is there and not listed is a second name of something (vfat's short ones): nobody may take it, and
// nobody is told what it leads to.
static int find_listed_only(struct share_root *root, int dir_fd, const char *name, char found[NAME_MAX + 1])
{
	struct stat st;
	int rc = listed_name_find(root, dir_fd, name, true, found);
	if (rc != -ENOENT || fstatat(dir_fd, name, &st, AT_SYMLINK_NOFOLLOW) < 0)
		return rc;
	rc = listed_name_find(root, dir_fd, name, true, found); // or it was made just now
	return rc == -ENOENT ? -EACCES : rc;
}

int entry_find(struct share_root *root, int dir_fd, const char *name, char found[NAME_MAX + 1])
{
	struct stat st;
	if (share_root_is_listed_only(root))
		return find_listed_only(root, dir_fd, name, found);
	if (fstatat(dir_fd, name, &st, AT_SYMLINK_NOFOLLOW) == 0) {
		if (strlen(name) > NAME_MAX)
			return -ENAMETOOLONG;
		(void)strcpy(found, name);
		return 0;
	}
	return errno == ENOENT ? listed_name_find(root, dir_fd, name, true, found) : -errno;
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
