// SPDX-License-Identifier: Apache-2.0
// TREE_CONNECT and TREE_DISCONNECT (MS-SMB2 2.2.9 to 2.2.12): which share.
#include <string.h>

#include "sensor/observe.h"

void observe_tree_connect_request(struct observed *o)
{
	struct smb2_tree_connect_request m;
	if (smb2_tree_connect_request_decode(o->message, &m) != VERDICT_OK)
		conversation_anomaly(o->c, "malformed_tree_connect", NULL);
	else if (o->pending != NULL)
		o->pending->name = text_of_utf16(m.path);
}

// Of "//server/share".
static const char *share_of(const char *path)
{
	const char *slash = path == NULL ? NULL : strrchr(path, '/');
	return slash == NULL ? "" : slash + 1;
}

static void tell(struct observed *o, const char *path)
{
	struct event e = {
		.kind = EVENT_TREE_CONNECT,
		.status = o->header.status,
		.result = nt_status_ok(o->header.status) ? EVENT_SUCCESS : EVENT_FAILURE,
		.share = share_of(path),
		.tree_id = o->header.tree_id,
		.detail = path,
	};
	conversation_emit(o->c, o->session, &e, o->pending->packet);
}

void observe_tree_connect_answer(struct observed *o)
{
	struct smb2_tree_connect_response m;
	if (o->session == NULL || o->pending == NULL)
		return;
	tell(o, o->pending->name);
	if (!nt_status_ok(o->header.status))
		return;
	struct watched_tree *t = watched_tree_add(o->session, o->header.tree_id, share_of(o->pending->name));
	if (t != NULL && smb2_tree_connect_response_decode(o->message, &m) == VERDICT_OK)
		t->is_pipe = m.share_type == SMB2_SHARE_TYPE_PIPE;
}

void observe_tree_disconnect_answer(struct observed *o)
{
	if (o->session == NULL || o->pending == NULL || !nt_status_ok(o->header.status))
		return;
	struct watched_tree *t = watched_tree_find(o->session, o->pending->tree_id);
	if (t != NULL)
		watched_tree_remove(o->session, t);
}
