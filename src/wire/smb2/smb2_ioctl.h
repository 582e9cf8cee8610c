// SPDX-License-Identifier: Apache-2.0
// IOCTL (MS-SMB2 2.2.31, 2.2.32). What the buffers carry is in smb2_ioctl_payloads.h.
#ifndef SIGNET_WIRE_SMB2_SMB2_IOCTL_H
#define SIGNET_WIRE_SMB2_SMB2_IOCTL_H

#include <stdint.h>

#include "base/reader.h"
#include "base/writer.h"
#include "wire/smb2/smb2_header.h"

enum {
	SMB2_IOCTL_REQUEST_SIZE = 57,
	SMB2_IOCTL_RESPONSE_SIZE = 49,
};

#define SMB2_0_IOCTL_IS_FSCTL 0x00000001u

struct smb2_ioctl_request {
	uint32_t ctl_code;
	struct smb2_file_id file_id;
	struct span input;
	struct span output; // a client sends none; decoded for what it is
	uint32_t max_input_response;
	uint32_t max_output_response;
	uint32_t flags;
};

struct smb2_ioctl_response {
	uint32_t ctl_code;
	struct smb2_file_id file_id;
	struct span input;
	struct span output;
	uint32_t flags;
};

enum verdict smb2_ioctl_request_decode(struct span message, struct smb2_ioctl_request *out) WARN_UNUSED;
void smb2_ioctl_request_encode(struct writer *w, const struct smb2_ioctl_request *m);
enum verdict smb2_ioctl_response_decode(struct span message, struct smb2_ioctl_response *out) WARN_UNUSED;
void smb2_ioctl_response_encode(struct writer *w, const struct smb2_ioctl_response *m);

// Without a copy: begin (input and output of m are ignored), put the output behind, end.
size_t smb2_ioctl_response_begin(struct writer *w, const struct smb2_ioctl_response *m);
void smb2_ioctl_response_end(struct writer *w, size_t begun);

#endif
