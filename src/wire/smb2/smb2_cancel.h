// SPDX-License-Identifier: Apache-2.0
// CANCEL (MS-SMB2 2.2.30): StructureSize and two reserved bytes. It has no response (3.3.5.16).
#ifndef SIGNET_WIRE_SMB2_SMB2_CANCEL_H
#define SIGNET_WIRE_SMB2_SMB2_CANCEL_H

#include <stdint.h>

#include "base/reader.h"
#include "base/writer.h"

enum { SMB2_CANCEL_REQUEST_SIZE = 4 };

struct smb2_cancel_request {
	uint16_t reserved;
};

enum verdict smb2_cancel_request_decode(struct span message, struct smb2_cancel_request *out) WARN_UNUSED;
void smb2_cancel_request_encode(struct writer *w, const struct smb2_cancel_request *m);

#endif
