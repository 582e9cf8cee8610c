// SPDX-License-Identifier: Apache-2.0
// OPLOCK_BREAK (MS-SMB2 2.2.23 to 2.2.25): one command for oplocks and leases, told apart by the
// StructureSize. The server notifies, the client acknowledges, the server responds; an oplock's three
// messages have the same form, so do a lease's acknowledgment and response.
#ifndef SIGNET_WIRE_SMB2_SMB2_OPLOCK_BREAK_H
#define SIGNET_WIRE_SMB2_SMB2_OPLOCK_BREAK_H

#include <stdint.h>

#include "base/reader.h"
#include "base/writer.h"
#include "wire/smb2/smb2_create_contexts.h"
#include "wire/smb2/smb2_header.h"

enum {
	SMB2_OPLOCK_BREAK_SIZE = 24,
	SMB2_LEASE_BREAK_ACK_SIZE = 36, // response, too
	SMB2_LEASE_BREAK_NOTIFICATION_SIZE = 44,
};

#define SMB2_NOTIFY_BREAK_LEASE_FLAG_ACK_REQUIRED 0x00000001u

enum smb2_oplock_break_kind {
	SMB2_BREAK_OPLOCK,             // notification, acknowledgment and response
	SMB2_BREAK_LEASE,              // acknowledgment and response
	SMB2_BREAK_LEASE_NOTIFICATION, // from the server, unasked
};

struct smb2_oplock_break {
	enum smb2_oplock_break_kind kind;
	uint8_t oplock_level;        // oplock
	struct smb2_file_id file_id; // oplock
	uint32_t flags;              // lease, both
	uint8_t lease_key[SMB2_LEASE_KEY_LEN];
	uint32_t lease_state;    // lease
	uint64_t lease_duration; // lease
	uint16_t new_epoch;      // notification, as the rest
	uint32_t current_lease_state;
	uint32_t new_lease_state;
	uint32_t break_reason;
	uint32_t access_mask_hint;
	uint32_t share_mask_hint;
};

// What a client sends: SMB2_BREAK_OPLOCK or SMB2_BREAK_LEASE.
enum verdict smb2_oplock_break_request_decode(struct span message, struct smb2_oplock_break *out) WARN_UNUSED;
// What a server sends: any kind.
enum verdict smb2_oplock_break_response_decode(
	struct span message, struct smb2_oplock_break *out) WARN_UNUSED;
void smb2_oplock_break_encode(struct writer *w, const struct smb2_oplock_break *m);

#endif
