// SPDX-License-Identifier: Apache-2.0
// FLUSH (MS-SMB2 2.2.17, 2.2.18).
#ifndef SIGNET_WIRE_SMB2_SMB2_FLUSH_H
#define SIGNET_WIRE_SMB2_SMB2_FLUSH_H

#include <stdint.h>

#include "base/reader.h"
#include "base/writer.h"
#include "wire/smb2/smb2_header.h"

enum {
	SMB2_FLUSH_REQUEST_SIZE = 24,
	SMB2_FLUSH_RESPONSE_SIZE = 4,
};

struct smb2_flush_request {
	uint16_t reserved1;
	struct smb2_file_id file_id;
};

struct smb2_flush_response {
	uint16_t reserved;
};

enum verdict smb2_flush_request_decode(struct span message, struct smb2_flush_request *out) WARN_UNUSED;
void smb2_flush_request_encode(struct writer *w, const struct smb2_flush_request *m);
enum verdict smb2_flush_response_decode(struct span message, struct smb2_flush_response *out) WARN_UNUSED;
void smb2_flush_response_encode(struct writer *w, const struct smb2_flush_response *m);

#endif
