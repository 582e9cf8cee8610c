// SPDX-License-Identifier: Apache-2.0
#include "wire/smb2/smb2_cancel.h"

#include "wire/smb2/smb2_body.h"

enum verdict smb2_cancel_request_decode(struct span message, struct smb2_cancel_request *out)
{
	return smb2_body_small_decode(message, SMB2_CANCEL_REQUEST_SIZE, &out->reserved);
}

void smb2_cancel_request_encode(struct writer *w, const struct smb2_cancel_request *m)
{
	smb2_body_small_encode(w, SMB2_CANCEL_REQUEST_SIZE, m->reserved);
}
