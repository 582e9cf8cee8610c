// SPDX-License-Identifier: Apache-2.0
#include "server/open_close.h"

#include <string.h>

#include "base/filetime.h"
#include "base/log.h"
#include "server/acting.h"
#include "server/change_report.h"
#include "server/file_table.h"
#include "server/lock_wait.h"
#include "server/open.h"
#include "server/open_content.h"
#include "server/open_delete.h"
#include "server/open_event.h"
#include "server/open_sharing.h"
#include "server/server.h"
#include "server/session.h"
#include "server/session_user.h"
#include "storage/file_data.h"

static void open_emit_close(struct open *o, const char *reason)
{
	struct path_text path;
	struct event_content content = {};
	struct event e = {
		.kind = EVENT_FILE_CLOSE,
		.content = open_content_tell(o, &content) ? &content : NULL,
		.bytes_read = atomic_load(&o->bytes_read),
		.bytes_written = atomic_load(&o->bytes_written),
		.duration_ms = monotonic_ms() - o->opened_ms,
		.reason = reason,
	};
	open_event_fill(o, &e, &path);
	open_event_emit(o, &e);
}

static void open_drop_watch(struct open *o)
{
	pthread_mutex_lock(&o->lock);
	struct notify_watch *watch = o->watch;
	o->watch = NULL;
	pthread_mutex_unlock(&o->lock);
	if (watch != NULL)
		notify_watch_remove(o->session->server->notify, watch, STATUS(NOTIFY_CLEANUP));
}

static void open_leave_file(struct open *o)
{
	struct file *f = o->file;
	pthread_mutex_lock(&f->lock);
	struct range_lock_waiter *dropped = range_locks_remove_owner(&o->stream->locks, &o->locks);
	struct range_lock_waiter *granted = range_locks_grant(&o->stream->locks);
	bool marks = o->delete_on_close && !o->stream->delete_pending;
	if (marks)
		o->stream->delete_pending = true;
	open_detach(o);
	bool deletes = open_delete_is_due(o);
	pthread_mutex_unlock(&f->lock);
	lock_waiters_wake(dropped, STATUS(RANGE_NOT_LOCKED));
	lock_waiters_wake(granted, STATUS(SUCCESS));
	if (marks)
		open_tell_watchers(o);
	if (deletes)
		open_delete(o);
	else if (o->renamed)
		change_report(o, NOTIFY_MODIFIED, NOTIFY_CHANGE_ATTRIBUTES);
	pthread_mutex_lock(&f->lock);
	file_stream_put(f, o->stream);
	o->stream = NULL;
	pthread_mutex_unlock(&f->lock);
}

bool open_close_blocks(struct open *o)
{
	if (o->file == NULL)
		return false;
	pthread_mutex_lock(&o->file->lock);
	bool blocks = o->delete_on_close || o->stream == NULL || o->stream->delete_pending ||
		      o->file->unnamed.delete_pending;
	pthread_mutex_unlock(&o->file->lock);
	pthread_mutex_lock(&o->lock);
	blocks = blocks || file_windows_are_many(&o->windows);
	pthread_mutex_unlock(&o->lock);
	return blocks;
}

// The client would have flushed it, or been told that it was gone: at an orderly end nothing is lost that
// it was told is written. (MS-SMB2 promises that of FLUSH alone.)
static void open_flush_at_end(struct open *o)
{
	bool written = o->fd >= 0 && o->stream_name == NULL && atomic_load(&o->bytes_written) != 0;
	int err = written && atomic_load(&o->session->server->stopping) ? file_flush(o->fd, false) : 0;
	if (err != 0)
		log_error("a file that was still open could not be put on the disk: %s", strerror(-err));
}

void open_close(struct open *o, const char *reason)
{
	if (atomic_exchange(&o->closed, true))
		return;
	// Also where no request of its session is being served: what it deletes, its user deletes.
	struct session_user *user CLEANUP(session_user_put) = session_user_get(o->session);
	struct acting acting UNUSED CLEANUP(acting_end) = acting_begin(user->on_unix);
	open_flush_at_end(o);
	open_drop_watch(o);
	if (o->file != NULL)
		open_leave_file(o);
	if (o->id.volatile_id != 0)
		open_emit_close(o, reason);
	open_unpublish(o);
}

static struct open *tree_any_open(struct session *s, const struct tree *t)
{
	pthread_mutex_lock(&s->lock);
	struct open *o = s->opens;
	while (o != NULL && o->tree != t)
		o = o->hh.next;
	if (o != NULL)
		open_ref(o);
	pthread_mutex_unlock(&s->lock);
	return o;
}

void opens_close_of_tree(struct session *s, struct tree *t)
{
	for (struct open *o = tree_any_open(s, t); o != NULL; o = tree_any_open(s, t)) {
		open_close(o, "tree_closed");
		open_unpublish(o);
		open_unref(o);
	}
}
