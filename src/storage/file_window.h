// SPDX-License-Identifier: Apache-2.0
// Windows on a file: stretches of it that stay mapped between one read and the next, for what is read more
// than once is then neither mapped nor faulted in again. (That took a sixth of a large read's time.)
#ifndef SIGNET_STORAGE_FILE_WINDOW_H
#define SIGNET_STORAGE_FILE_WINDOW_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attributes.h"

enum {
	FILE_WINDOW_LEN = 32 << 20, // letting it go takes the kernel some 100 us
	FILE_WINDOWS_KEPT = 8,      // of an open
	FILE_WINDOWS_MAX = 64,      // of all: 2 GiB, which count as resident though they are page cache
};

// Pages of a file, mapped to be read. Constant but for its references.
struct file_window {
	atomic_uint refs;
	atomic_uint *counted; // NULL: not kept
	uint64_t start;       // in the file, at a page
	uint8_t *base;
	size_t size;
};

// What an open keeps. Guarded by its owner; all zero but for `count`: nothing.
struct file_windows {
	atomic_uint *count; // of all there are; NULL: none may be kept
	struct file_window *kept[FILE_WINDOWS_KEPT];
};

// One with the range in it, which must not go beyond INT64_MAX: kept before, or from now on, or for this time
// only. With a reference; NULL when it cannot be mapped.
struct file_window *file_window_get(struct file_windows *w, int fd, uint64_t offset, size_t len) WARN_UNUSED;
void file_window_unref(struct file_window *w); // NULL is fine
// Lets go of those that are kept; who reads there still may.
void file_windows_drop(struct file_windows *w);
// Whether dropping them takes long, so that no loop should do it.
bool file_windows_are_many(const struct file_windows *w);

#endif
