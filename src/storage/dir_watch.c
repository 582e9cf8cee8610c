// SPDX-License-Identifier: Apache-2.0
#include "storage/dir_watch.h"

#include <errno.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/inotify.h>
#include <unistd.h>

// Many small events or few with the longest names.
enum { DRAIN_BATCH_BYTES = 16 * 1024 };

int dir_watch_open(void)
{
	int fd = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
	return fd < 0 ? -errno : fd;
}

int dir_watch_add(int watch_fd, int dir_fd)
{
	char path[32];
	(void)snprintf(path, sizeof(path), "/proc/self/fd/%d", dir_fd);
	int watch = inotify_add_watch(watch_fd, path,
		IN_CREATE | IN_DELETE | IN_MOVED_FROM | IN_MOVED_TO | IN_DELETE_SELF | IN_ONLYDIR);
	return watch < 0 ? -errno : watch;
}

void dir_watch_remove(int watch_fd, int watch)
{
	(void)inotify_rm_watch(watch_fd, watch);
}

static void report(const struct inotify_event *event, dir_change_fn *fn, void *arg)
{
	if ((event->mask & IN_Q_OVERFLOW) != 0)
		fn(arg, -1, DIR_CHANGE_OVERFLOW, NULL);
	else if ((event->mask & (IN_DELETE_SELF | IN_UNMOUNT | IN_IGNORED)) != 0)
		fn(arg, event->wd, DIR_CHANGE_GONE, NULL);
	else if (event->len != 0)
		fn(arg, event->wd,
			(event->mask & (IN_CREATE | IN_MOVED_TO)) != 0 ? DIR_CHANGE_ADDED
								       : DIR_CHANGE_REMOVED,
			event->name);
}

void dir_watch_drain(int watch_fd, dir_change_fn *fn, void *arg)
{
	_Alignas(struct inotify_event) char batch[DRAIN_BATCH_BYTES];
	for (;;) {
		ssize_t len = read(watch_fd, batch, sizeof(batch));
		if (len < 0 && errno == EINTR)
			continue;
		if (len <= 0)
			return;
		for (size_t at = 0; at < (size_t)len;) {
			const struct inotify_event *event = (const void *)(batch + at);
			at += sizeof(*event) + event->len;
			report(event, fn, arg);
		}
	}
}
