// SPDX-License-Identifier: Apache-2.0
// Changes of names in directories, from inotify, as calls. Not thread-safe: the owner locks.
#ifndef SIGNET_STORAGE_DIR_WATCH_H
#define SIGNET_STORAGE_DIR_WATCH_H

#include "base/attributes.h"

enum dir_change {
	DIR_CHANGE_ADDED,
	DIR_CHANGE_REMOVED,
	DIR_CHANGE_GONE,    // the directory itself was deleted or unmounted; name is NULL
	DIR_CHANGE_OVERFLOW // changes were lost, anywhere; watch is -1, name is NULL
};

typedef void dir_change_fn(void *arg, int watch, enum dir_change change, const char *name);

// A descriptor, or negative errno where the system has none left.
int dir_watch_open(void) WARN_UNUSED;
// A watch number, the same for the same directory. -ENOSPC: no more watches; -EACCES.
int dir_watch_add(int watch_fd, int dir_fd) WARN_UNUSED;
// What is still queued for it comes nevertheless.
void dir_watch_remove(int watch_fd, int watch);
// Calls fn for everything that happened until now, in order.
void dir_watch_drain(int watch_fd, dir_change_fn *fn, void *arg);

#endif
