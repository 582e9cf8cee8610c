// SPDX-License-Identifier: Apache-2.0
// Private to this folder: what an event says of a file, alike for the sensor's events (FILE, with an action)
// and the server's own (FILE_OPEN, FILE_CLOSE, ...). Paths are "share/path" in lower case, as names on SMB
// are the same in either.
#ifndef SIGNET_DETECT_FILE_VIEW_H
#define SIGNET_DETECT_FILE_VIEW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "event/event.h"

enum file_action {
	FILE_ACTION_NONE, // not about a file
	FILE_ACTION_OPEN, // also when it made or emptied the file: see replaced and made
	FILE_ACTION_READ,
	FILE_ACTION_WRITE,
	FILE_ACTION_RENAME,
	FILE_ACTION_DELETE,
	FILE_ACTION_CLOSE, // with what was read and written since the open
	FILE_ACTION_ATTRIBUTES,
};

enum { FILE_VIEW_PATH_MAX = 1024 };

struct file_view {
	enum file_action action;
	bool done; // not refused
	bool directory;
	bool made;     // the open created it
	bool replaced; // the open emptied what was there
	char path[FILE_VIEW_PATH_MAX];
	char target[FILE_VIEW_PATH_MAX]; // of a rename
	const char *name;                // the last part of path
};

// What is done, without looking at names: it is asked of each event.
enum file_action file_view_action(const struct event *e);
// False: the event is not about a file that has a name.
bool file_view_of(const struct event *e, struct file_view *out);
// The last part of a path; its extension with the dot, "" without one.
const char *file_view_name(const char *path);
const char *file_view_extension(const char *path);
// ADMIN$, C$ and other drives' letters: shares for administrators.
bool share_is_administrative(const char *share);

#endif
