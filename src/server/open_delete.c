// SPDX-License-Identifier: Apache-2.0
#include "server/open_delete.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "auth/unix_user.h"
#include "server/acting.h"
#include "server/change_report.h"
#include "server/file_attributes_of.h"
#include "server/file_table.h"
#include "server/open.h"
#include "server/open_event.h"
#include "server/server.h"
#include "server/session.h"
#include "server/share.h"
#include "storage/dos_attributes.h"
#include "storage/node.h"
#include "storage/streams.h"

// From a directory with the sticky bit, names are their files' owners' to take, and the directory's.
static bool may_unlink(const struct resolved *r)
{
	const struct unix_user *user = acting_user();
	uid_t uid = user != NULL ? user->uid : geteuid();
	struct statx parent;
	if (uid == 0 || node_stat(r->parent_fd, &parent) != 0 || (parent.stx_mode & S_ISVTX) == 0)
		return true;
	return uid == parent.stx_uid || (r->exists && uid == r->stat.stx_uid);
}

// Whether the file system lets this process take the name out of its directory: told when deletion is
// asked for, because at the last close nobody is there to be told.
static struct nt_status check_directory(const struct open *o)
{
	struct arena a;
	arena_init(&a, NULL, 0);
	struct resolved r = RESOLVED_EMPTY;
	struct nt_status status;
	struct path_text path;
	int err = resolve_path(o->share->root, open_file_path_text(o, &path), true, &a, &r, &status);
	if (err == 0 && nt_status_ok(status) && faccessat(r.parent_fd, ".", W_OK | X_OK, AT_EACCESS) != 0)
		err = -errno;
	if (err == 0 && nt_status_ok(status) && !may_unlink(&r))
		err = -EACCES;
	resolved_done(&r);
	arena_reset(&a);
	return err != 0 ? nt_status_of_errno(err) : STATUS(SUCCESS);
}

struct nt_status delete_check(const struct open *o, uint32_t attributes)
{
	if (o->path[0] == '\0')
		return STATUS(ACCESS_DENIED); // the share's root
	if ((attributes & FILE_ATTRIBUTE_READONLY) != 0)
		return STATUS(CANNOT_DELETE);
	struct nt_status status = o->stream_name != NULL ? STATUS(SUCCESS) : check_directory(o);
	if (!nt_status_ok(status) || !o->is_directory || o->stream_name != NULL)
		return status;
	int empty = node_dir_is_empty(o->fd);
	if (empty < 0)
		return nt_status_of_errno(empty);
	return empty == 1 ? STATUS(SUCCESS) : STATUS(DIRECTORY_NOT_EMPTY);
}

void open_tell_watchers(struct open *o)
{
	struct path_text path;
	if (o->is_directory)
		notify_path_flush(o->session->server->notify, o->share->id, open_file_path_text(o, &path),
			STATUS(DELETE_PENDING));
}

struct nt_status open_set_delete(struct open *o, bool delete_pending)
{
	struct file *f = o->file;
	if (delete_pending) {
		struct dos_attributes attributes;
		struct nt_status status = file_attributes_load(o->fd, &attributes);
		if (nt_status_ok(status))
			status = delete_check(o, attributes.attributes);
		if (!nt_status_ok(status))
			return status;
	}
	pthread_mutex_lock(&f->lock);
	bool closed = o->stream == NULL; // meanwhile, by another request
	if (!closed)
		o->stream->delete_pending = delete_pending;
	pthread_mutex_unlock(&f->lock);
	if (closed)
		return STATUS(FILE_CLOSED);
	if (delete_pending)
		open_tell_watchers(o);
	return STATUS(SUCCESS);
}

bool open_delete_is_due(const struct open *o)
{
	const struct file *f = o->file;
	if (f->replaced)
		return false;
	if (f->unnamed.delete_pending && f->opens == NULL)
		return true;
	return o->stream->name != NULL && o->stream->delete_pending && o->stream->open_count == 0;
}

static void open_emit_delete(struct open *o, struct nt_status status)
{
	struct path_text path;
	struct event e = {
		.kind = EVENT_FILE_DELETE,
		.result = nt_status_ok(status) ? EVENT_SUCCESS : EVENT_FAILURE,
		.status = status,
	};
	open_event_fill(o, &e, &path);
	open_event_emit(o, &e);
}

// Looks the name up again: it must still be this very file.
static int delete_name(struct open *o)
{
	struct arena a;
	arena_init(&a, NULL, 0);
	struct resolved r = RESOLVED_EMPTY;
	struct nt_status status;
	struct path_text path;
	int err = resolve_path(o->share->root, open_file_path_text(o, &path), true, &a, &r, &status);
	if (err == 0 && (!nt_status_ok(status) || !r.exists || !node_id_equal(node_id_of(&r.stat), o->node)))
		err = -ENOENT;
	if (err == 0)
		err = node_remove(o->share->root, &r);
	resolved_done(&r);
	arena_reset(&a);
	return err;
}

void open_delete(struct open *o)
{
	bool whole = o->file->unnamed.delete_pending;
	int err = whole ? delete_name(o) : stream_remove(o->fd, o->stream_name);
	if (whole && err == 0)
		file_detach(o->file);
	pthread_mutex_lock(&o->file->lock);
	o->file->unnamed.delete_pending = false;
	o->stream->delete_pending = false;
	pthread_mutex_unlock(&o->file->lock);
	open_emit_delete(o, nt_status_of_errno(err));
	if (err == 0)
		change_report(o, whole ? NOTIFY_REMOVED : NOTIFY_REMOVED_STREAM,
			whole ? change_name_filter(o->is_directory) : NOTIFY_CHANGE_STREAM_NAME);
}
