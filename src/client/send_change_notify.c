// SPDX-License-Identifier: Apache-2.0
#include "client/client_call.h"
#include "client/client_send.h"
#include "client/client_state.h"
#include "wire/smb2/smb2_command.h"

int client_send_change_notify(struct client *c, uint32_t tree_id, const struct smb2_change_notify_request *m,
	client_done done, void *context)
{
	int fault;
	struct writer *w =
		client_request_begin(c, tree_id, SMB2_CHANGE_NOTIFY, SMB2_CHANGE_NOTIFY_REQUEST_SIZE,
			client_charge(c, m->output_buffer_length), done, context, &fault);
	if (w == NULL)
		return fault;
	smb2_change_notify_request_encode(w, m);
	return client_request_end(c);
}
