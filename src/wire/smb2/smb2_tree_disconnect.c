// SPDX-License-Identifier: Apache-2.0
#include "wire/smb2/smb2_tree_disconnect.h"

#include "wire/smb2/smb2_body.h"

enum verdict smb2_tree_disconnect_request_decode(
	struct span message, struct smb2_tree_disconnect_request *out)
{
	return smb2_body_small_decode(message, SMB2_TREE_DISCONNECT_REQUEST_SIZE, &out->reserved);
}

void smb2_tree_disconnect_request_encode(struct writer *w, const struct smb2_tree_disconnect_request *m)
{
	smb2_body_small_encode(w, SMB2_TREE_DISCONNECT_REQUEST_SIZE, m->reserved);
}

enum verdict smb2_tree_disconnect_response_decode(
	struct span message, struct smb2_tree_disconnect_response *out)
{
	return smb2_body_small_decode(message, SMB2_TREE_DISCONNECT_RESPONSE_SIZE, &out->reserved);
}

void smb2_tree_disconnect_response_encode(struct writer *w, const struct smb2_tree_disconnect_response *m)
{
	smb2_body_small_encode(w, SMB2_TREE_DISCONNECT_RESPONSE_SIZE, m->reserved);
}
