// SPDX-License-Identifier: Apache-2.0
// What the kernel says about other processes, as reports of the registry.
#include <stdio.h>
#include <sys/fanotify.h>

#include "server/state/notify_state.h"

enum { READ_LEN = 16384, READS_MAX = 64 };

struct external {
	struct notify_registry *reg;
	struct notify_outcome out;
};

// The path of a name in a watched directory; false when it is too long to be one.
static bool join(char *out, const struct notify_dir *dir, const char *name)
{
	const char *between = dir->path_len == 0 ? "" : "/";
	int len = snprintf(out, NOTIFY_PATH_LEN_MAX, "%s%s%s", dir->path, between, name);
	return len > 0 && len < NOTIFY_PATH_LEN_MAX;
}

static void report_name(struct external *x, const struct notify_mark *mark, const char *name,
	enum notify_action action, uint32_t filter)
{
	char path[NOTIFY_PATH_LEN_MAX];
	for (const struct notify_dir *d = mark == NULL ? NULL : mark->dirs; d != NULL; d = d->mark_next) {
		if (join(path, d, name))
			notify_report_locked(x->reg, &x->out, d->share_id, path, action, filter);
	}
}

static const struct notify_dir *dir_of_share(const struct notify_mark *mark, uint64_t share_id)
{
	const struct notify_dir *d = mark->dirs;
	while (d != NULL && d->share_id != share_id)
		d = d->mark_next;
	return d;
}

// Both directories are watched: in a share that has both it is a rename, in another it comes or goes.
// Moving watches to the new name leaves the directories of both marks alone: they are above it.
static void report_rename(struct external *x, const struct notify_change *c, uint32_t filter)
{
	char old_path[NOTIFY_PATH_LEN_MAX];
	char new_path[NOTIFY_PATH_LEN_MAX];
	for (const struct notify_dir *d = c->mark->dirs; d != NULL; d = d->mark_next) {
		const struct notify_dir *to = dir_of_share(c->new_mark, d->share_id);
		if (!join(old_path, d, c->name))
			continue;
		if (to != NULL && join(new_path, to, c->new_name))
			notify_rename_locked(x->reg, &x->out, d->share_id, old_path, new_path, filter);
		else
			notify_report_locked(x->reg, &x->out, d->share_id, old_path, NOTIFY_REMOVED, filter);
	}
	for (const struct notify_dir *d = c->new_mark->dirs; d != NULL; d = d->mark_next) {
		if (dir_of_share(c->mark, d->share_id) == NULL && join(new_path, d, c->new_name))
			notify_report_locked(x->reg, &x->out, d->share_id, new_path, NOTIFY_ADDED, filter);
	}
}

static void report_lost(struct external *x)
{
	for (size_t i = 0; i < x->reg->dirs.bucket_count; i++) {
		for (struct notify_dir *d = x->reg->dirs.buckets[i]; d != NULL; d = d->next) {
			for (struct notify_watch *w = d->mark == NULL ? NULL : d->watches; w != NULL;
				w = w->next) {
				notify_buffer_overflow(&w->buffer);
				notify_touch(&x->out, w);
			}
		}
	}
}

static void report_renames(struct external *x, const struct notify_change *c, uint32_t filter)
{
	if (c->mark != NULL && c->new_mark != NULL)
		report_rename(x, c, filter);
	else if (c->mark != NULL)
		report_name(x, c->mark, c->name, NOTIFY_REMOVED, filter);
	else if (c->new_mark != NULL)
		report_name(x, c->new_mark, c->new_name, NOTIFY_ADDED, filter);
}

// The kernel merges what happened to one name; the order below is the likeliest.
static void report_change(void *user, const struct notify_change *c)
{
	const uint32_t names = c->is_directory ? NOTIFY_CHANGE_DIR_NAME : NOTIFY_CHANGE_FILE_NAME;
	const uint32_t content = NOTIFY_CHANGE_SIZE | NOTIFY_CHANGE_LAST_WRITE;
	const uint32_t metadata = NOTIFY_CHANGE_ATTRIBUTES | NOTIFY_CHANGE_LAST_WRITE |
				  NOTIFY_CHANGE_LAST_ACCESS | NOTIFY_CHANGE_CREATION |
				  NOTIFY_CHANGE_SECURITY | NOTIFY_CHANGE_EA;
	struct external *x = user;
	if (c->lost) {
		report_lost(x);
		return;
	}
	if ((c->mask & FAN_RENAME) != 0) {
		report_renames(x, c, names);
		return;
	}
	if (c->mark == NULL || c->name == NULL)
		return;
	if ((c->mask & (FAN_CREATE | FAN_MOVED_TO)) != 0)
		report_name(x, c->mark, c->name, NOTIFY_ADDED, names);
	uint32_t modified =
		((c->mask & FAN_MODIFY) != 0 ? content : 0) | ((c->mask & FAN_ATTRIB) != 0 ? metadata : 0);
	if (modified != 0)
		report_name(x, c->mark, c->name, NOTIFY_MODIFIED, modified);
	if ((c->mask & (FAN_DELETE | FAN_MOVED_FROM)) != 0)
		report_name(x, c->mark, c->name, NOTIFY_REMOVED, names);
}

void notify_registry_dispatch(struct notify_registry *reg)
{
	_Alignas(8) uint8_t buffer[READ_LEN];
	for (int i = 0; reg->source != NULL && i < READS_MAX; i++) {
		size_t len = notify_source_read(reg->source, buffer, sizeof(buffer));
		if (len == 0)
			return;
		struct external x = { .reg = reg };
		notify_outcome_init(&x.out);
		(void)pthread_mutex_lock(&reg->lock);
		notify_source_parse(reg->source, buffer, len, report_change, &x);
		notify_deliver(&x.out);
		(void)pthread_mutex_unlock(&reg->lock);
		notify_complete(&x.out);
	}
}
