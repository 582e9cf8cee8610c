// SPDX-License-Identifier: Apache-2.0
// SESSION_SETUP (MS-SMB2 2.2.5, 2.2.6).
#ifndef SIGNET_WIRE_SMB2_SMB2_SESSION_SETUP_H
#define SIGNET_WIRE_SMB2_SMB2_SESSION_SETUP_H

#include <stdint.h>

#include "base/reader.h"
#include "base/writer.h"

enum {
	SMB2_SESSION_SETUP_REQUEST_SIZE = 25,
	SMB2_SESSION_SETUP_RESPONSE_SIZE = 9,

	SMB2_SESSION_FLAG_BINDING = 0x01, // request

	SMB2_SESSION_FLAG_IS_GUEST = 0x0001, // response
	SMB2_SESSION_FLAG_IS_NULL = 0x0002,
	SMB2_SESSION_FLAG_ENCRYPT_DATA = 0x0004,
};

struct smb2_session_setup_request {
	uint8_t flags;
	uint8_t security_mode;
	uint32_t capabilities;
	uint32_t channel;
	uint64_t previous_session_id;
	struct span security_buffer;
};

struct smb2_session_setup_response {
	uint16_t session_flags;
	struct span security_buffer;
};

enum verdict smb2_session_setup_request_decode(
	struct span message, struct smb2_session_setup_request *out) WARN_UNUSED;
void smb2_session_setup_request_encode(struct writer *w, const struct smb2_session_setup_request *m);
enum verdict smb2_session_setup_response_decode(
	struct span message, struct smb2_session_setup_response *out) WARN_UNUSED;
void smb2_session_setup_response_encode(struct writer *w, const struct smb2_session_setup_response *m);

#endif
