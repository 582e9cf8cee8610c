// SPDX-License-Identifier: Apache-2.0
// An open of a file, directory, stream or pipe (MS-SMB2 3.3.1.10, MS-FSA 2.1.1.6).
//
// Made by CREATE; ended in open_close() alone. What it shares with the other opens of its file is in
// open_sharing.h.
#ifndef SIGNET_SERVER_OPEN_H
#define SIGNET_SERVER_OPEN_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <uthash.h>

#include "base/nt_status.h"
#include "server/state/range_locks.h"
#include "storage/file_window.h"
#include "storage/share_root.h"
#include "wire/smb2/smb2_header.h"

enum { OPEN_STREAM_RENAMES_MAX = 8 }; // of one open: nobody is known to do it twice

struct access_view;
struct dir_list;
struct file;
struct file_stream;
struct notify_watch;
struct open_content;
struct pipe_open;
struct session;
struct share;
struct tree;

struct open {
	atomic_uint refs;
	struct smb2_file_id id;
	UT_hash_handle hh;       // in session->opens by id.volatile_id, under session->lock
	struct session *session; // with a reference
	struct tree *tree;       // with a reference
	struct share *share;     // with a reference
	atomic_bool closed;
	uint64_t opened_ms;

	// Constant after CREATE.
	_Atomic uint32_t granted_access; // but for open_narrow
	uint32_t share_access;
	uint32_t create_options;
	bool is_directory;
	int fd; // for data where access to data was granted, else O_PATH; -1: a pipe
	struct node_id node;
	struct pipe_open *pipe; // NULL unless it is one

	atomic_uint_fast64_t judged; // generation of the policy that granted_access was last held against

	// The file it belongs to; guarded by file->lock.
	struct file *file; // NULL for pipes
	struct file_stream *stream;
	struct open *file_next;
	struct open *file_prev;
	char *path;        // below the share, '/' between parts; renames change it
	char *stream_name; // as stored; NULL: the unnamed stream. Readable without the lock, too
	char *former_stream_names[OPEN_STREAM_RENAMES_MAX]; // somebody may still be reading them
	unsigned former_stream_name_count;
	bool delete_on_close;
	bool renamed; // the file, through this open: its close tells of it (as NTFS does)
	struct range_lock_owner locks;

	pthread_mutex_t lock; // guards what follows
	struct dir_list *list;
	struct notify_watch *watch;
	struct file_windows windows;
	uint64_t position; // FilePositionInformation
	uint32_t mode;     // FileModeInformation
	uint32_t ea_index; // where a scan of EAs goes on
	// Times that this open has set or frozen: its own writes do not change them (MS-FSA 2.1.5.15.2).
	bool keeps_write_time;
	bool keeps_access_time;
	bool keeps_change_time;
	uint64_t kept_write_time;
	uint64_t kept_access_time;
	uint64_t kept_change_time;

	struct open_content *content; // samples of its bytes (open_content.h); NULL: none

	atomic_uint_fast64_t bytes_read;
	atomic_uint_fast64_t bytes_written;
};

// In no table yet; NULL when memory is out.
struct open *open_new(struct tree *t, struct share *share) WARN_UNUSED;
struct open *open_ref(struct open *o);
void open_unref(struct open *o); // NULL is fine
// Gives it its FileId and enters it in its session. On failure (*limit names the limit, or NULL when
// the session has ended) the caller closes it.
bool open_publish(struct open *o, const char **limit) WARN_UNUSED;
// With a reference; NULL when there is none.
struct open *open_find(struct session *s, struct smb2_file_id id) WARN_UNUSED;
// Out of its session, with the session's reference; nothing when it is in none. For open_close().
void open_unpublish(struct open *o);

// Takes from granted_access what the policy in force does not let the user have there any more; it does not
// come back. ACCESS_DENIED when that is all, or the share is closed to him. *narrowed: something was taken
// just now.
struct nt_status open_narrow(struct open *o, const struct access_view *v, bool *narrowed) WARN_UNUSED;
// The same for an open that the request is not about, of any tree: a copy's source.
struct nt_status open_narrow_other(struct open *o) WARN_UNUSED;

// Bytes that went through it, also counted by its connection; from any thread.
void open_count_bytes(struct open *o, uint64_t bytes_read, uint64_t bytes_written);

#endif
