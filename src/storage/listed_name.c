// SPDX-License-Identifier: Apache-2.0
#include "storage/listed_name.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "storage/dir_index.h"

struct search {
	struct share_root *root;
	int dir_fd;
	const char *name;
	char *found;
};

static int search_listed(void *arg)
{
	struct search *s = arg;
	return dir_index_find(share_root_index(s->root), s->dir_fd, s->name, true, s->found);
}

static int find_as_owner(
	struct share_root *root, int dir_fd, const char *name, bool may_block, char found[NAME_MAX + 1])
{
	struct search search = { root, dir_fd, name, found };
	return may_block ? share_root_as_owner(root, dir_fd, search_listed, &search) : -EAGAIN;
}

// 0, -EACCES, another failure.
static int may_list(int dir_fd, bool may_block)
{
	int fd = share_root_openat(dir_fd, ".", O_RDONLY | O_DIRECTORY | O_NOFOLLOW, 0, may_block);
	if (fd >= 0)
		(void)close(fd);
	return fd < 0 ? fd : 0;
}

int listed_name_find(
	struct share_root *root, int dir_fd, const char *name, bool may_block, char found[NAME_MAX + 1])
{
	int rc = dir_index_find(share_root_index(root), dir_fd, name, may_block, found);
	if (rc == -EACCES && !share_root_is_listed_only(root))
		return -ENOENT;
	if (rc == -EACCES)
		rc = find_as_owner(root, dir_fd, name, may_block, found);
	if (rc != 0 || !share_root_acts_as_owner(root) || strcmp(found, name) == 0)
		return rc;
	// Another spelling is only for who is shown it; the index may have been made for somebody else.
	rc = may_list(dir_fd, may_block);
	return rc == -EACCES ? -ENOENT : rc;
}
