// SPDX-License-Identifier: Apache-2.0
#include "client/client_call.h"
#include "client/client_send.h"
#include "client/client_state.h"
#include "wire/smb2/smb2_command.h"

int client_send_flush(
	struct client *c, uint32_t tree_id, struct smb2_file_id id, client_done done, void *context)
{
	int fault;
	struct smb2_flush_request m = { .file_id = id };
	struct writer *w = client_request_begin(
		c, tree_id, SMB2_FLUSH, SMB2_FLUSH_REQUEST_SIZE, client_charge(c, 0), done, context, &fault);
	if (w == NULL)
		return fault;
	smb2_flush_request_encode(w, &m);
	return client_request_end(c);
}

int client_flush(struct client *c, uint32_t tree_id, struct smb2_file_id id, struct nt_status *status)
{
	struct client_call call = { 0 };
	int sent = client_send_flush(c, tree_id, id, client_call_done, &call);
	return client_call_status(c, sent, &call, status);
}
