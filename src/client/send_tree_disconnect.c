// SPDX-License-Identifier: Apache-2.0
#include "client/client_call.h"
#include "client/client_send.h"
#include "client/client_state.h"
#include "wire/smb2/smb2_command.h"

int client_tree_disconnect(struct client *c, uint32_t tree_id, struct nt_status *status)
{
	int fault;
	struct client_call call = { 0 };
	struct writer *w = client_request_begin(c, tree_id, SMB2_TREE_DISCONNECT,
		SMB2_TREE_DISCONNECT_REQUEST_SIZE, client_charge(c, 0), client_call_done, &call, &fault);
	if (w == NULL)
		return fault;
	smb2_tree_disconnect_request_encode(w, &(struct smb2_tree_disconnect_request){ 0 });
	return client_call_status(c, client_request_end(c), &call, status);
}
