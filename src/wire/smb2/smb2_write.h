// SPDX-License-Identifier: Apache-2.0
// WRITE (MS-SMB2 2.2.21, 2.2.22).
#ifndef SIGNET_WIRE_SMB2_SMB2_WRITE_H
#define SIGNET_WIRE_SMB2_SMB2_WRITE_H

#include <stdint.h>

#include "base/reader.h"
#include "base/writer.h"
#include "wire/smb2/smb2_header.h"

enum {
	SMB2_WRITE_REQUEST_SIZE = 49,
	SMB2_WRITE_RESPONSE_SIZE = 17,
	SMB2_WRITE_REQUEST_DATA_OFFSET = 112, // where this encoder puts the data, from the header
};

#define SMB2_WRITEFLAG_WRITE_THROUGH 0x00000001u
#define SMB2_WRITEFLAG_WRITE_UNBUFFERED 0x00000002u

struct smb2_write_request {
	uint64_t offset;
	struct smb2_file_id file_id;
	uint32_t channel; // SMB2_CHANNEL_ of smb2_read.h
	uint32_t remaining_bytes;
	uint32_t flags;
	struct span write_channel_info; // decoded only
	struct span data;
};

struct smb2_write_response {
	uint32_t count; // bytes written
	uint32_t remaining;
};

enum verdict smb2_write_request_decode(struct span message, struct smb2_write_request *out) WARN_UNUSED;
void smb2_write_request_encode(struct writer *w, const struct smb2_write_request *m);
// Only the fixed part, for m->data.len bytes that the caller sends behind it from elsewhere.
void smb2_write_request_fixed_encode(struct writer *w, const struct smb2_write_request *m);
enum verdict smb2_write_response_decode(struct span message, struct smb2_write_response *out) WARN_UNUSED;
void smb2_write_response_encode(struct writer *w, const struct smb2_write_response *m);

#endif
