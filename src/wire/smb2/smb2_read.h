// SPDX-License-Identifier: Apache-2.0
// READ (MS-SMB2 2.2.19, 2.2.20).
#ifndef SIGNET_WIRE_SMB2_SMB2_READ_H
#define SIGNET_WIRE_SMB2_SMB2_READ_H

#include <stdint.h>

#include "base/reader.h"
#include "base/writer.h"
#include "wire/smb2/smb2_header.h"

enum {
	SMB2_READ_REQUEST_SIZE = 49,
	SMB2_READ_RESPONSE_SIZE = 17,
	SMB2_READ_RESPONSE_DATA_OFFSET = 80, // where this encoder puts the data, from the header

	SMB2_READFLAG_READ_UNBUFFERED = 0x01,
	SMB2_READFLAG_REQUEST_COMPRESSED = 0x02,
};

#define SMB2_CHANNEL_NONE 0x00000000u
#define SMB2_CHANNEL_RDMA_V1 0x00000001u
#define SMB2_CHANNEL_RDMA_V1_INVALIDATE 0x00000002u
#define SMB2_CHANNEL_RDMA_TRANSFORM 0x00000003u

struct smb2_read_request {
	uint8_t padding; // where the client would like the data, from the header
	uint8_t flags;
	uint32_t length; // bytes
	uint64_t offset;
	struct smb2_file_id file_id;
	uint32_t minimum_count;
	uint32_t channel;
	uint32_t remaining_bytes;
	struct span read_channel_info;
};

struct smb2_read_response {
	uint32_t data_remaining;
	uint32_t flags; // Reserved2 before 3.1.1
	struct span data;
};

enum verdict smb2_read_request_decode(struct span message, struct smb2_read_request *out) WARN_UNUSED;
void smb2_read_request_encode(struct writer *w, const struct smb2_read_request *m);
enum verdict smb2_read_response_decode(struct span message, struct smb2_read_response *out) WARN_UNUSED;
void smb2_read_response_encode(struct writer *w, const struct smb2_read_response *m);

// Without a copy: begin, put the data behind (writer_take), end. The length is what was written since.
size_t smb2_read_response_begin(struct writer *w);
void smb2_read_response_end(struct writer *w, size_t begun);
// Only the fixed part, for data_length bytes that the caller sends behind it from elsewhere.
void smb2_read_response_fixed_encode(struct writer *w, uint32_t data_length);

#endif
