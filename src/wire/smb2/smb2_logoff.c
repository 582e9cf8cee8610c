// SPDX-License-Identifier: Apache-2.0
#include "wire/smb2/smb2_logoff.h"

#include "wire/smb2/smb2_body.h"

enum verdict smb2_logoff_request_decode(struct span message, struct smb2_logoff_request *out)
{
	return smb2_body_small_decode(message, SMB2_LOGOFF_REQUEST_SIZE, &out->reserved);
}

void smb2_logoff_request_encode(struct writer *w, const struct smb2_logoff_request *m)
{
	smb2_body_small_encode(w, SMB2_LOGOFF_REQUEST_SIZE, m->reserved);
}

enum verdict smb2_logoff_response_decode(struct span message, struct smb2_logoff_response *out)
{
	return smb2_body_small_decode(message, SMB2_LOGOFF_RESPONSE_SIZE, &out->reserved);
}

void smb2_logoff_response_encode(struct writer *w, const struct smb2_logoff_response *m)
{
	smb2_body_small_encode(w, SMB2_LOGOFF_RESPONSE_SIZE, m->reserved);
}
