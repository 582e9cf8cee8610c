// SPDX-License-Identifier: Apache-2.0
// Extended attributes of whatever a descriptor names, O_PATH descriptors included.
//
// The f*xattr calls refuse an O_PATH descriptor with EBADF (fgetxattr(2)), and getxattrat(2) only came
// with Linux 6.13. So a refused call is repeated on /proc/self/fd/N, which the kernel resolves to the
// very same inode: no name is looked up again, nothing can be swapped in between. It needs /proc.
//
// All: thread-safe on distinct files; negative errno on failure. A value or list that does not fit on
// the file system is -ENOSPC, whichever of ENOSPC, EDQUOT, E2BIG and ERANGE the file system chose.
#ifndef SIGNET_STORAGE_FD_XATTR_H
#define SIGNET_STORAGE_FD_XATTR_H

#include <stddef.h>
#include <sys/types.h>

#include "base/arena.h"
#include "base/attributes.h"
#include "base/span.h"

// Linux' own limits (linux/limits.h), whatever a file system allows below them.
#define FD_XATTR_NAME_MAX 255u
#define FD_XATTR_VALUE_MAX 65536u
#define FD_XATTR_LIST_MAX 65536u

// Bytes read into buf; with cap 0 the value's size. -ENODATA: absent; -ERANGE: cap is too small.
ssize_t fd_xattr_get(int fd, const char *name, void *buf, size_t cap) WARN_UNUSED;
// The whole value in the arena (len 0: present and empty). -ENODATA: absent; -ENOMEM.
int fd_xattr_load(int fd, const char *name, struct arena *a, struct span *out) WARN_UNUSED;
// The names, each with its NUL, one after another, in the arena; len 0 when there are none or when
// the file system has no extended attributes.
int fd_xattr_names(int fd, struct arena *a, struct span *out) WARN_UNUSED;
// flags: 0, XATTR_CREATE (-EEXIST) or XATTR_REPLACE (-ENODATA).
int fd_xattr_set(int fd, const char *name, struct span value, int flags) WARN_UNUSED;
// -ENODATA: absent.
int fd_xattr_remove(int fd, const char *name) WARN_UNUSED;

// Which of these attributes the file has, a bit for each: one call instead of as many as there are. Those
// of which it cannot be told count as there: asking for them says more.
unsigned fd_xattr_which(int fd, const char *const *wanted, unsigned count);

#endif
