// SPDX-License-Identifier: Apache-2.0
// Who hears of a change: MS-FSA 2.1.4.1 (report a change), along the ancestors of its path.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "server/state/notify_state.h"

struct report {
	const char *path;
	const char *other_path; // of a rename within a directory: the other name; else NULL
	enum notify_action action;
	uint32_t filter;
};

static bool may_hear(const struct notify_watch *w, const char *path)
{
	return w->may_hear == NULL || w->may_hear(w->may_hear_user, path);
}

// Who may hear of one name of two sees it come or go.
static enum notify_action action_for(const struct notify_watch *w, const struct report *r)
{
	if (r->other_path == NULL || may_hear(w, r->other_path))
		return r->action;
	return r->action == NOTIFY_RENAMED_OLD_NAME ? NOTIFY_REMOVED : NOTIFY_ADDED;
}

// name_at: where the name relative to the watched directory begins in the path.
static void report_to_dir(struct notify_outcome *out, const struct notify_dir *dir, const struct report *r,
	size_t name_at, bool is_parent)
{
	for (struct notify_watch *w = dir->watches; w != NULL; w = w->next) {
		if ((w->filter & r->filter) == 0 || (!is_parent && !w->recursive))
			continue;
		if (!may_hear(w, r->path))
			continue;
		notify_buffer_append(&w->buffer, action_for(w, r), r->path + name_at);
		notify_touch(out, w);
	}
}

static void report_up(
	struct notify_registry *reg, struct notify_outcome *out, uint64_t share_id, const struct report *r)
{
	const char *path = r->path;
	const char *slash = strrchr(path, '/');
	size_t parent_len = slash == NULL ? 0 : (size_t)(slash - path);
	uint64_t hash = notify_hash_begin(&reg->dirs, share_id);
	size_t depth = 0;
	if (path[0] == '\0')
		return; // the share's root is in no directory that could be watched
	for (size_t len = 0; len <= parent_len && depth < NOTIFY_PATH_DEPTH_MAX; len++) {
		bool boundary = len == 0 || path[len] == '/';
		struct notify_dir *dir =
			boundary ? notify_dirs_find(&reg->dirs, hash, share_id, path, len) : NULL;
		if (dir != NULL)
			report_to_dir(out, dir, r, len == 0 ? 0 : len + 1, len == parent_len);
		depth += boundary;
		hash = notify_hash_add(hash, path[len]);
	}
}

void notify_report_locked(struct notify_registry *reg, struct notify_outcome *out, uint64_t share_id,
	const char *path, enum notify_action action, uint32_t filter)
{
	const struct report r = { .path = path, .action = action, .filter = filter };
	report_up(reg, out, share_id, &r);
}

void notify_report(struct notify_registry *reg, uint64_t share_id, const char *path,
	enum notify_action action, uint32_t filter)
{
	struct notify_outcome out;
	if (atomic_load(&reg->watch_count) == 0)
		return;
	notify_outcome_init(&out);
	(void)pthread_mutex_lock(&reg->lock);
	notify_report_locked(reg, &out, share_id, path, action, filter);
	notify_deliver(&out);
	(void)pthread_mutex_unlock(&reg->lock);
	notify_complete(&out);
}

static bool same_directory(const char *a, const char *b)
{
	const char *a_end = strrchr(a, '/');
	const char *b_end = strrchr(b, '/');
	size_t a_len = a_end == NULL ? 0 : (size_t)(a_end - a);
	size_t b_len = b_end == NULL ? 0 : (size_t)(b_end - b);
	return a_len == b_len && memcmp(a, b, a_len) == 0;
}

void notify_rename_locked(struct notify_registry *reg, struct notify_outcome *out, uint64_t share_id,
	const char *old_path, const char *new_path, uint32_t filter)
{
	bool same = same_directory(old_path, new_path);
	const struct report old = { old_path, same ? new_path : NULL,
		same ? NOTIFY_RENAMED_OLD_NAME : NOTIFY_REMOVED, filter };
	const struct report new = { new_path, same ? old_path : NULL,
		same ? NOTIFY_RENAMED_NEW_NAME : NOTIFY_ADDED, filter };
	report_up(reg, out, share_id, &old);
	report_up(reg, out, share_id, &new);
	if ((filter & NOTIFY_CHANGE_DIR_NAME) != 0)
		notify_dirs_move(reg, share_id, old_path, new_path);
}

void notify_report_rename(struct notify_registry *reg, uint64_t share_id, const char *old_path,
	const char *new_path, uint32_t filter)
{
	struct notify_outcome out;
	if (atomic_load(&reg->watch_count) == 0)
		return;
	notify_outcome_init(&out);
	(void)pthread_mutex_lock(&reg->lock);
	notify_rename_locked(reg, &out, share_id, old_path, new_path, filter);
	notify_deliver(&out);
	(void)pthread_mutex_unlock(&reg->lock);
	notify_complete(&out);
}
