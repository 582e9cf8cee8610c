// SPDX-License-Identifier: Apache-2.0
// From the name in a request to the file it means, safely and without regard to case.
//
// Two steps: smb_path_decode looks at the text alone; resolve_path goes to the disk. What comes out
// are descriptors, so that nothing done later depends on the path still leading to the same place.
//
// Case: a name that exists exactly as asked for wins; otherwise the directory's index (dir_index.h)
// says which spelling is on the disk, the first in byte order where there are several.
// In a directory that may be searched but not listed (a drop box), names are found as they are spelt.
// Of a root with listed names only (share_root.h), each component is looked for in the directory's index, so
// that neither vfat's short names nor what a case-folding ext4 holds equal lead to a file.
// Symbolic links are followed as long as they stay inside the share, and clients never see them:
// a link that leads out or in circles is ACCESS_DENIED, one to nothing OBJECT_NAME_NOT_FOUND.
// Devices, fifos and sockets are ACCESS_DENIED.
// Names on the disk that Windows could not have (not UTF-8, or with characters such as ':') cannot
// be asked for and are not listed; they are counted where that happens.
#ifndef SIGNET_STORAGE_RESOLVE_H
#define SIGNET_STORAGE_RESOLVE_H

#include "base/arena.h"
#include "base/nt_status.h"
#include "base/span.h"
#include "storage/share_root.h"
#include "wire/fscc/name_valid.h"

// What one openat2 takes, in bytes of UTF-8; a longer path is OBJECT_NAME_INVALID.
enum { SHARE_PATH_BYTES_MAX = 4095 };

struct smb_path {
	char *path;              // UTF-8 (WTF-8), '/' between components, "" for the share's root
	const char *stream;      // NULL: the file itself
	enum stream_type type;   // STREAM_TYPE_INDEX_ALLOCATION: the directory itself, stream is ignored
	bool has_type;           // a type was written out ("f::$DATA"): the caller refuses directories
	bool trailing_separator; // "dir\": the caller refuses what is not a directory
};

// The name of a CREATE request, a rename or a link target: path_parse (wire/fscc/name_valid.h) has
// the refusals, among them INVALID_PARAMETER for a leading backslash (MS-SMB2 3.3.5.9),
// OBJECT_PATH_SYNTAX_BAD for ".." and OBJECT_NAME_INVALID for what Windows has no names for.
// OBJECT_NAME_INVALID too for an odd length and a NUL inside; NO_MEMORY.
struct nt_status smb_path_decode(struct arena *a, struct span utf16, struct smb_path *out) WARN_UNUSED;

struct resolved {
	int parent_fd; // O_PATH, the directory in which the name is; for the root: the root
	int node_fd;   // O_PATH, the file itself with links followed; -1 when it does not exist
	bool exists;
	bool is_root;
	bool is_link;     // the name is a symbolic link to what node_fd is
	bool by_link;     // and something above it is one; known of roots with listed names only
	const char *name; // last component as on the disk, or as asked for when it does not exist; "" for the
			  // root
	const char *asked;     // last component as asked for
	const char *path;      // the whole path: on the disk's spelling, the last component like name
	struct node_id parent; // of parent_fd
	struct node_id
		entry;     // of what the name itself is in parent (the link if is_link); zero when not there
	struct statx stat; // of node_fd (STATX_BASIC_STATS | STATX_BTIME | STATX_MNT_ID)
};

// path as in smb_path. Strings of *out are in the arena; descriptors are the caller's (resolved_done).
// 0: *status has the answer, and *out is valid when that is SUCCESS, which includes a last component
//   that does not exist (exists is false). Refusals: OBJECT_PATH_NOT_FOUND (something above the last
//   component is missing or not a directory), OBJECT_NAME_NOT_FOUND (a dangling link), ACCESS_DENIED,
//   and whatever nt_status_of_errno makes of the kernel's answer.
// -EAGAIN: only with may_block false; ask again where waiting is allowed.
int resolve_path(struct share_root *root, const char *path, bool may_block, struct arena *a,
	struct resolved *out, struct nt_status *status) WARN_UNUSED;
void resolved_done(struct resolved *r); // closes; safe on a zeroed or failed one

// A struct resolved that owns no descriptors.
#define RESOLVED_EMPTY ((struct resolved){ .parent_fd = -1, .node_fd = -1 })

#endif
