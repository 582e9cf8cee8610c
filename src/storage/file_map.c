// SPDX-License-Identifier: Apache-2.0
#include "storage/file_map.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

enum { PAGE_LEN_MIN = 4096 };

// Without the right to know, mincore says that everything is there.
static bool may_know_residency(int fd, const struct stat *st)
{
	return st->st_uid == geteuid() || faccessat(fd, "", W_OK, AT_EMPTY_PATH | AT_EACCESS) == 0;
}

static bool is_mappable(int fd, uint64_t offset, size_t len)
{
	struct stat st;
	if (len < FILE_MAP_LEN_MIN || len > FILE_MAP_LEN_MAX || offset > INT64_MAX)
		return false;
	if (fstat(fd, &st) < 0 || !S_ISREG(st.st_mode) || !may_know_residency(fd, &st))
		return false;
	uint64_t size = (uint64_t)st.st_size;
	return offset <= size && len <= size - offset;
}

static bool is_resident(struct span data)
{
	unsigned char pages[FILE_MAP_LEN_MAX / PAGE_LEN_MIN + 1];
	size_t page = (size_t)sysconf(_SC_PAGESIZE), lead = (uintptr_t)data.data % page;
	size_t count = (lead + data.len + page - 1) / page;
	if (mincore((void *)((uintptr_t)data.data - lead), count * page, pages) < 0)
		return false;
	for (size_t i = 0; i < count; i++)
		if ((pages[i] & 1) == 0)
			return false;
	return true;
}

int file_map(struct file_map *m, struct file_windows *kept, int fd, uint64_t offset, size_t len)
{
	*m = (struct file_map){ .window = NULL };
	if (!is_mappable(fd, offset, len))
		return -EAGAIN;
	struct file_window *w = file_window_get(kept, fd, offset, len);
	if (w == NULL)
		return -EAGAIN;
	*m = (struct file_map){ .window = w, .data = { w->base + (offset - w->start), len } };
	if (is_resident(m->data))
		return 0;
	file_unmap(m);
	return -EAGAIN;
}

void file_unmap(struct file_map *m)
{
	file_window_unref(m->window);
	*m = (struct file_map){ .window = NULL };
}
