// SPDX-License-Identifier: Apache-2.0
// Files of the state directory: read only if nobody else could have, replaced as a whole, changed by one
// process at a time. Functions return 0 or -errno and then say in *error what is wrong and what to do.
#ifndef SIGNET_AUTH_STATE_FILE_H
#define SIGNET_AUTH_STATE_FILE_H

#include <stddef.h>
#include <sys/stat.h>

#include "auth/accounts.h"
#include "base/attributes.h"
#include "base/span.h"

enum { STATE_FILE_LEN_MAX = 64 * 1024 * 1024 };

// Fills *error and returns code.
int account_fail(struct account_error *error, int code, const char *fmt, ...) PRINTF_LIKE(3, 4);

// The open state directory; a descriptor, or -errno.
int state_dir_open(const char *path, struct account_error *error) WARN_UNUSED;

// The whole file, NUL-terminated, malloc'ed: wipe (len bytes) and free it. -ENOENT leaves *error alone.
int state_file_read(int dir, const char *dir_path, const char *name, char **text, size_t *len,
	struct stat *st, struct account_error *error) WARN_UNUSED;
// Only while the lock is held.
int state_file_replace(int dir, const char *dir_path, const char *name, struct span text,
	struct account_error *error) WARN_UNUSED;

// Takes the directory's lock: a descriptor to close, which gives it back; or -errno.
int state_lock(int dir, const char *dir_path, struct account_error *error) WARN_UNUSED;

// For descriptors: CLEANUP(state_close) int fd = …; negative ones are left alone.
void state_close(int *fd);

#endif
