// SPDX-License-Identifier: Apache-2.0
// The raw entries of a directory in big batches (getdents64), read through a descriptor of its own.
// "." and ".." are left out. One thread at a time.
#ifndef SIGNET_STORAGE_DIRENTS_H
#define SIGNET_STORAGE_DIRENTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attributes.h"

enum { DIRENTS_BATCH_BYTES = 64 * 1024 };

struct dirents {
	int fd;       // O_RDONLY, owned
	uint8_t *buf; // DIRENTS_BATCH_BYTES, owned; NULL until the first entry and after the last
	size_t len;
	size_t pos;
};

struct dirent_view {
	const char *name;   // until the next call
	unsigned char type; // DT_*
};

#define DIRENTS_EMPTY ((struct dirents){ .fd = -1 })

// Opens the directory that dir_fd (O_PATH is enough) is. 0 or a negative errno, -EAGAIN only with
// may_block false.
int dirents_init(struct dirents *d, int dir_fd, bool may_block) WARN_UNUSED;
void dirents_done(struct dirents *d);
// 1: an entry; 0: the end; negative errno. With may_block false, -EAGAIN when a batch is needed.
int dirents_next(struct dirents *d, bool may_block, struct dirent_view *out) WARN_UNUSED;
void dirents_rewind(struct dirents *d);

#endif
