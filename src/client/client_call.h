// SPDX-License-Identifier: Apache-2.0
// Waiting for the answer to one request: what the blocking calls are made of.
#ifndef SIGNET_CLIENT_CLIENT_CALL_H
#define SIGNET_CLIENT_CLIENT_CALL_H

#include "client/client.h"

struct client_call {
	bool done;
	struct client_reply reply;
};

// The completion to send a request with; its context is the struct client_call, zeroed before.
void client_call_done(void *context, const struct client_reply *reply);
// sent is what sending returned. Runs the loop until the answer is there; *status is the answer,
// *has_body whether the command's own body follows (smb2_response_is_error). A timeout ends the
// connection, for the answer could come later.
int client_call_wait(struct client *c, int sent, struct client_call *call, struct nt_status *status,
	bool *has_body) WARN_UNUSED;
// As above, for commands whose answer says nothing but its status.
int client_call_status(
	struct client *c, int sent, struct client_call *call, struct nt_status *status) WARN_UNUSED;
// A decoder's verdict about an answer, as a fault.
int client_fault_of_verdict(enum verdict v) WARN_UNUSED;

#endif
