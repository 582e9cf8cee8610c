// SPDX-License-Identifier: Apache-2.0
// Holes: FSCTL_SET_SPARSE, FSCTL_SET_ZERO_DATA and FSCTL_QUERY_ALLOCATED_RANGES (MS-FSCC 2.3.69,
// 2.3.71, 2.3.52) on the kernel's own.
#ifndef SIGNET_STORAGE_SPARSE_H
#define SIGNET_STORAGE_SPARSE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>

#include "base/attributes.h"
#include "wire/fscc/fsctl.h"

// Ranges looked at in one query, whatever room the caller has.
#define SPARSE_RANGES_MAX 65536u

// Sets or clears the SPARSE_FILE attribute; the caller holds a mutex of the file (read-modify-write).
int sparse_set(int fd, const struct statx *st, bool sparse) WARN_UNUSED;
// Makes [offset, beyond) zeros without changing the file's size; what is beyond the end is left out. A
// sparse file gives its blocks back, another keeps them allocated where the file system can. -EINVAL: beyond
// < offset.
int sparse_zero(int fd, uint64_t offset, uint64_t beyond, bool sparse) WARN_UNUSED;
// The parts of [offset, offset + length) before the file's end that are allocated, ascending, at most cap
// of them in out; *more when there would be others (BUFFER_OVERFLOW). File systems that know no holes: one
// range. Moves the descriptor's file offset: fd must be one that is only used with offsets (pread).
// Thread-safe.
int sparse_allocated_ranges(int fd, uint64_t offset, uint64_t length, struct file_range *out, size_t cap,
	size_t *count, bool *more) WARN_UNUSED;
// AllocationSize: what the data takes on disk, in bytes.
uint64_t sparse_allocation(const struct statx *st);

#endif
