// SPDX-License-Identifier: Apache-2.0
// Alternate data streams (MS-FSCC 2.1.5) as extended attributes of the file, in the form of Samba's
// vfs_streams_xattr: user.DosStream.<name>:$DATA holds the stream's bytes and one NUL after them.
//
// Names here are UTF-8 without colon and type ("Zone.Identifier"); they are matched without regard to
// case and keep the case they were created with. fd names the base file (a file or directory, O_PATH
// allowed). An extended attribute is only replaced whole, so a write is read-modify-write: the caller
// holds a mutex of the file over each modifying call (streams do not lock).
//
// Errors: -ENOENT no such stream (OBJECT_NAME_NOT_FOUND); -EINVAL a name that is not valid;
// -ENAMETOOLONG; -ENOSPC the file system cannot hold it (it or the file's attributes together are too
// large: ext4 has some 4 KiB for all, xfs 64 KiB for each); -ENOTSUP no user attributes here.
#ifndef SIGNET_STORAGE_STREAMS_H
#define SIGNET_STORAGE_STREAMS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/arena.h"
#include "base/attributes.h"
#include "base/span.h"

#define STREAM_XATTR_PREFIX "user.DosStream."
#define STREAM_XATTR_SUFFIX ":$DATA"
// Bytes of UTF-8 in a name: what XATTR_NAME_MAX leaves.
#define STREAM_NAME_MAX 234u
// Bytes in a stream: XATTR_SIZE_MAX less the NUL.
#define STREAM_SIZE_MAX 65535u
// Streams listed of one file; more (64 KiB of names could hold some 2700) are left out.
#define STREAM_COUNT_MAX 1024u

struct stream {
	const char *name; // as stored
	uint64_t size;    // bytes
	uint64_t allocation;
};

struct stream_list {
	struct stream *entries; // in the arena, in the file system's order; without the unnamed stream
	size_t count;
};

// Whether a name may be a stream's: not empty, none of / \ : (MS-FSCC 2.1.5.3 allows control characters),
// valid UTF-8, not too long. -EINVAL, -ENAMETOOLONG or 0.
int stream_name_check(const char *name) WARN_UNUSED;

// How much room a stream of that many bytes is said to take.
uint64_t stream_allocation(uint64_t size);

int stream_list(int fd, struct arena *a, struct stream_list *out) WARN_UNUSED;
// Finds a stream whatever the case of its letters; out->name is the stored one, in the arena.
int stream_find(int fd, const char *name, struct arena *a, struct stream *out) WARN_UNUSED;
// Those below take the stored name (of stream_find or stream_create) exactly.

// Makes an empty stream. -EEXIST when one exists under this exact name; call stream_find first.
int stream_create(int fd, const char *name) WARN_UNUSED;
// Bytes in the stream.
int stream_size(int fd, const char *name, uint64_t *size) WARN_UNUSED;
// Bytes read: fewer than len at the end, 0 at or beyond it.
ssize_t stream_read(int fd, const char *name, uint64_t offset, void *buf, size_t len) WARN_UNUSED;
// All of data is written (a gap is filled with zeros) or nothing is. -ENOSPC beyond STREAM_SIZE_MAX.
int stream_write(int fd, const char *name, uint64_t offset, struct span data) WARN_UNUSED;
// Shortens or extends with zeros.
int stream_truncate(int fd, const char *name, uint64_t size) WARN_UNUSED;
int stream_remove(int fd, const char *name) WARN_UNUSED;
// Removes all of them (MS-FSA 2.1.5.1.2.1: overwriting or superseding the base file does).
int stream_remove_all(int fd) WARN_UNUSED;
// -EEXIST when to exists (in any case of letters, unless it is from itself) and replace is false.
int stream_rename(int fd, const char *from, const char *to, bool replace) WARN_UNUSED;

#endif
