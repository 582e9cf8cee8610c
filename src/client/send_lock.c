// SPDX-License-Identifier: Apache-2.0
#include "client/client_call.h"
#include "client/client_send.h"
#include "client/client_state.h"
#include "wire/smb2/smb2_command.h"

int client_send_lock(struct client *c, uint32_t tree_id, const struct smb2_lock_request *m, client_done done,
	void *context)
{
	int fault;
	struct writer *w = client_request_begin(c, tree_id, SMB2_LOCK, SMB2_LOCK_REQUEST_SIZE + m->locks.len,
		client_charge(c, 0), done, context, &fault);
	if (w == NULL)
		return fault;
	smb2_lock_request_encode(w, m);
	return client_request_end(c);
}

int client_lock(
	struct client *c, uint32_t tree_id, const struct smb2_lock_request *m, struct nt_status *status)
{
	struct client_call call = { 0 };
	int sent = client_send_lock(c, tree_id, m, client_call_done, &call);
	return client_call_status(c, sent, &call, status);
}
