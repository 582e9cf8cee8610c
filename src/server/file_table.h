// SPDX-License-Identifier: Apache-2.0
// What all opens of one file share, whatever connection and name they came by: share modes, byte-range
// locks, and whether it is about to be deleted (MS-FSA 2.1.1.3 File, 2.1.1.5 Stream).
//
// The table is sharded and locks itself; each file has a lock for what is in it. Order of locks:
// file, then shard; session and tree locks are never taken while a file's is held.
#ifndef SIGNET_SERVER_FILE_TABLE_H
#define SIGNET_SERVER_FILE_TABLE_H

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
#include <uthash.h>

#include "base/attributes.h"
#include "server/state/range_locks.h"
#include "storage/share_root.h"

struct open;

enum { FILE_TABLE_SHARDS = 64 };

// One stream of a file: the unnamed one, or an alternate one.
struct file_stream {
	struct file_stream *next;
	char *name;          // NULL: the unnamed one
	unsigned refs;       // alternate ones: who found it and has not put it back
	unsigned open_count; // opens in file->opens
	bool delete_pending;
	struct range_locks locks;
};

struct file {
	struct node_id id;
	unsigned refs; // under the shard's lock
	bool detached; // deleted: no longer in the table
	UT_hash_handle hh;
	struct file_table *table;

	// Held over changes that read, modify and write back (streams, EAs, attributes); may be held for
	// long, so by workers alone. Taken before `lock`.
	pthread_mutex_t io_lock;
	pthread_mutex_t lock; // guards what follows; held briefly
	struct open *opens;   // of all streams, by open->file_next
	bool replaced;        // a rename took its name while its deletion was due: nothing is left to do
	struct file_stream unnamed;
	struct file_stream *streams; // alternate ones that are open
	// ChangeTime as a client set or froze it, which Linux cannot store: it holds while the file system's
	// own is `ctime`, that is until the next change, and as long as somebody has the file open.
	struct {
		uint64_t time; // 0: none was set
		uint64_t ctime;
	} change;
};

struct file_shard {
	pthread_mutex_t lock;
	struct file *by_id;
};

struct file_table {
	struct file_shard shards[FILE_TABLE_SHARDS];
};

void file_table_init(struct file_table *t);
void file_table_done(struct file_table *t);
// Finds or adds, with a reference; NULL when memory is out.
struct file *file_table_get(struct file_table *t, struct node_id id) WARN_UNUSED;
void file_unref(struct file *f); // NULL is fine
// The file is gone from the disk: its id may now mean another one.
void file_detach(struct file *f);

// With the file's lock held. The stream of that name (NULL: the unnamed one), added when it is new
// here, with a reference that file_stream_put gives back (an attached open keeps it until it has left);
// NULL when memory is out. Names are compared as Windows does.
struct file_stream *file_stream_get(struct file *f, const char *name) WARN_UNUSED;
void file_stream_put(struct file *f, struct file_stream *s);

// Calls visit for every open below a directory of a share, until it returns true; that is the result.
// Locks each file in turn: call it with no file's lock held.
bool file_table_any_below(struct file_table *t, uint64_t share_id, const char *dir_path,
	bool (*visit)(struct open *open, void *user), void *user);

#endif
