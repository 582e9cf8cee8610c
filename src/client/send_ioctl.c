// SPDX-License-Identifier: Apache-2.0
#include "client/client_call.h"
#include "client/client_send.h"
#include "client/client_state.h"
#include "wire/smb2/smb2_command.h"

// The larger of what goes there and what may come back (MS-SMB2 3.2.4.1.5).
static size_t ioctl_payload(const struct smb2_ioctl_request *m)
{
	size_t sent = m->input.len + m->output.len;
	size_t received = (size_t)m->max_input_response + m->max_output_response;
	return sent > received ? sent : received;
}

enum { BUFFER_PADDING = 8 };

int client_send_ioctl(struct client *c, uint32_t tree_id, const struct smb2_ioctl_request *m,
	client_done done, void *context)
{
	int fault;
	struct writer *w = client_request_begin(c, tree_id, SMB2_IOCTL,
		SMB2_IOCTL_REQUEST_SIZE + m->input.len + BUFFER_PADDING + m->output.len,
		client_charge(c, ioctl_payload(m)), done, context, &fault);
	if (w == NULL)
		return fault;
	smb2_ioctl_request_encode(w, m);
	return client_request_end(c);
}

int client_ioctl(struct client *c, uint32_t tree_id, const struct smb2_ioctl_request *m,
	struct smb2_ioctl_response *out, struct nt_status *status)
{
	struct client_call call = { 0 };
	bool has_body = false;
	int sent = client_send_ioctl(c, tree_id, m, client_call_done, &call);
	int rc = client_call_wait(c, sent, &call, status, &has_body);
	if (rc < 0 || !has_body)
		return rc;
	return client_fault_of_verdict(smb2_ioctl_response_decode(call.reply.message, out));
}
