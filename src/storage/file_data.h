// SPDX-License-Identifier: Apache-2.0
// The bytes of an open file. Thread-safe as the kernel is.
//
// With may_block false only what needs no waiting is done (RWF_NOWAIT); -EAGAIN then means: do the
// whole again where waiting is allowed. What was read or written until then does no harm.
// Failures are negative errnos for nt_status_of_errno; -EINVAL for ranges beyond INT64_MAX.
#ifndef SIGNET_STORAGE_FILE_DATA_H
#define SIGNET_STORAGE_FILE_DATA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/attributes.h"

// Bytes read: len, or fewer at the end of the file; 0 at or beyond it.
ssize_t file_read(int fd, void *buf, size_t len, uint64_t offset, bool may_block) WARN_UNUSED;
// Bytes written: always len. A full disk is -ENOSPC even when part of it was written.
ssize_t file_write(int fd, const void *buf, size_t len, uint64_t offset, bool may_block) WARN_UNUSED;

// These wait.
int file_set_size(int fd, uint64_t size) WARN_UNUSED;
// FileAllocationInformation (MS-FSCC 2.4.4): less than the file's size cuts it, more reserves blocks
// beyond its end (a file system that cannot reserve is no failure), reservations above are let go.
int file_set_allocation(int fd, uint64_t bytes) WARN_UNUSED;
// Durable when it returns; data_only leaves times that no reader needs.
int file_flush(int fd, bool data_only) WARN_UNUSED;

#endif
