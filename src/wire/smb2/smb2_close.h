// SPDX-License-Identifier: Apache-2.0
// CLOSE (MS-SMB2 2.2.15, 2.2.16).
#ifndef SIGNET_WIRE_SMB2_SMB2_CLOSE_H
#define SIGNET_WIRE_SMB2_SMB2_CLOSE_H

#include <stdint.h>

#include "base/reader.h"
#include "base/writer.h"
#include "wire/smb2/smb2_header.h"

enum {
	SMB2_CLOSE_REQUEST_SIZE = 24,
	SMB2_CLOSE_RESPONSE_SIZE = 60,
	SMB2_CLOSE_FLAG_POSTQUERY_ATTRIB = 0x0001, // in both: the attributes are asked for / are valid
};

struct smb2_close_request {
	uint16_t flags;
	struct smb2_file_id file_id;
};

struct smb2_close_response {
	uint16_t flags;
	uint64_t creation_time; // FILETIMEs
	uint64_t last_access_time;
	uint64_t last_write_time;
	uint64_t change_time;
	uint64_t allocation_size; // bytes
	uint64_t end_of_file;
	uint32_t file_attributes;
};

enum verdict smb2_close_request_decode(struct span message, struct smb2_close_request *out) WARN_UNUSED;
void smb2_close_request_encode(struct writer *w, const struct smb2_close_request *m);
enum verdict smb2_close_response_decode(struct span message, struct smb2_close_response *out) WARN_UNUSED;
void smb2_close_response_encode(struct writer *w, const struct smb2_close_response *m);

#endif
