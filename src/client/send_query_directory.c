// SPDX-License-Identifier: Apache-2.0
#include "client/client_call.h"
#include "client/client_send.h"
#include "client/client_state.h"
#include "wire/smb2/smb2_command.h"

int client_send_query_directory(struct client *c, uint32_t tree_id,
	const struct smb2_query_directory_request *m, client_done done, void *context)
{
	int fault;
	struct writer *w = client_request_begin(c, tree_id, SMB2_QUERY_DIRECTORY,
		SMB2_QUERY_DIRECTORY_REQUEST_SIZE + m->search_pattern.len,
		client_charge(c, m->output_buffer_length), done, context, &fault);
	if (w == NULL)
		return fault;
	smb2_query_directory_request_encode(w, m);
	return client_request_end(c);
}

int client_query_directory(struct client *c, uint32_t tree_id, const struct smb2_query_directory_request *m,
	struct span *output, struct nt_status *status)
{
	struct client_call call = { 0 };
	bool has_body = false;
	int sent = client_send_query_directory(c, tree_id, m, client_call_done, &call);
	int rc = client_call_wait(c, sent, &call, status, &has_body);
	if (rc < 0 || !has_body)
		return rc;
	struct smb2_query_directory_response response = { 0 };
	rc = client_fault_of_verdict(smb2_query_directory_response_decode(call.reply.message, &response));
	if (rc == 0)
		*output = response.output;
	return rc;
}
