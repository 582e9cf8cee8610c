// SPDX-License-Identifier: Apache-2.0
// Which spelling of a name is in a directory: an index per directory over names folded with Windows'
// upper-case table, so that neither a look-up nor the "is there none yet?" before each creation
// scans the directory.
//
// How it stays right. A positive answer is proved by the caller's openat2; the risk is a negative one
// after somebody else made the name. Comparing the directory's mtime does not help: kernel time
// stamps have ticks of milliseconds, and our own creations move them all the time. So each index
// has an inotify watch, set before the directory is read, and the queue is drained before each
// answer: the kernel queues an event before the system call that caused it returns, so a change that
// is complete is seen, whoever made it, this server included (nobody has to report own changes).
// Changes made during the first read are recorded and applied after it.
// On file systems that others can change behind the kernel (NFS, FUSE, 9p, ...) mtime and ctime are
// compared too, and an index serves no longer than DIR_INDEX_REMOTE_AGE_MS.
// Where no watch can be had nothing is kept: each look-up reads the directory once.
//
// Thread-safe. Memory is bounded: the least recently used indices go.
#ifndef SIGNET_STORAGE_DIR_INDEX_H
#define SIGNET_STORAGE_DIR_INDEX_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attributes.h"

enum {
	DIR_INDEX_BYTES_MAX = 64 * 1024 * 1024, // of all indices of one share
	DIR_INDEX_DIRS_MAX = 2048,              // directories, thus watches, of one share
	DIR_INDEX_REMOTE_AGE_MS = 10000
};

struct dir_index;

struct dir_index_stats {
	uint64_t passes; // times a directory was read
	uint64_t lookups;
	uint64_t hidden_names; // seen in passes: not UTF-8, or not possible on Windows
	uint64_t evictions;
	uint64_t overflows; // of the kernel's queue: all indices were dropped
	size_t dirs;
	size_t bytes;
};

int dir_index_new(struct dir_index **out) WARN_UNUSED; // 0, -ENOMEM; no inotify is not an error
void dir_index_free(struct dir_index *index);

// The spelling of name in the directory dir_fd (O_PATH is enough): name itself if it is there, else
// the first in byte order that Windows holds equal.
// 0: found is set (NUL-terminated); -ENOENT: no such name, in this spelling or another; -EAGAIN: only
// with may_block false, the index has to be built, or someone builds it, or others may have made the
// name on a file system that is not local; otherwise why the directory could not be read.
int dir_index_find(struct dir_index *index, int dir_fd, const char *name, bool may_block,
	char found[NAME_MAX + 1]) WARN_UNUSED;

void dir_index_stats(struct dir_index *index, struct dir_index_stats *out);

#endif
