// SPDX-License-Identifier: Apache-2.0
#include "client/client_call.h"
#include "client/client_send.h"
#include "client/client_state.h"
#include "wire/smb2/smb2_command.h"

int client_send_echo(struct client *c, client_done done, void *context)
{
	int fault;
	struct writer *w = client_request_begin(
		c, 0, SMB2_ECHO, SMB2_ECHO_REQUEST_SIZE, client_charge(c, 0), done, context, &fault);
	if (w == NULL)
		return fault;
	smb2_echo_request_encode(w, &(struct smb2_echo_request){ 0 });
	return client_request_end(c);
}

int client_echo(struct client *c, struct nt_status *status)
{
	struct client_call call = { 0 };
	int sent = client_send_echo(c, client_call_done, &call);
	return client_call_status(c, sent, &call, status);
}
