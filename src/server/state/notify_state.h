// SPDX-License-Identifier: Apache-2.0
// The inside of the notify registry: watched directories found by share and path.
#ifndef SIGNET_SERVER_STATE_NOTIFY_STATE_H
#define SIGNET_SERVER_STATE_NOTIFY_STATE_H

#include <pthread.h>
#include <stdatomic.h>

#include "server/state/notify.h"
#include "server/state/notify_buffer.h"
#include "server/state/notify_source.h"

struct notify_watch {
	unsigned int refs;         // of the handle, and of requests that are being started
	struct notify_dir *dir;    // NULL: the watch is over
	struct notify_watch *next; // of the directory
	struct notify_watch *prev;
	bool recursive;
	uint32_t filter;
	bool (*may_hear)(void *user, const char *path);
	void *may_hear_user;
	struct notify_buffer buffer;
	struct notify_request *first_request; // pending, oldest first
	struct notify_request *last_request;
	size_t request_count;
	bool touched; // is in a list of watches that the current report reached
	struct notify_watch *touched_next;
};

// A directory with at least one watch.
struct notify_dir {
	struct notify_dir *next; // in its bucket
	uint64_t hash;
	uint64_t share_id;
	struct notify_watch *watches;
	struct notify_mark *mark; // hears of external changes; NULL: does not
	struct notify_dir *mark_next;
	size_t path_len;
	char path[];
};

struct notify_dirs {
	struct notify_dir **buckets;
	size_t bucket_count; // a power of two
	size_t count;
	uint64_t seed;
};

// Hashes are built byte by byte, so that one pass over a path gives those of all its ancestors.
uint64_t notify_hash_begin(const struct notify_dirs *dirs, uint64_t share_id);
uint64_t notify_hash_add(uint64_t hash, char c);

bool notify_dirs_init(struct notify_dirs *dirs) WARN_UNUSED;
void notify_dirs_done(struct notify_dirs *dirs);
struct notify_dir *notify_dirs_find(
	const struct notify_dirs *dirs, uint64_t hash, uint64_t share_id, const char *path, size_t path_len);
struct notify_dir *notify_dirs_find_path(const struct notify_dirs *dirs, uint64_t share_id, const char *path);
// Finds or makes it; NULL when memory is out.
struct notify_dir *notify_dirs_get(struct notify_dirs *dirs, uint64_t share_id, const char *path) WARN_UNUSED;
// Out of the table; the caller frees it.
void notify_dirs_remove(struct notify_dirs *dirs, struct notify_dir *dir);

struct notify_registry {
	pthread_mutex_t lock;      // over all below
	atomic_size_t watch_count; // so that reports cost nothing while nobody watches
	struct notify_dirs dirs;
	struct notify_source *source; // NULL: no external changes
};

// What a report reached: watches to deliver to, and requests to complete once the lock is released.
struct notify_outcome {
	struct notify_watch *touched;
	struct notify_request *completed;
	struct notify_request **completed_tail;
};

void notify_outcome_init(struct notify_outcome *out);
// Under the lock.
void notify_touch(struct notify_outcome *out, struct notify_watch *watch);
void notify_deliver(struct notify_outcome *out);
void notify_finish(struct notify_outcome *out, struct notify_request *request, struct nt_status status);
void notify_flush_requests(struct notify_outcome *out, struct notify_watch *watch, struct nt_status status);
void notify_report_locked(struct notify_registry *reg, struct notify_outcome *out, uint64_t share_id,
	const char *path, enum notify_action action, uint32_t filter);
void notify_rename_locked(struct notify_registry *reg, struct notify_outcome *out, uint64_t share_id,
	const char *old_path, const char *new_path, uint32_t filter);
void notify_dir_release(struct notify_registry *reg, struct notify_dir *dir);
// Without the lock: calls the completions.
void notify_complete(struct notify_outcome *out);

void notify_watch_link(struct notify_dir *dir, struct notify_watch *watch);
void notify_watch_unlink(struct notify_watch *watch);
// After a rename: watches on old_path and below follow to new_path.
void notify_dirs_move(
	struct notify_registry *reg, uint64_t share_id, const char *old_path, const char *new_path);

#endif
