// SPDX-License-Identifier: Apache-2.0
// ECHO (MS-SMB2 2.2.28, 2.2.29): StructureSize and two reserved bytes, both ways.
#ifndef SIGNET_WIRE_SMB2_SMB2_ECHO_H
#define SIGNET_WIRE_SMB2_SMB2_ECHO_H

#include <stdint.h>

#include "base/reader.h"
#include "base/writer.h"

enum {
	SMB2_ECHO_REQUEST_SIZE = 4,
	SMB2_ECHO_RESPONSE_SIZE = 4,
};

struct smb2_echo_request {
	uint16_t reserved;
};

struct smb2_echo_response {
	uint16_t reserved;
};

enum verdict smb2_echo_request_decode(struct span message, struct smb2_echo_request *out) WARN_UNUSED;
void smb2_echo_request_encode(struct writer *w, const struct smb2_echo_request *m);
enum verdict smb2_echo_response_decode(struct span message, struct smb2_echo_response *out) WARN_UNUSED;
void smb2_echo_response_encode(struct writer *w, const struct smb2_echo_response *m);

#endif
