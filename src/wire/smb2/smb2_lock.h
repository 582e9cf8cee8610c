// SPDX-License-Identifier: Apache-2.0
// LOCK (MS-SMB2 2.2.26, 2.2.27).
#ifndef SIGNET_WIRE_SMB2_SMB2_LOCK_H
#define SIGNET_WIRE_SMB2_SMB2_LOCK_H

#include <stdint.h>

#include "base/reader.h"
#include "base/writer.h"
#include "wire/smb2/smb2_header.h"

enum {
	SMB2_LOCK_REQUEST_SIZE = 48,
	SMB2_LOCK_RESPONSE_SIZE = 4,
	SMB2_LOCK_ELEMENT_LEN = 24,
};

#define SMB2_LOCKFLAG_SHARED_LOCK 0x00000001u
#define SMB2_LOCKFLAG_EXCLUSIVE_LOCK 0x00000002u
#define SMB2_LOCKFLAG_UNLOCK 0x00000004u
#define SMB2_LOCKFLAG_FAIL_IMMEDIATELY 0x00000010u

struct smb2_lock_element {
	uint64_t offset;
	uint64_t length;
	uint32_t flags;
};

struct smb2_lock_request {
	uint16_t lock_count;
	uint8_t lock_sequence_number; // 4 bits
	uint32_t lock_sequence_index; // 28 bits
	struct smb2_file_id file_id;
	struct span locks; // lock_count elements, raw; bounded by the message
};

struct smb2_lock_response {
	uint16_t reserved;
};

// A lock_count of 0 decodes: refusing it is the server's (3.3.5.14).
enum verdict smb2_lock_request_decode(struct span message, struct smb2_lock_request *out) WARN_UNUSED;
void smb2_lock_request_encode(struct writer *w, const struct smb2_lock_request *m);
enum verdict smb2_lock_response_decode(struct span message, struct smb2_lock_response *out) WARN_UNUSED;
void smb2_lock_response_encode(struct writer *w, const struct smb2_lock_response *m);

// The element of a decoded request; index is below its lock_count.
struct smb2_lock_element smb2_lock_element_at(const struct smb2_lock_request *m, uint16_t index);
// Appends one element: how a request's locks are built.
void smb2_lock_element_encode(struct writer *w, const struct smb2_lock_element *m);

#endif
