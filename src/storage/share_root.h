// SPDX-License-Identifier: Apache-2.0
// A share's directory, opened once; everything below it is reached through here and nowhere else.
//
// Confinement is the kernel's: each look-up is an openat2(2) with RESOLVE_BENEATH and
// RESOLVE_NO_MAGICLINKS, so that neither "..", nor an absolute or climbing symbolic link, nor a
// directory swapped for a link at the wrong moment leads out. Links that stay inside are followed.
// File systems mounted below the share are entered; their st_dev keeps files apart.
//
// Not defended against: a process on the server that moves a directory out of the share while a
// client has it open. The descriptor goes with it, as any process's would.
//
// Thread-safe; reference-counted.
#ifndef SIGNET_STORAGE_SHARE_ROOT_H
#define SIGNET_STORAGE_SHARE_ROOT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>
#include <sys/types.h>

#include "base/attributes.h"

struct dir_index;
struct share_root;

// Which file something is, whatever it is called. Inode numbers are used again after a file is
// gone; an open descriptor keeps its own from being so.
struct node_id {
	uint64_t dev;
	uint64_t ino;
};

// Opens the directory at path (any path, followed like any other: the administrator wrote it).
// share_id is the caller's and only kept. 0, or a negative errno: -ENOTDIR, -ENOENT, -EACCES,
// -ENOSYS where the kernel has no openat2. The caller owns one reference.
int share_root_open(const char *path, uint32_t share_id, struct share_root **out) WARN_UNUSED;
struct share_root *share_root_ref(struct share_root *root);
void share_root_unref(struct share_root *root); // NULL is fine

int share_root_fd(const struct share_root *root); // O_PATH, borrowed
uint32_t share_root_share_id(const struct share_root *root);
struct node_id share_root_node_id(const struct share_root *root);
uint64_t share_root_fs_type(const struct share_root *root); // f_type of statfs(2)
bool share_root_has_xattrs(const struct share_root *root);  // user.* attributes can be read
bool share_root_has_birth_time(const struct share_root *root);
struct dir_index *share_root_index(struct share_root *root); // borrowed, thread-safe

// From now on the names of resolve_path are those that directories list, case aside, and no others that the
// kernel would find a file by: where names decide who reaches what. Before anybody else has the root.
void share_root_set_listed_only(struct share_root *root);
bool share_root_is_listed_only(const struct share_root *root);

// How the thread does something as a directory's owner, where users act for themselves: what act gives, or a
// negative errno. Before anybody else has the root; without one, nobody is the owner.
typedef int share_root_owner(const struct statx *dir, int (*act)(void *arg), void *arg);
void share_root_set_as_owner(struct share_root *root, share_root_owner *as_owner);
bool share_root_acts_as_owner(const struct share_root *root);
// act as the owner of the directory dir_fd; -EACCES where that cannot be.
int share_root_as_owner(
	const struct share_root *root, int dir_fd, int (*act)(void *arg), void *arg) WARN_UNUSED;

// openat2 below dir_fd (a descriptor that came from here), confined as said above; O_CLOEXEC is
// added. With may_block false only what the kernel has cached is used, and anything that would wait
// (and every O_CREAT or O_TRUNC) is -EAGAIN; with true -EAGAIN never comes.
// Outcomes: a descriptor, or a negative errno; -EXDEV says that the path leads out.
int share_root_openat(int dir_fd, const char *path, uint64_t flags, mode_t mode, bool may_block) WARN_UNUSED;

// statx of a descriptor itself (O_PATH is enough) with birth time and mount id. Does not wait on a
// local file system: the inode is held by the descriptor.
int node_stat(int fd, struct statx *out) WARN_UNUSED;
struct node_id node_id_of(const struct statx *stat);
static inline bool node_id_equal(struct node_id a, struct node_id b)
{
	return a.dev == b.dev && a.ino == b.ino;
}

// Where the file of fd is now, relative to the share, "" for its root, with '/' between names:
// for events, notifications and FileNameInformation after something above was renamed.
// 0, -ENOENT when it is deleted or no longer below the share, -ENAMETOOLONG.
int share_root_path_of(const struct share_root *root, int fd, char *out, size_t out_size) WARN_UNUSED;
// The path that the kernel has for fd, without links and in the disk's spelling; does not wait and does not
// prove that it still leads there: " (deleted)" at its end may be part of the name, or say that it is gone.
// 0, -ENOENT (not below the root), -ENAMETOOLONG.
int share_root_told_path(const struct share_root *root, int fd, char *out, size_t out_size) WARN_UNUSED;

// Holds the server's own name changes in one or two directories apart (create, link, rename, delete):
// what is checked under it is not undone by another thread of this server. Other processes are not
// held. Waits, so never on an event loop. a and b may be equal.
struct name_lock {
	struct share_root *root;
	unsigned int first;
	unsigned int second;
};
void name_lock_take(struct name_lock *lock, struct share_root *root, struct node_id a, struct node_id b);
void name_lock_release(struct name_lock *lock);

#endif
