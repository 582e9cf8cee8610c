// SPDX-License-Identifier: Apache-2.0
// The names of one directory, as dir_index.c keeps them: a table, kept up by changes, and what tells
// when it is no longer to be believed. The index's lock protects all of it, but for the builder, who
// alone uses the names while `building` is set.
#ifndef SIGNET_STORAGE_DIR_NAMES_H
#define SIGNET_STORAGE_DIR_NAMES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>

#include "base/attributes.h"
#include "storage/dir_watch.h"
#include "storage/share_root.h"

struct name_table;

// Changes that came while the directory was being read: a kind byte, the name, a NUL; again.
struct changes {
	char *data;
	size_t len;
	size_t cap;
};

struct stamp {
	struct statx_timestamp mtime;
	struct statx_timestamp ctime;
};

struct dir_names {
	struct dir_names *next_by_id;
	struct dir_names *next_by_watch;
	struct dir_names *newer; // in order of use
	struct dir_names *older;
	struct node_id id;
	int watch;
	bool building;
	bool doomed; // answers for whoever built it, then goes
	bool remote;
	bool changed; // by an event, since stamp was taken
	struct stamp stamp;
	uint64_t built_ms;
	struct changes changes;
	struct name_table *names;
	size_t bytes; // as counted in the index's sum
};

struct dir_names *dir_names_new(const struct statx *st, int watch) WARN_UNUSED; // building; NULL: no memory
void dir_names_free(struct dir_names *d);

// A change of a name, ADDED or REMOVED: recorded while building, else applied. 0, -ENOMEM.
int dir_names_change(struct dir_names *d, enum dir_change change, const char *name) WARN_UNUSED;
// Reads the directory into the table, and counts the names that are left out.
int dir_names_read(struct dir_names *d, int dir_fd, uint64_t *hidden) WARN_UNUSED;
// Applies what was recorded meanwhile and ends building.
int dir_names_catch_up(struct dir_names *d) WARN_UNUSED;
// Whether the directory may have changed without an event.
bool dir_names_stale(struct dir_names *d, const struct statx *st);
size_t dir_names_bytes(const struct dir_names *d);

#endif
