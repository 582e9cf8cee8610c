// SPDX-License-Identifier: Apache-2.0
#include "client/client_send.h"
#include "client/client_state.h"
#include "wire/smb2/smb2_command.h"

static const struct client_request *request_of(const struct client *c, const void *context)
{
	for (uint32_t i = 0; i < c->table.slot_count; i++) {
		const struct client_request *r = c->table.slots[i];
		if (r != NULL && r->context == context)
			return r;
	}
	return NULL;
}

// MS-SMB2 3.2.4.24: by AsyncId once the server named one, else by MessageId; no credit, no answer.
bool client_send_cancel(struct client *c, const void *context)
{
	const struct client_request *r = request_of(c, context);
	if (r == NULL || c->fault != 0)
		return false;
	struct client_output *o = client_output_take(c->loop, CLIENT_OUTPUT_LEN_MIN);
	if (o == NULL)
		return false;
	struct smb2_header h = { .command = SMB2_CANCEL,
		.flags = r->async_id != 0 ? SMB2_FLAGS_ASYNC_COMMAND : 0,
		.message_id = r->message_id,
		.async_id = r->async_id,
		.session_id = c->session_id };
	o->parts[o->part_count++] = (struct client_output_part){ o->w.pos, NULL };
	smb2_header_encode(&o->w, &h);
	smb2_cancel_request_encode(&o->w, &(struct smb2_cancel_request){ 0 });
	int rc = client_output_protect(c, o);
	client_output_push(&c->sending, o);
	if (rc < 0)
		client_fail(c, rc);
	else
		client_mark_dirty(c);
	return rc == 0;
}
