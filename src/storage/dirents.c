// SPDX-License-Identifier: Apache-2.0
#include "storage/dirents.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "storage/share_root.h"

int dirents_init(struct dirents *d, int dir_fd, bool may_block)
{
	int fd = share_root_openat(dir_fd, ".", O_RDONLY | O_DIRECTORY | O_NOFOLLOW, 0, may_block);
	if (fd < 0)
		return fd;
	*d = (struct dirents){ .fd = fd };
	return 0;
}

static void dirents_drop_batch(struct dirents *d)
{
	free(d->buf);
	d->buf = NULL;
	d->len = 0;
	d->pos = 0;
}

void dirents_done(struct dirents *d)
{
	dirents_drop_batch(d);
	if (d->fd >= 0)
		(void)close(d->fd);
	d->fd = -1;
}

void dirents_rewind(struct dirents *d)
{
	dirents_drop_batch(d);
	(void)lseek(d->fd, 0, SEEK_SET);
}

static int dirents_fill(struct dirents *d)
{
	if (d->buf == NULL)
		d->buf = malloc(DIRENTS_BATCH_BYTES);
	if (d->buf == NULL)
		return -ENOMEM;
	ssize_t n = getdents64(d->fd, d->buf, DIRENTS_BATCH_BYTES);
	if (n < 0)
		return -errno;
	d->len = (size_t)n;
	d->pos = 0;
	if (n == 0)
		dirents_drop_batch(d);
	return n != 0;
}

static bool is_dot_or_dot_dot(const char *name)
{
	return name[0] == '.' && (name[1] == '\0' || (name[1] == '.' && name[2] == '\0'));
}

int dirents_next(struct dirents *d, bool may_block, struct dirent_view *out)
{
	for (;;) {
		if (d->pos == d->len) {
			int rc = may_block ? dirents_fill(d) : -EAGAIN;
			if (rc <= 0)
				return rc;
		}
		// The kernel's own layout, in a buffer that malloc aligned.
		const struct dirent64 *entry = (const void *)(d->buf + d->pos);
		d->pos += entry->d_reclen;
		if (is_dot_or_dot_dot(entry->d_name))
			continue;
		*out = (struct dirent_view){ .name = entry->d_name, .type = entry->d_type };
		return 1;
	}
}
