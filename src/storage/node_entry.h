// SPDX-License-Identifier: Apache-2.0
// What a name in a directory is at the moment: the checks that node.c and node_rename.c make under a
// name_lock. They wait for the disk.
#ifndef SIGNET_STORAGE_NODE_ENTRY_H
#define SIGNET_STORAGE_NODE_ENTRY_H

#include <limits.h>

#include "storage/resolve.h"

// The spelling under which the directory has the name in any case, links and hidden kinds included;
// -ENOENT: it has none. -EACCES, of a root with listed names only: it is the second name of another.
int entry_find(struct share_root *root, int dir_fd, const char *name, char found[NAME_MAX + 1]) WARN_UNUSED;
// The identity and kind (S_IFMT) of the name itself, links not followed.
int entry_id(int dir_fd, const char *name, struct node_id *out, mode_t *type) WARN_UNUSED;
// Whether r's name still is what it was resolved to; its kind comes back. -ENOENT: no longer; -EBUSY: the
// root.
int entry_still(const struct resolved *r, mode_t *type) WARN_UNUSED;

#endif
