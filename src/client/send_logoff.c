// SPDX-License-Identifier: Apache-2.0
#include "client/client_call.h"
#include "client/client_send.h"
#include "client/client_state.h"
#include "wire/smb2/smb2_command.h"

int client_log_off(struct client *c, struct nt_status *status)
{
	int fault;
	struct client_call call = { 0 };
	struct writer *w = client_request_begin(c, 0, SMB2_LOGOFF, SMB2_LOGOFF_REQUEST_SIZE,
		client_charge(c, 0), client_call_done, &call, &fault);
	if (w == NULL)
		return fault;
	smb2_logoff_request_encode(w, &(struct smb2_logoff_request){ 0 });
	int rc = client_call_status(c, client_request_end(c), &call, status);
	if (rc == 0 && nt_status_ok(*status)) {
		client_keys_drop(c);
		c->session_id = 0;
	}
	return rc;
}
