// SPDX-License-Identifier: Apache-2.0
// TREE_DISCONNECT (MS-SMB2 2.2.11, 2.2.12): StructureSize and two reserved bytes, both ways.
#ifndef SIGNET_WIRE_SMB2_SMB2_TREE_DISCONNECT_H
#define SIGNET_WIRE_SMB2_SMB2_TREE_DISCONNECT_H

#include <stdint.h>

#include "base/reader.h"
#include "base/writer.h"

enum {
	SMB2_TREE_DISCONNECT_REQUEST_SIZE = 4,
	SMB2_TREE_DISCONNECT_RESPONSE_SIZE = 4,
};

struct smb2_tree_disconnect_request {
	uint16_t reserved;
};

struct smb2_tree_disconnect_response {
	uint16_t reserved;
};

enum verdict smb2_tree_disconnect_request_decode(
	struct span message, struct smb2_tree_disconnect_request *out) WARN_UNUSED;
void smb2_tree_disconnect_request_encode(struct writer *w, const struct smb2_tree_disconnect_request *m);
enum verdict smb2_tree_disconnect_response_decode(
	struct span message, struct smb2_tree_disconnect_response *out) WARN_UNUSED;
void smb2_tree_disconnect_response_encode(struct writer *w, const struct smb2_tree_disconnect_response *m);

#endif
