// SPDX-License-Identifier: Apache-2.0
#include "server/open.h"

#include <stdlib.h>
#include <unistd.h>

#include "base/filetime.h"
#include "server/connection.h"
#include "server/file_table.h"
#include "server/open_content.h"
#include "server/pipe_open.h"
#include "server/server.h"
#include "server/session.h"
#include "server/share.h"
#include "server/tree.h"
#include "storage/dir_list.h"

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

void open_unpublish(struct open *o)
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

void open_count_bytes(struct open *o, uint64_t bytes_read, uint64_t bytes_written)
{
	struct connection *c = o->session->conn;
	atomic_fetch_add_explicit(&o->bytes_read, bytes_read, memory_order_relaxed);
	atomic_fetch_add_explicit(&o->bytes_written, bytes_written, memory_order_relaxed);
	metrics_add_bytes(&c->server->metrics, bytes_read, bytes_written);
	atomic_fetch_add_explicit(&c->bytes_read, bytes_read, memory_order_relaxed);
	atomic_fetch_add_explicit(&c->bytes_written, bytes_written, memory_order_relaxed);
}
