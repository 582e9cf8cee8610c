// SPDX-License-Identifier: Apache-2.0
// LOGOFF (MS-SMB2 2.2.7, 2.2.8): StructureSize and two reserved bytes, both ways.
#ifndef SIGNET_WIRE_SMB2_SMB2_LOGOFF_H
#define SIGNET_WIRE_SMB2_SMB2_LOGOFF_H

#include <stdint.h>

#include "base/reader.h"
#include "base/writer.h"

enum {
	SMB2_LOGOFF_REQUEST_SIZE = 4,
	SMB2_LOGOFF_RESPONSE_SIZE = 4,
};

struct smb2_logoff_request {
	uint16_t reserved;
};

struct smb2_logoff_response {
	uint16_t reserved;
};

enum verdict smb2_logoff_request_decode(struct span message, struct smb2_logoff_request *out) WARN_UNUSED;
void smb2_logoff_request_encode(struct writer *w, const struct smb2_logoff_request *m);
enum verdict smb2_logoff_response_decode(struct span message, struct smb2_logoff_response *out) WARN_UNUSED;
void smb2_logoff_response_encode(struct writer *w, const struct smb2_logoff_response *m);

#endif
