// SPDX-License-Identifier: Apache-2.0
// IOCTL (MS-SMB2 2.2.31, 2.2.32): calls on pipes, and the validation of a negotiation.
#include <string.h>

#include "sensor/observe.h"
#include "sensor/observe_file.h"
#include "wire/smb2/smb2_ioctl_payloads.h"

// What both sides say again, signed (MS-SMB2 3.3.5.15.12), is what this connection carried, unless
// somebody changed it on its way.
static void validate_request(struct observed *o, struct span input)
{
	struct smb2_validate_negotiate_request v;
	struct negotiated *n = &o->c->negotiated;
	n->validated = EVENT_NO; // until it is answered
	if (!n->request_seen || n->by_smb1 || smb2_validate_negotiate_request_decode(input, &v) != VERDICT_OK)
		return;
	bool same = v.capabilities == n->client_capabilities && v.security_mode == n->client_security_mode &&
		    memcmp(v.guid, n->client_guid, sizeof(v.guid)) == 0 &&
		    v.dialect_count == n->client_dialect_count &&
		    memcmp(v.dialects, n->client_dialects, v.dialect_count * sizeof(v.dialects[0])) == 0;
	if (!same)
		conversation_anomaly(
			o->c, "negotiate_changed", "the request is not what the client says it sent");
}

static void validate_answer(struct observed *o)
{
	struct smb2_ioctl_response m;
	struct smb2_validate_negotiate_response v;
	struct negotiated *n = &o->c->negotiated;
	n->validated = EVENT_YES;
	if (!n->response_seen || smb2_ioctl_response_decode(o->message, &m) != VERDICT_OK ||
		smb2_validate_negotiate_response_decode(m.output, &v) != VERDICT_OK)
		return;
	bool same = v.capabilities == n->server_capabilities && v.security_mode == n->server_security_mode &&
		    v.dialect == n->dialect && memcmp(v.guid, n->server_guid, sizeof(v.guid)) == 0;
	if (!same)
		conversation_anomaly(
			o->c, "negotiate_changed", "the answer is not what the server says it sent");
}

void observe_ioctl_request(struct observed *o)
{
	struct smb2_ioctl_request m;
	if (smb2_ioctl_request_decode(o->message, &m) != VERDICT_OK)
		return;
	if (o->pending != NULL) {
		o->pending->file_id = m.file_id;
		o->pending->options = m.ctl_code;
	}
	if (m.ctl_code == FSCTL_VALIDATE_NEGOTIATE_INFO)
		validate_request(o, m.input);
	struct watched_open *open = open_of_request(o, m.file_id);
	if (m.ctl_code == FSCTL_PIPE_TRANSCEIVE && open != NULL)
		observe_pipe_bytes(o, open, FLOW_CLIENT, m.input);
}

void observe_ioctl_answer(struct observed *o)
{
	struct smb2_ioctl_response m;
	if (o->pending == NULL || nt_status_is_error(o->header.status))
		return;
	if (o->pending->options == FSCTL_VALIDATE_NEGOTIATE_INFO)
		validate_answer(o);
	struct watched_open *open = open_of_answer(o);
	if (o->pending->options == FSCTL_PIPE_TRANSCEIVE && open != NULL &&
		smb2_ioctl_response_decode(o->message, &m) == VERDICT_OK)
		observe_pipe_bytes(o, open, FLOW_SERVER, m.output);
}
