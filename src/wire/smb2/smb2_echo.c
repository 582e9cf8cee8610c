// SPDX-License-Identifier: Apache-2.0
#include "wire/smb2/smb2_echo.h"

#include "wire/smb2/smb2_body.h"

enum verdict smb2_echo_request_decode(struct span message, struct smb2_echo_request *out)
{
	return smb2_body_small_decode(message, SMB2_ECHO_REQUEST_SIZE, &out->reserved);
}

void smb2_echo_request_encode(struct writer *w, const struct smb2_echo_request *m)
{
	smb2_body_small_encode(w, SMB2_ECHO_REQUEST_SIZE, m->reserved);
}

enum verdict smb2_echo_response_decode(struct span message, struct smb2_echo_response *out)
{
	return smb2_body_small_decode(message, SMB2_ECHO_RESPONSE_SIZE, &out->reserved);
}

void smb2_echo_response_encode(struct writer *w, const struct smb2_echo_response *m)
{
	smb2_body_small_encode(w, SMB2_ECHO_RESPONSE_SIZE, m->reserved);
}
