// SPDX-License-Identifier: Apache-2.0
// A watch belongs to a directory, not to its name: when a directory is renamed, the watches on it and
// below it follow.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "server/state/notify_state.h"

static bool is_below(const struct notify_dir *dir, uint64_t share_id, const char *path, size_t path_len)
{
	return dir->share_id == share_id && dir->path_len >= path_len &&
	       memcmp(dir->path, path, path_len) == 0 &&
	       (dir->path[path_len] == '\0' || dir->path[path_len] == '/');
}

static void mark_move(struct notify_dir *from, struct notify_dir *to)
{
	if (from->mark == NULL || to->mark != NULL)
		return;
	to->mark = from->mark;
	to->mark_next = to->mark->dirs;
	to->mark->dirs = to;
}

static void dir_move(struct notify_registry *reg, struct notify_dir *dir, const char *new_path)
{
	struct notify_dir *to = notify_dirs_get(&reg->dirs, dir->share_id, new_path);
	if (to == NULL || to == dir)
		return; // without memory the watch hears no more of its directory; its handle stays valid
	while (dir->watches != NULL) {
		struct notify_watch *watch = dir->watches;
		notify_watch_unlink(watch);
		notify_watch_link(to, watch);
	}
	mark_move(dir, to);
	notify_dir_release(reg, dir);
}

// First all that move, then the moving: the table changes underneath.
static struct notify_dir **find_below(
	struct notify_registry *reg, uint64_t share_id, const char *path, size_t *count)
{
	size_t path_len = strlen(path);
	struct notify_dir **found = calloc(reg->dirs.count + 1, sizeof(struct notify_dir *));
	*count = 0;
	for (size_t i = 0; found != NULL && i < reg->dirs.bucket_count; i++) {
		for (struct notify_dir *d = reg->dirs.buckets[i]; d != NULL; d = d->next) {
			if (is_below(d, share_id, path, path_len))
				found[(*count)++] = d;
		}
	}
	return found;
}

void notify_dirs_move(
	struct notify_registry *reg, uint64_t share_id, const char *old_path, const char *new_path)
{
	size_t count = 0;
	size_t old_len = strlen(old_path);
	struct notify_dir **found = find_below(reg, share_id, old_path, &count);
	for (size_t i = 0; i < count; i++) {
		char *path = NULL;
		if (asprintf(&path, "%s%s", new_path, found[i]->path + old_len) < 0)
			continue;
		dir_move(reg, found[i], path);
		free(path);
	}
	free(found);
}
