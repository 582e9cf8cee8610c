// SPDX-License-Identifier: Apache-2.0
// FILE_NOTIFY_INFORMATION (MS-FSCC 2.7.1): what CHANGE_NOTIFY tells, a chain, 4-byte aligned.
#ifndef SIGNET_WIRE_FSCC_NOTIFY_INFO_H
#define SIGNET_WIRE_FSCC_NOTIFY_INFO_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/reader.h"
#include "base/writer.h"

enum file_action {
	FILE_ACTION_ADDED = 1,
	FILE_ACTION_REMOVED = 2,
	FILE_ACTION_MODIFIED = 3,
	FILE_ACTION_RENAMED_OLD_NAME = 4,
	FILE_ACTION_RENAMED_NEW_NAME = 5,
	FILE_ACTION_ADDED_STREAM = 6,
	FILE_ACTION_REMOVED_STREAM = 7,
	FILE_ACTION_MODIFIED_STREAM = 8,
};

struct notify_list {
	struct writer *w;
	size_t start;
	size_t last; // the last whole entry
	size_t count;
};

struct notify_list notify_list_begin(struct writer *w);
// name: UTF-8, relative to the watched directory, '\' between components. false: it did not fit (or is
// not UTF-8); the writer ends with the last whole entry, and the server answers NOTIFY_ENUM_DIR.
bool notify_list_append(struct notify_list *list, uint32_t action, const char *name) WARN_UNUSED;

struct notify_walk {
	struct reader r;
	bool done;
};
struct notify_walk notify_walk_begin(struct span bytes);
// As dir_walk_next.
bool notify_walk_next(
	struct notify_walk *walk, struct arena *a, uint32_t *action, const char **name) WARN_UNUSED;

#endif
