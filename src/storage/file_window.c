// SPDX-License-Identifier: Apache-2.0
#include "storage/file_window.h"

#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

enum { MANY = 2 };

static struct file_window *window_new(int fd, uint64_t start, size_t size)
{
	struct file_window *w = calloc(1, sizeof(*w));
	if (w == NULL)
		return NULL;
	void *base = mmap(NULL, size, PROT_READ, MAP_SHARED, fd, (off_t)start);
	if (base == MAP_FAILED) {
		free(w);
		return NULL;
	}
	atomic_init(&w->refs, 1);
	w->start = start;
	w->base = base;
	w->size = size;
	return w;
}

void file_window_unref(struct file_window *w)
{
	if (w == NULL || atomic_fetch_sub(&w->refs, 1) != 1)
		return;
	(void)munmap(w->base, w->size);
	if (w->counted != NULL)
		atomic_fetch_sub(w->counted, 1);
	free(w);
}

static struct file_window *window_for_once(int fd, uint64_t offset, size_t len)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE), lead = (size_t)(offset % page);
	return window_new(fd, offset - lead, (lead + len + page - 1) / page * page);
}

static bool take_count(atomic_uint *count)
{
	if (count == NULL)
		return false;
	if (atomic_fetch_add(count, 1) < FILE_WINDOWS_MAX)
		return true;
	atomic_fetch_sub(count, 1);
	return false;
}

// It may reach beyond the file's end: what the file grows by is in it then.
static struct file_window *window_to_keep(struct file_windows *w, int fd, uint64_t start)
{
	if (!take_count(w->count))
		return NULL;
	struct file_window *made = window_new(fd, start, FILE_WINDOW_LEN);
	if (made == NULL) {
		atomic_fetch_sub(w->count, 1);
		return NULL;
	}
	made->counted = w->count;
	return made;
}

struct file_window *file_window_get(struct file_windows *w, int fd, uint64_t offset, size_t len)
{
	uint64_t number = offset / FILE_WINDOW_LEN, start = number * FILE_WINDOW_LEN;
	if (offset - start + len > FILE_WINDOW_LEN)
		return window_for_once(fd, offset, len);
	struct file_window **kept = &w->kept[number % FILE_WINDOWS_KEPT];
	if (*kept == NULL || (*kept)->start != start) {
		file_window_unref(*kept);
		*kept = window_to_keep(w, fd, start);
	}
	if (*kept == NULL)
		return window_for_once(fd, offset, len);
	atomic_fetch_add(&(*kept)->refs, 1);
	return *kept;
}

void file_windows_drop(struct file_windows *w)
{
	for (size_t i = 0; i < FILE_WINDOWS_KEPT; i++) {
		file_window_unref(w->kept[i]);
		w->kept[i] = NULL;
	}
}

bool file_windows_are_many(const struct file_windows *w)
{
	unsigned count = 0;
	for (size_t i = 0; i < FILE_WINDOWS_KEPT; i++)
		count += w->kept[i] != NULL;
	return count >= MANY;
}
