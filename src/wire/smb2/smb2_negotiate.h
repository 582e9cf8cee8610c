// SPDX-License-Identifier: Apache-2.0
// NEGOTIATE (MS-SMB2 2.2.3, 2.2.4). The contexts of 3.1.1 are a raw list here; smb2_negotiate_contexts.h
// takes it apart.
#ifndef SIGNET_WIRE_SMB2_SMB2_NEGOTIATE_H
#define SIGNET_WIRE_SMB2_SMB2_NEGOTIATE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/reader.h"
#include "base/writer.h"
#include "wire/smb2/smb2_header.h"

enum {
	SMB2_NEGOTIATE_REQUEST_SIZE = 36,
	SMB2_NEGOTIATE_RESPONSE_SIZE = 65,
	SMB2_NEGOTIATE_DIALECTS_MAX = 64, // five exist
};

struct smb2_negotiate_request {
	uint16_t dialect_count;
	uint16_t dialects[SMB2_NEGOTIATE_DIALECTS_MAX];
	uint16_t security_mode;
	uint32_t capabilities;
	uint8_t client_guid[SMB2_GUID_LEN];
	uint64_t client_start_time;       // without 3.1.1 among the dialects
	uint16_t negotiate_context_count; // with 3.1.1 among the dialects
	struct span negotiate_contexts;   // from the first context to the end of the message
};

struct smb2_negotiate_response {
	uint16_t security_mode;
	uint16_t dialect_revision;
	uint8_t server_guid[SMB2_GUID_LEN];
	uint32_t capabilities;
	uint32_t max_transact_size;
	uint32_t max_read_size;
	uint32_t max_write_size;
	uint64_t system_time; // FILETIME
	uint64_t server_start_time;
	struct span security_buffer;
	uint16_t negotiate_context_count; // 3.1.1 only
	struct span negotiate_contexts;
};

// VERDICT_TOO_LONG beyond SMB2_NEGOTIATE_DIALECTS_MAX; VERDICT_MISALIGNED when the contexts do not
// start at a multiple of 8. A count of 0 dialects decodes: refusing it is the server's (3.3.5.4).
enum verdict smb2_negotiate_request_decode(
	struct span message, struct smb2_negotiate_request *out) WARN_UNUSED;
void smb2_negotiate_request_encode(struct writer *w, const struct smb2_negotiate_request *m);
enum verdict smb2_negotiate_response_decode(
	struct span message, struct smb2_negotiate_response *out) WARN_UNUSED;
void smb2_negotiate_response_encode(struct writer *w, const struct smb2_negotiate_response *m);

bool smb2_negotiate_offers(const struct smb2_negotiate_request *m, uint16_t dialect);

#endif
