// SPDX-License-Identifier: Apache-2.0
#include "client/client_call.h"
#include "client/client_send.h"
#include "client/client_state.h"
#include "wire/smb2/smb2_command.h"

enum { CONTEXTS_PADDING = 8 };

int client_send_create(struct client *c, uint32_t tree_id, const struct smb2_create_request *m,
	client_done done, void *context)
{
	int fault;
	struct writer *w = client_request_begin(c, tree_id, SMB2_CREATE,
		SMB2_CREATE_REQUEST_SIZE + m->name.len + CONTEXTS_PADDING + m->create_contexts.len,
		client_charge(c, 0), done, context, &fault);
	if (w == NULL)
		return fault;
	smb2_create_request_encode(w, m);
	return client_request_end(c);
}

int client_create(struct client *c, uint32_t tree_id, const struct smb2_create_request *m,
	struct smb2_create_response *out, struct nt_status *status)
{
	struct client_call call = { 0 };
	bool has_body = false;
	int sent = client_send_create(c, tree_id, m, client_call_done, &call);
	int rc = client_call_wait(c, sent, &call, status, &has_body);
	if (rc < 0 || !has_body)
		return rc;
	return client_fault_of_verdict(smb2_create_response_decode(call.reply.message, out));
}

#define ACCESS_TO_OPEN 0x00120089u      // read data, attributes, EAs and control, synchronize
#define ACCESS_TO_OVERWRITE 0x0013019Fu // and to write them, and to delete

struct smb2_create_request client_open_request(struct span name)
{
	return (struct smb2_create_request){ .impersonation_level = SMB2_IMPERSONATION_IMPERSONATION,
		.desired_access = ACCESS_TO_OPEN,
		.share_access = FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE,
		.create_disposition = FILE_OPEN,
		.name = name };
}

struct smb2_create_request client_overwrite_request(struct span name)
{
	struct smb2_create_request m = client_open_request(name);
	m.desired_access = ACCESS_TO_OVERWRITE;
	m.create_disposition = FILE_OVERWRITE_IF;
	m.create_options = FILE_NON_DIRECTORY_FILE;
	return m;
}
