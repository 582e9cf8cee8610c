// SPDX-License-Identifier: Apache-2.0
// A piece of a file where the page cache has it, to be read once without a copy. Another process may
// cut the file meanwhile: touch it under a guard only (base/fault_guard.h).
#ifndef SIGNET_STORAGE_FILE_MAP_H
#define SIGNET_STORAGE_FILE_MAP_H

#include <stddef.h>
#include <stdint.h>

#include "base/attributes.h"
#include "base/span.h"
#include "storage/file_window.h"

enum {
	FILE_MAP_LEN_MIN = 256 << 10, // below it a copy costs less than the mapping
	FILE_MAP_LEN_MAX = 16 << 20,
};

struct file_map {
	struct file_window *window; // with a reference; NULL: nothing is mapped
	struct span data;
};

// Maps it, in a window that is kept if that can be. 0, or -EAGAIN: not all of the range is in the file and in
// memory, or the kernel does not tell this process (mincore(2) tells owners and those who may write), or it
// is too short or too long.
int file_map(struct file_map *m, struct file_windows *kept, int fd, uint64_t offset, size_t len) WARN_UNUSED;
// Nothing mapped is fine.
void file_unmap(struct file_map *m);

#endif
