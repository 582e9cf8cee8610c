// SPDX-License-Identifier: Apache-2.0
// IOCTL (MS-SMB2 2.2.31, 2.2.32): calls on pipes, and the validation of a negotiation.
#include "sensor/observe.h"
#include "sensor/observe_file.h"
#include "wire/smb2/smb2_ioctl_payloads.h"

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
		o->c->negotiated.validated = EVENT_NO; // until it is answered
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
		o->c->negotiated.validated = EVENT_YES;
	struct watched_open *open = open_of_answer(o);
	if (o->pending->options == FSCTL_PIPE_TRANSCEIVE && open != NULL &&
		smb2_ioctl_response_decode(o->message, &m) == VERDICT_OK)
		observe_pipe_bytes(o, open, FLOW_SERVER, m.output);
}
