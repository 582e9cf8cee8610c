// SPDX-License-Identifier: Apache-2.0
// The four times of a file (MS-FSCC 2.4.7), as FILETIMEs, from and to the file system.
#ifndef SIGNET_STORAGE_FILE_TIMES_H
#define SIGNET_STORAGE_FILE_TIMES_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/stat.h>

#include "base/attributes.h"
#include "wire/fscc/file_info.h"

// FILE_TIME_KEEP, _FREEZE and _THAW: freezing and thawing is state of the open, so it is the server's;
// here both just leave the file's time as it is. creation is 0 from statx when the file system has no
// birth time.

// Whether a client may send it: one of the three above or not negative (as signed 64 bits).
bool file_time_valid(uint64_t t);
// Whether it is a point in time rather than one of the three.
bool file_time_is_set(uint64_t t);

// creation is the birth time; what a client set is in dos_attributes.
void file_times_of_statx(const struct statx *st, struct file_times *out);
// Sets last_access and last_write where they are points in time. change cannot be set: Linux moves
// it to now; creation goes through dos_attributes. fd may be O_PATH. -EPERM: not the file's owner.
int file_times_set(int fd, const struct file_times *times) WARN_UNUSED;

#endif
