// SPDX-License-Identifier: Apache-2.0
// Copying between two open files without the data going through the client: FSCTL_SRV_COPYCHUNK
// (MS-SMB2 3.3.5.15.6) and FSCTL_DUPLICATE_EXTENTS_TO_FILE (MS-FSCC 2.3.7).
#ifndef SIGNET_STORAGE_FILE_COPY_H
#define SIGNET_STORAGE_FILE_COPY_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/attributes.h"

// Bytes moved in one call at most, so that one call occupies a thread for a bounded time.
#define FILE_COPY_STEP_MAX (16u * 1024u * 1024u)

// Copies up to len bytes (at most FILE_COPY_STEP_MAX) and returns how many; 0 only at the source's end
// or for len 0. Ranges that overlap in the same file are copied as if through a buffer, or -EINVAL
// when they are too large for one (more than 1 MiB). Call again until done.
ssize_t file_copy_step(int source_fd, uint64_t source_offset, int target_fd, uint64_t target_offset,
	uint64_t len) WARN_UNUSED;
// Shares extents. -EOPNOTSUPP: the file system cannot; -EXDEV: two file systems; -EINVAL: not aligned to
// its blocks, or beyond the source's end.
int file_clone_range(int source_fd, uint64_t source_offset, int target_fd, uint64_t target_offset,
	uint64_t len) WARN_UNUSED;

#endif
