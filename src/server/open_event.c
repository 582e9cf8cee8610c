// SPDX-License-Identifier: Apache-2.0
#include "server/open_event.h"

#include <stdio.h>

#include "event/event_sink.h"
#include "server/connection.h"
#include "server/file_table.h"
#include "server/open.h"
#include "server/server.h"
#include "server/session.h"
#include "server/share.h"
#include "server/tree.h"

const char *open_file_path_text(const struct open *o, struct path_text *out)
{
	if (o->file == NULL) {
		(void)snprintf(out->text, sizeof(out->text), "%s", o->path == NULL ? "" : o->path);
		return out->text;
	}
	pthread_mutex_lock(&o->file->lock);
	(void)snprintf(out->text, sizeof(out->text), "%s", o->path);
	pthread_mutex_unlock(&o->file->lock);
	return out->text;
}

const char *open_path_text(const struct open *o, struct path_text *out)
{
	if (o->stream_name == NULL)
		return open_file_path_text(o, out);
	pthread_mutex_lock(&o->file->lock);
	(void)snprintf(out->text, sizeof(out->text), "%s:%s", o->path, o->stream_name);
	pthread_mutex_unlock(&o->file->lock);
	return out->text;
}

void open_event_fill(const struct open *o, struct event *e, struct path_text *path)
{
	e->connection = &o->session->conn->about;
	e->session = &o->session->about;
	e->share = o->share->name;
	e->tree_id = o->tree->id;
	e->path = open_path_text(o, path);
	e->file_id = o->id.volatile_id;
	e->directory = o->is_directory;
}

void open_event_emit(const struct open *o, const struct event *e)
{
	event_emit(o->session->server->events, e);
}
