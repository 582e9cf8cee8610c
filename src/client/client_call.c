// SPDX-License-Identifier: Apache-2.0
#include "client/client_call.h"

#include <errno.h>

#include "base/filetime.h"
#include "client/client_state.h"
#include "wire/smb2/smb2_error.h"

void client_call_done(void *context, const struct client_reply *reply)
{
	struct client_call *call = context;
	call->done = true;
	call->reply = *reply;
}

static int step_until(struct client *c, uint64_t deadline)
{
	uint64_t now = monotonic_ms();
	if (now >= deadline)
		return -ETIMEDOUT;
	return client_loop_step(c->loop, (int)(deadline - now));
}

int client_call_wait(
	struct client *c, int sent, struct client_call *call, struct nt_status *status, bool *has_body)
{
	if (sent < 0)
		return sent;
	uint64_t deadline = monotonic_ms() + (uint64_t)c->options.timeout_ms;
	while (!call->done) {
		int rc = step_until(c, deadline);
		if (rc < 0)
			client_fail(c, rc); // completes the call
	}
	if (call->reply.fault < 0)
		return call->reply.fault;
	*status = call->reply.header.status;
	*has_body = !smb2_response_is_error(&call->reply.header, call->reply.message);
	return 0;
}

int client_call_status(struct client *c, int sent, struct client_call *call, struct nt_status *status)
{
	bool has_body;
	return client_call_wait(c, sent, call, status, &has_body);
}

int client_fault_of_verdict(enum verdict v)
{
	return v == VERDICT_OK ? 0 : -EPROTO;
}
