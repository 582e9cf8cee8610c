// SPDX-License-Identifier: Apache-2.0
#include "client/client_call.h"
#include "client/client_send.h"
#include "client/client_state.h"
#include "wire/smb2/smb2_command.h"

static size_t query_info_payload(const struct smb2_query_info_request *m)
{
	return m->input.len > m->output_buffer_length ? m->input.len : m->output_buffer_length;
}

int client_send_query_info(struct client *c, uint32_t tree_id, const struct smb2_query_info_request *m,
	client_done done, void *context)
{
	int fault;
	struct writer *w =
		client_request_begin(c, tree_id, SMB2_QUERY_INFO, SMB2_QUERY_INFO_REQUEST_SIZE + m->input.len,
			client_charge(c, query_info_payload(m)), done, context, &fault);
	if (w == NULL)
		return fault;
	smb2_query_info_request_encode(w, m);
	return client_request_end(c);
}

int client_query_info(struct client *c, uint32_t tree_id, const struct smb2_query_info_request *m,
	struct span *output, struct nt_status *status)
{
	struct client_call call = { 0 };
	bool has_body = false;
	int sent = client_send_query_info(c, tree_id, m, client_call_done, &call);
	int rc = client_call_wait(c, sent, &call, status, &has_body);
	if (rc < 0 || !has_body)
		return rc;
	struct smb2_query_info_response response = { 0 };
	rc = client_fault_of_verdict(smb2_query_info_response_decode(call.reply.message, &response));
	if (rc == 0)
		*output = response.output;
	return rc;
}
