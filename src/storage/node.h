// SPDX-License-Identifier: Apache-2.0
// What changes names, and what opens a resolved file for its data.
//
// All of it works on descriptors and single names: a directory that is swapped for a link meanwhile
// changes nothing. Every function here may wait for the disk, except node_open_data with may_block
// false: call them from a worker thread. Failures are negative errnos for nt_status_of_errno; where
// that is not enough the function says so.
//
// The server's own changes in a directory exclude each other (name_lock), so between its threads
// there is no gap between a check and the act. Another process can still swap a name between the
// check of what it is and unlinkat or renameat2, which take no descriptor: then the other's file is
// unlinked or renamed, in the same directory and never outside of the share. Linux has no call that
// closes this.
#ifndef SIGNET_STORAGE_NODE_H
#define SIGNET_STORAGE_NODE_H

#include "storage/resolve.h"

enum node_access { NODE_READ = 1, NODE_WRITE = 2 };

// A descriptor for data of r's file: O_RDONLY, O_WRONLY or O_RDWR by access; for directories only
// NODE_READ. It is the very file that r->node_fd is, whatever has happened to its name.
// A descriptor, -EACCES, -EROFS, -ETXTBSY, -EISDIR, -EBUSY (a local process has a lease on it); -EAGAIN
// only with may_block false.
int node_open_data(const struct resolved *r, unsigned int access, bool may_block) WARN_UNUSED;
// The same from any descriptor of the file (slower: through /proc).
int node_reopen(int node_fd, unsigned int access) WARN_UNUSED;

// Creates what resolve_path said is missing, and completes r (node_fd, exists, entry, stat).
// mode is as in open(2), so the umask and the parent's default ACL apply. *data_fd is O_RDWR.
// -EEXIST: meanwhile there is such a name, perhaps in another case: resolve again.
int node_create_file(struct share_root *root, struct resolved *r, mode_t mode, int *data_fd) WARN_UNUSED;
int node_create_dir(struct share_root *root, struct resolved *r, mode_t mode) WARN_UNUSED;

// Removes r's name if it still is r's file: -ENOENT when it is not there or another file.
// -ENOTEMPTY for directories, -EBUSY for the share's root and mount points.
int node_remove(struct share_root *root, const struct resolved *r) WARN_UNUSED;

// Renames r to to->asked in to->parent_fd (same share); a change of case alone is one too, and r's and
// to's files are then the same. On success r still describes the old name: resolve the new one, or
// take to's parent_fd and asked.
// An existing target (in any case) that is not r's own file: -EEXIST unless replace; replaced
// atomically; a directory is never replaced: -EPERM (ACCESS_DENIED, MS-FSA 2.1.5.15.11).
// -EINVAL: a directory into itself. -EXDEV: another file system. -ENOENT: r's name is gone.
int node_rename(struct share_root *root, const struct resolved *r, const struct resolved *to,
	bool replace) WARN_UNUSED;

// Gives r's file (not a directory: -EISDIR) the name to->asked in to->parent_fd as well. Replacing is
// remove and link, not atomic.
int node_link(struct share_root *root, const struct resolved *r, const struct resolved *to,
	bool replace) WARN_UNUSED;

// 1 when nothing is in the directory, hidden names included; 0 otherwise; negative errno.
int node_dir_is_empty(int dir_fd) WARN_UNUSED;

#endif
