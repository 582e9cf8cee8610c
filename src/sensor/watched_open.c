// SPDX-License-Identifier: Apache-2.0
#include "sensor/watched_open.h"

#include <stdlib.h>
#include <string.h>

#include "sensor/rpc_watch.h"
#include "sensor/sensor_state.h"
#include "sensor/shared_session.h"

static bool has_room(const struct watched_session *s)
{
	const struct conversation *c = s->conversation;
	uint32_t max = sensor_limits_of(c->sensor)->opens_per_connection_max;
	if (session_budget_take(s->shared->budget, max))
		return true;
	sensor_limit_reached(c->sensor, "opens_per_connection_max", max, conversation_now(c));
	return false;
}

struct watched_tree *watched_tree_find(struct watched_session *s, uint32_t id)
{
	struct watched_tree *t;
	HASH_FIND(hh, s->shared->trees, &id, sizeof(id), t);
	return t;
}

void watched_tree_remove(struct watched_session *s, struct watched_tree *t)
{
	HASH_DEL(s->shared->trees, t);
	session_budget_give(s->shared->budget);
	free(t->share);
	free(t);
}

struct watched_tree *watched_tree_add(struct watched_session *s, uint32_t id, const char *share)
{
	struct watched_tree *t = watched_tree_find(s, id);
	if (t != NULL)
		watched_tree_remove(s, t);
	if (!has_room(s))
		return NULL;
	t = calloc(1, sizeof(*t));
	if (t == NULL) {
		session_budget_give(s->shared->budget);
		return NULL;
	}
	t->id = id;
	t->share = strdup(share == NULL ? "" : share);
	HASH_ADD(hh, s->shared->trees, id, sizeof(t->id), t);
	return t;
}

struct watched_open *watched_open_find(struct watched_session *s, struct smb2_file_id id)
{
	struct watched_open *o;
	HASH_FIND(hh, s->shared->opens, &id, sizeof(id), o);
	return o;
}

struct watched_open *watched_open_add(struct watched_session *s, struct smb2_file_id id)
{
	const struct conversation *c = s->conversation;
	struct watched_open *o = watched_open_find(s, id);
	if (o != NULL)
		watched_open_close(s, o, "replaced");
	if (!has_room(s))
		return NULL;
	o = calloc(1, sizeof(*o));
	if (o == NULL) {
		session_budget_give(s->shared->budget);
		return NULL;
	}
	o->id = id;
	o->opened_us = conversation_now(c);
	o->packet = conversation_packet(c);
	HASH_ADD(hh, s->shared->opens, id, sizeof(o->id), o);
	return o;
}

void watched_open_remove(struct watched_session *s, struct watched_open *o)
{
	HASH_DEL(s->shared->opens, o);
	session_budget_give(s->shared->budget);
	rpc_watch_free(o->rpc);
	free(o->share);
	free(o->path);
	free(o);
}

const char *create_action_name(uint32_t create_action)
{
	static const char *const names[] = { "superseded", "opened", "created", "overwritten" };
	return create_action < ARRAY_LEN(names) ? names[create_action] : NULL;
}

void watched_open_tell(struct watched_session *s, const struct watched_open *o, struct nt_status status,
	const char *disposition, uint64_t first_packet)
{
	struct event e = {
		.kind = EVENT_FILE,
		.action = "open",
		.status = status,
		.result = nt_status_ok(status) ? EVENT_SUCCESS : EVENT_FAILURE,
		.share = o->share,
		.path = o->path,
		.file_id = o->id.volatile_id,
		.directory = o->directory,
		.access = o->access,
		.disposition = disposition,
	};
	conversation_emit(s->conversation, s, &e, first_packet);
}

static struct event_content content_of(const struct watched_open *o)
{
	return (struct event_content){
		.read_entropy = content_entropy(&o->read_content),
		.written_entropy = content_entropy(&o->written_content),
		.type = o->bytes_written > 0 ? o->written_content.type : o->read_content.type,
	};
}

void watched_open_emit(struct watched_session *s, const struct watched_open *o, const char *action,
	struct nt_status status, const char *target_path, bool with_figures)
{
	struct event_content content;
	struct event e = {
		.kind = EVENT_FILE,
		.action = action,
		.status = status,
		.result = nt_status_ok(status) ? EVENT_SUCCESS : EVENT_FAILURE,
		.share = o->share,
		.path = o->path,
		.target_path = target_path,
		.file_id = o->id.volatile_id,
		.directory = o->directory,
		.access = o->access,
	};
	if (with_figures) {
		e.bytes_read = o->bytes_read;
		e.bytes_written = o->bytes_written;
		content = content_of(o);
		e.content = &content;
	}
	conversation_emit(s->conversation, s, &e, o->packet);
}

void watched_open_close(struct watched_session *s, struct watched_open *o, const char *reason)
{
	(void)reason;
	if (!o->is_pipe) {
		if (o->delete_on_close)
			watched_open_emit(s, o, "delete", STATUS(SUCCESS), NULL, false);
		watched_open_emit(s, o, "close", STATUS(SUCCESS), NULL, true);
	}
	watched_open_remove(s, o);
}
