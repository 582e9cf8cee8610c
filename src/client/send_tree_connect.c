// SPDX-License-Identifier: Apache-2.0
#include <errno.h>
#include <stdio.h>

#include "base/arena.h"
#include "base/utf16.h"
#include "client/client_call.h"
#include "client/client_send.h"
#include "client/client_state.h"
#include "wire/smb2/smb2_command.h"

static int send_tree_connect(struct client *c, const char *share, struct client_call *call)
{
	uint8_t room[1024];
	struct arena a;
	arena_init(&a, room, sizeof(room));
	struct smb2_tree_connect_request m = { 0 };
	char *path = arena_printf(&a, "\\\\%s\\%s", c->host, share);
	int rc = path == NULL ? -ENOMEM : 0;
	if (rc == 0)
		m.path = utf16_from_utf8(&a, path);
	if (rc == 0 && m.path.data == NULL)
		rc = -EINVAL;
	struct writer *w = NULL;
	if (rc == 0)
		w = client_request_begin(c, 0, SMB2_TREE_CONNECT, SMB2_TREE_CONNECT_REQUEST_SIZE + m.path.len,
			client_charge(c, 0), client_call_done, call, &rc);
	if (w != NULL) {
		smb2_tree_connect_request_encode(w, &m);
		rc = client_request_end(c);
	}
	arena_reset(&a);
	return rc;
}

int client_tree_connect_full(struct client *c, const char *share, uint32_t *tree_id,
	struct smb2_tree_connect_response *out, struct nt_status *status)
{
	struct client_call call = { 0 };
	bool has_body = false;
	int rc = client_call_wait(c, send_tree_connect(c, share, &call), &call, status, &has_body);
	if (rc < 0 || !has_body)
		return rc;
	struct smb2_tree_connect_response response = { 0 };
	rc = client_fault_of_verdict(smb2_tree_connect_response_decode(call.reply.message, &response));
	if (rc < 0)
		return rc;
	*tree_id = call.reply.header.tree_id;
	*out = response;
	// MS-SMB2 3.2.5.5: the share may demand what the session does not.
	if ((response.share_flags & SMB2_SHAREFLAG_ENCRYPT_DATA) != 0)
		c->sealing = true;
	rc = c->sealing && c->established && c->seal_key == NULL ? -EPROTO : 0;
	if (rc == 0)
		rc = client_negotiation_validate(c, *tree_id);
	if (rc < 0)
		client_fail(c, rc);
	return rc;
}

int client_tree_connect(struct client *c, const char *share, uint32_t *tree_id, uint32_t *share_flags,
	struct nt_status *status)
{
	struct smb2_tree_connect_response response = { 0 };
	int rc = client_tree_connect_full(c, share, tree_id, &response, status);
	if (rc == 0 && nt_status_ok(*status) && share_flags != NULL)
		*share_flags = response.share_flags;
	return rc;
}
