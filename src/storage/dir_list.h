// SPDX-License-Identifier: Apache-2.0
// The names of a directory, one after another, for QUERY_DIRECTORY: "." and ".." first, then as the
// file system has them. It is a stream in batches, not a snapshot: memory does not grow with the
// directory (DIRENTS_BATCH_BYTES from a scan's first to its last entry), and what is added or removed
// meanwhile may or may not be seen (as on Windows).
//
// Not listed: devices, fifos, sockets; symbolic links that lead out, in circles or to nothing; names
// that Windows could not have. Other links are listed as what they lead to.
// Not here: starting at a FileIndex (SMB2_INDEX_SPECIFIED): NTFS ignores it, and so do we.
//
// One thread at a time per list.
#ifndef SIGNET_STORAGE_DIR_LIST_H
#define SIGNET_STORAGE_DIR_LIST_H

#include "base/nt_status.h"
#include "storage/share_root.h"

struct dir_list;

struct dir_entry {
	const char *name;   // valid UTF-8 (WTF-8); until the next call on the list
	bool is_dot;        // "." or ".."
	unsigned char type; // DT_* of the name itself; DT_UNKNOWN: only a look tells
	struct node_id id;  // valid after dir_list_stat
	struct statx stat;  // valid after dir_list_stat
	bool has_stat;
};

// For the open directory node_fd (O_PATH is enough), whose path in the share is dir_path (used to
// follow relative links; copied). 0, -ENOTDIR, -EACCES, -ENOMEM; -EAGAIN only with may_block false.
int dir_list_open(struct share_root *root, int node_fd, const char *dir_path, bool may_block,
	struct dir_list **out) WARN_UNUSED;
void dir_list_free(struct dir_list *list); // NULL is fine

// Starts a scan from the beginning for names that match pattern (UTF-8, wildcards of MS-FSCC 2.1.4;
// "" is "*"). A pattern without wildcards costs one look-up instead of a scan.
// OBJECT_NAME_INVALID, NO_MEMORY (name_pattern_compile).
struct nt_status dir_list_start(struct dir_list *list, const char *pattern) WARN_UNUSED;
bool dir_list_started(const struct dir_list *list);
// The same pattern again from the beginning (SMB2_RESTART_SCANS).
void dir_list_restart(struct dir_list *list);

// 1: *out is the next entry; 0: there are no more; negative errno. With may_block false, -EAGAIN
// when the disk would be needed; the list is then unchanged and can be asked again.
int dir_list_next(struct dir_list *list, bool may_block, struct dir_entry **out) WARN_UNUSED;
// Fills stat of the entry last returned (needed by all information classes but FileNames).
// 0; -ENOENT: it vanished or is not to be shown: go on with the next; -EAGAIN as above.
int dir_list_stat(struct dir_list *list, struct dir_entry *entry, bool may_block) WARN_UNUSED;
// The entry last returned did not fit: dir_list_next returns it again.
void dir_list_push_back(struct dir_list *list);
// The descriptor of an entry, O_PATH with links followed, for what its stat does not say (extended
// attributes). Owned by the caller; negative errno, -ENOENT and -EAGAIN as above.
int dir_list_open_entry(struct dir_list *list, const struct dir_entry *entry, bool may_block) WARN_UNUSED;

// Names that were left out since the list was opened.
uint64_t dir_list_hidden(const struct dir_list *list);

#endif
