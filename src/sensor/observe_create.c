// SPDX-License-Identifier: Apache-2.0
// CREATE and CLOSE (MS-SMB2 2.2.13 to 2.2.16): which files and pipes, for what, and whether that was granted.
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "sensor/observe.h"
#include "sensor/observe_file.h"
#include "wire/fscc/file_attributes.h"

void observe_create_request(struct observed *o)
{
	struct smb2_create_request m;
	if (smb2_create_request_decode(o->message, &m) != VERDICT_OK) {
		conversation_anomaly(o->c, "malformed_create", NULL);
		return;
	}
	if (o->pending == NULL)
		return;
	o->pending->name = text_of_utf16(m.name);
	o->pending->access = m.desired_access;
	o->pending->options = m.create_options;
	o->pending->disposition = m.create_disposition;
}

// The pipe of a share whose TREE_CONNECT was not seen is told by its name.
static bool is_pipe(const struct watched_tree *t)
{
	return t != NULL && (t->is_pipe || strcasecmp(t->share, "IPC$") == 0);
}

static void describe(struct observed *o, struct watched_open *open)
{
	struct watched_tree *t = watched_tree_find(o->session, o->pending->tree_id);
	open->share = strdup(t == NULL ? "" : t->share);
	open->path = o->pending->name;
	o->pending->name = NULL;
	open->access = o->pending->access;
	open->is_pipe = is_pipe(t);
	open->directory = (o->pending->options & FILE_DIRECTORY_FILE) != 0;
	open->delete_on_close = (o->pending->options & FILE_DELETE_ON_CLOSE) != 0;
}

static void refused(struct observed *o)
{
	struct watched_open open = { .packet = 0 };
	describe(o, &open);
	watched_open_tell(o->session, &open, o->header.status, NULL, o->pending->packet);
	free(open.share);
	free(open.path);
}

void observe_create_answer(struct observed *o)
{
	struct smb2_create_response m;
	if (o->session == NULL || o->pending == NULL)
		return;
	if (!nt_status_ok(o->header.status)) {
		refused(o);
		return;
	}
	if (smb2_create_response_decode(o->message, &m) != VERDICT_OK) {
		conversation_anomaly(o->c, "malformed_create", NULL);
		return;
	}
	struct watched_open *open = watched_open_add(o->session, m.file_id);
	o->c->chain_file = m.file_id;
	o->c->chain_has_file = true;
	if (open == NULL)
		return;
	describe(o, open);
	open->directory = (m.file_attributes & FILE_ATTRIBUTE_DIRECTORY) != 0;
	watched_open_tell(
		o->session, open, o->header.status, create_action_name(m.create_action), o->pending->packet);
}

void observe_close_request(struct observed *o)
{
	struct smb2_close_request m;
	if (o->pending != NULL && smb2_close_request_decode(o->message, &m) == VERDICT_OK)
		o->pending->file_id = m.file_id;
}

void observe_close_answer(struct observed *o)
{
	struct watched_open *open = open_of_answer(o);
	if (open != NULL && nt_status_ok(o->header.status))
		watched_open_close(o->session, open, "close");
}
