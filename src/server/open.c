// SPDX-License-Identifier: Apache-2.0
#include "server/open.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/filetime.h"
#include "base/log.h"
#include "server/acting.h"
#include "server/change_report.h"
#include "server/connection.h"
#include "server/file_table.h"
#include "server/lock_wait.h"
#include "server/open_content.h"
#include "server/open_delete.h"
#include "server/open_event.h"
#include "server/pipe_open.h"
#include "server/server.h"
#include "server/session.h"
#include "server/session_user.h"
#include "server/share.h"
#include "server/tree.h"
#include "storage/dir_list.h"
#include "storage/file_data.h"
#include "wire/dtyp/access_mask.h"
#include "wire/smb2/smb2_create.h"

// --- life -----------------------------------------------------------------------------------------

struct open *open_new(struct tree *t, struct share *share)
{
	struct open *o = calloc(1, sizeof(*o));
	if (o == NULL)
		return NULL;
	atomic_init(&o->refs, 1);
	o->session = session_ref(t->session);
	o->tree = tree_ref(t);
	o->share = share_ref(share);
	o->fd = -1;
	o->opened_ms = monotonic_ms();
	range_lock_owner_init(&o->locks);
	pthread_mutex_init(&o->lock, NULL);
	o->windows.count = &t->session->server->window_count;
	return o;
}

struct open *open_ref(struct open *o)
{
	atomic_fetch_add(&o->refs, 1);
	return o;
}

void open_unref(struct open *o)
{
	if (o == NULL || atomic_fetch_sub(&o->refs, 1) != 1)
		return;
	file_windows_drop(&o->windows);
	if (o->fd >= 0)
		close(o->fd);
	dir_list_free(o->list);
	open_content_free(o);
	pipe_open_free(o->pipe);
	free(o->path);
	free(o->stream_name);
	for (unsigned i = 0; i < o->former_stream_name_count; i++)
		free(o->former_stream_names[i]);
	pthread_mutex_destroy(&o->lock);
	file_unref(o->file);
	share_unref(o->share);
	tree_unref(o->tree);
	session_unref(o->session);
	free(o);
}

// Counts it against the server's limit; a loser takes its count back.
static bool server_counts_open(struct server *s)
{
	if (atomic_fetch_add(&s->open_count, 1) < s->limits.max_opens)
		return true;
	atomic_fetch_sub(&s->open_count, 1);
	return false;
}

bool open_publish(struct open *o, const char **limit)
{
	struct session *s = o->session;
	struct server *server = s->server;
	*limit = "max_opens";
	if (!server_counts_open(server))
		return false;
	o->id.volatile_id = atomic_fetch_add(&server->next_file_id, 1) + 1;
	o->id.persistent_id = o->id.volatile_id;
	*limit = "max_opens_per_session";
	pthread_mutex_lock(&s->lock);
	bool room = atomic_load(&s->open_count) < server->limits.max_opens_per_session;
	bool alive = atomic_load(&s->state) == SESSION_VALID && !atomic_load(&o->tree->closed);
	if (room && alive) {
		open_ref(o);
		HASH_ADD(hh, s->opens, id.volatile_id, sizeof(o->id.volatile_id), o);
		atomic_fetch_add(&s->open_count, 1);
	}
	pthread_mutex_unlock(&s->lock);
	if (!alive)
		*limit = NULL;
	if (!room || !alive) {
		atomic_fetch_sub(&server->open_count, 1);
		o->id.volatile_id = 0;
	}
	return room && alive;
}

struct open *open_find(struct session *s, struct smb2_file_id id)
{
	struct open *o = NULL;
	pthread_mutex_lock(&s->lock);
	HASH_FIND(hh, s->opens, &id.volatile_id, sizeof(id.volatile_id), o);
	if (o != NULL && o->id.persistent_id == id.persistent_id)
		open_ref(o);
	else
		o = NULL;
	pthread_mutex_unlock(&s->lock);
	return o;
}

static void open_unpublish(struct open *o)
{
	struct session *s = o->session;
	struct open *found = NULL;
	pthread_mutex_lock(&s->lock);
	HASH_FIND(hh, s->opens, &o->id.volatile_id, sizeof(o->id.volatile_id), found);
	if (found == o) {
		HASH_DELETE(hh, s->opens, o);
		atomic_fetch_sub(&s->open_count, 1);
	}
	pthread_mutex_unlock(&s->lock);
	if (found != o)
		return;
	atomic_fetch_sub(&s->server->open_count, 1);
	open_unref(o);
}

static bool stream_name_push(struct open *o, const char *name)
{
	bool room = o->former_stream_name_count < OPEN_STREAM_RENAMES_MAX;
	char *own = room ? strdup(name) : NULL;
	if (own == NULL)
		return false;
	o->former_stream_names[o->former_stream_name_count++] = o->stream_name;
	o->stream_name = own;
	return true;
}

bool open_rename_stream(struct open *o, const char *name)
{
	struct file *f = o->file;
	char *shared = strdup(name);
	pthread_mutex_lock(&f->lock);
	struct file_stream *s = o->stream;
	bool fine = shared != NULL && s != NULL;
	for (struct open *each = f->opens; fine && each != NULL; each = each->file_next) {
		if (each->stream == s)
			fine = stream_name_push(each, name);
	}
	if (fine) {
		free(s->name);
		s->name = shared;
	}
	pthread_mutex_unlock(&f->lock);
	if (!fine)
		free(shared);
	return fine;
}

// --- sharing --------------------------------------------------------------------------------------

void open_attach(struct open *o, struct file *f, struct file_stream *s)
{
	o->file = f;
	o->stream = s;
	s->open_count++;
	o->file_prev = NULL;
	o->file_next = f->opens;
	if (f->opens != NULL)
		f->opens->file_prev = o;
	f->opens = o;
}

static void open_detach(struct open *o)
{
	struct file *f = o->file;
	if (o->file_next != NULL)
		o->file_next->file_prev = o->file_prev;
	if (o->file_prev != NULL)
		o->file_prev->file_next = o->file_next;
	else
		f->opens = o->file_next;
	o->stream->open_count--;
}

static const uint32_t access_reads = FILE_READ_DATA | FILE_EXECUTE;
static const uint32_t access_writes = FILE_WRITE_DATA | FILE_APPEND_DATA;

// Whether one side's access is not shared by the other.
static bool denied(uint32_t access, uint32_t share_access)
{
	return ((access & access_reads) != 0 && (share_access & FILE_SHARE_READ) == 0) ||
	       ((access & access_writes) != 0 && (share_access & FILE_SHARE_WRITE) == 0) ||
	       ((access & ACCESS_DELETE) != 0 && (share_access & FILE_SHARE_DELETE) == 0);
}

// Who only looks at attributes is in nobody's way.
static bool has_sharing(uint32_t access)
{
	return (access & (access_reads | access_writes | ACCESS_DELETE)) != 0;
}

static bool conflicts(
	const struct open *o, const struct file_stream *s, uint32_t access, uint32_t share_access)
{
	if (!has_sharing(o->granted_access))
		return false;
	if (o->stream == s)
		return denied(access, o->share_access) || denied(o->granted_access, share_access);
	// Deleting the file takes its streams with it, so deletion has to be shared by all of them.
	bool unnamed = s->name == NULL || o->stream->name == NULL;
	return unnamed && (denied(access & ACCESS_DELETE, o->share_access) ||
				  denied(o->granted_access & ACCESS_DELETE, share_access));
}

struct nt_status open_check_sharing(
	struct file *f, const struct file_stream *s, uint32_t access, uint32_t share_access)
{
	if (!has_sharing(access))
		return STATUS(SUCCESS);
	for (const struct open *o = f->opens; o != NULL; o = o->file_next) {
		if (conflicts(o, s, access, share_access))
			return STATUS(SHARING_VIOLATION);
	}
	return STATUS(SUCCESS);
}

void open_count_bytes(struct open *o, uint64_t bytes_read, uint64_t bytes_written)
{
	struct connection *c = o->session->conn;
	atomic_fetch_add_explicit(&o->bytes_read, bytes_read, memory_order_relaxed);
	atomic_fetch_add_explicit(&o->bytes_written, bytes_written, memory_order_relaxed);
	metrics_add_bytes(&c->server->metrics, bytes_read, bytes_written);
	atomic_fetch_add_explicit(&c->bytes_read, bytes_read, memory_order_relaxed);
	atomic_fetch_add_explicit(&c->bytes_written, bytes_written, memory_order_relaxed);
}

bool open_range_is_locked(struct open *o, uint64_t offset, uint64_t length, bool writes)
{
	pthread_mutex_lock(&o->file->lock);
	bool locked = o->stream == NULL;
	if (!locked && writes)
		locked = range_locks_write_conflicts(&o->stream->locks, &o->locks, offset, length);
	else if (!locked)
		locked = range_locks_read_conflicts(&o->stream->locks, &o->locks, offset, length);
	pthread_mutex_unlock(&o->file->lock);
	return locked;
}

// --- closing --------------------------------------------------------------------------------------

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
