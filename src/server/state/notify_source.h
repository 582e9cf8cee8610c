// SPDX-License-Identifier: Apache-2.0
// Where external changes come from: fanotify with directory handles and names (Linux 5.13, without
// privileges). It is used rather than inotify because it says which process made a change: what this
// process did itself has been reported already, with better knowledge of what it was, and is dropped
// here without guessing by time. FAN_RENAME (Linux 5.17) gives both names of a rename at once; older
// kernels give a removal and an addition.
//
// Not thread-safe: used under the registry's lock, but for notify_source_read().
#ifndef SIGNET_SERVER_STATE_NOTIFY_SOURCE_H
#define SIGNET_SERVER_STATE_NOTIFY_SOURCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attributes.h"

struct notify_dir;
struct notify_source;

// A directory that the kernel watches, whatever paths and shares it is reached by.
struct notify_mark {
	struct notify_mark *next; // in its bucket
	struct notify_dir *dirs;  // by mark_next
	int fd;                   // O_PATH: to take the watch away again
	uint64_t fsid;
	int32_t handle_type;
	uint32_t handle_len;
	uint8_t handle[128]; // MAX_HANDLE_SZ
};

// NULL when the kernel does not offer it.
struct notify_source *notify_source_new(void) WARN_UNUSED;
void notify_source_free(struct notify_source *source);
int notify_source_fd(const struct notify_source *source);

// The mark of a directory; NULL when it cannot be watched (its file system has no handles, a limit).
struct notify_mark *notify_source_mark(struct notify_source *source, int dir_fd) WARN_UNUSED;
// Takes the mark away; nothing may refer to it any more.
void notify_source_unmark(struct notify_source *source, struct notify_mark *mark);

// Events of other processes, as one of these.
struct notify_change {
	uint64_t mask; // FAN_* bits
	bool is_directory;
	bool lost;                      // the kernel's queue overflowed: nothing else is set
	const struct notify_mark *mark; // where name is; of a rename: the old one; NULL: not watched
	const char *name;
	const struct notify_mark *new_mark; // of a rename
	const char *new_name;
};

// Reads what is there into buffer (8-byte aligned); bytes, 0 for nothing.
size_t notify_source_read(const struct notify_source *source, void *buffer, size_t cap);
// Calls report for each event of another process in what was read.
void notify_source_parse(const struct notify_source *source, const void *buffer, size_t len,
	void (*report)(void *user, const struct notify_change *change), void *user);

#endif
