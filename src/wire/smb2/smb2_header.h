// SPDX-License-Identifier: Apache-2.0
// The SMB2 packet header (MS-SMB2 2.2.1) and the constants that several messages share: dialects,
// flags, capabilities, security modes.
#ifndef SIGNET_WIRE_SMB2_SMB2_HEADER_H
#define SIGNET_WIRE_SMB2_SMB2_HEADER_H

#include <stdbool.h>
#include <stdint.h>

#include "base/nt_status.h"
#include "base/reader.h"
#include "base/writer.h"

#define SMB2_PROTOCOL_ID 0x424D53FEu // 0xFE 'S' 'M' 'B' read little endian
#define SMB2_TRANSFORM_PROTOCOL_ID 0x424D53FDu
#define SMB2_COMPRESSION_PROTOCOL_ID 0x424D53FCu
#define SMB1_PROTOCOL_ID 0x424D53FFu

enum {
	SMB2_HEADER_LEN = 64,
	SMB2_HEADER_STRUCTURE_SIZE = 64,
	SMB2_SIGNATURE_LEN = 16,
	SMB2_GUID_LEN = 16,
	// Offsets in the header, for those who change a finished message.
	SMB2_HEADER_CREDIT_CHARGE_OFFSET = 6,
	SMB2_HEADER_STATUS_OFFSET = 8,
	SMB2_HEADER_COMMAND_OFFSET = 12,
	SMB2_HEADER_CREDITS_OFFSET = 14,
	SMB2_HEADER_FLAGS_OFFSET = 16,
	SMB2_HEADER_NEXT_COMMAND_OFFSET = 20,
	SMB2_HEADER_MESSAGE_ID_OFFSET = 24,
	SMB2_HEADER_TREE_ID_OFFSET = 36,
	SMB2_HEADER_SESSION_ID_OFFSET = 40,
	SMB2_HEADER_SIGNATURE_OFFSET = 48,
};

#define SMB2_FLAGS_SERVER_TO_REDIR 0x00000001u
#define SMB2_FLAGS_ASYNC_COMMAND 0x00000002u
#define SMB2_FLAGS_RELATED_OPERATIONS 0x00000004u
#define SMB2_FLAGS_SIGNED 0x00000008u
#define SMB2_FLAGS_PRIORITY_MASK 0x00000070u
#define SMB2_FLAGS_DFS_OPERATIONS 0x10000000u
#define SMB2_FLAGS_REPLAY_OPERATION 0x20000000u

#define SMB2_DIALECT_202 0x0202u
#define SMB2_DIALECT_210 0x0210u
#define SMB2_DIALECT_300 0x0300u
#define SMB2_DIALECT_302 0x0302u
#define SMB2_DIALECT_311 0x0311u
#define SMB2_DIALECT_WILDCARD 0x02FFu // in the answer to an SMB1 negotiate: negotiate again in SMB2

#define SMB2_GLOBAL_CAP_DFS 0x00000001u
#define SMB2_GLOBAL_CAP_LEASING 0x00000002u
#define SMB2_GLOBAL_CAP_LARGE_MTU 0x00000004u
#define SMB2_GLOBAL_CAP_MULTI_CHANNEL 0x00000008u
#define SMB2_GLOBAL_CAP_PERSISTENT_HANDLES 0x00000010u
#define SMB2_GLOBAL_CAP_DIRECTORY_LEASING 0x00000020u
#define SMB2_GLOBAL_CAP_ENCRYPTION 0x00000040u
#define SMB2_GLOBAL_CAP_NOTIFICATIONS 0x00000080u

#define SMB2_NEGOTIATE_SIGNING_ENABLED 0x0001u
#define SMB2_NEGOTIATE_SIGNING_REQUIRED 0x0002u

#define SMB2_MESSAGE_ID_UNSOLICITED UINT64_MAX // of oplock and lease break notifications

struct smb2_header {
	uint16_t credit_charge;
	struct nt_status status;   // in responses
	uint16_t channel_sequence; // in requests of 3.x: the low half of the same four bytes
	uint16_t command;
	uint16_t credit_request_response;
	uint32_t flags;
	uint32_t next_command; // bytes to the next header of the chain; 0 in the last
	uint64_t message_id;
	uint64_t async_id;   // with SMB2_FLAGS_ASYNC_COMMAND; otherwise 0
	uint32_t process_id; // without it (the specification's Reserved); otherwise 0
	uint32_t tree_id;    // without it; otherwise 0
	uint64_t session_id;
	uint8_t signature[SMB2_SIGNATURE_LEN];
};

// The identifier of an open (MS-SMB2 2.2.14.1).
struct smb2_file_id {
	uint64_t persistent_id;
	uint64_t volatile_id;
};

// The FileId of a related request that means "the one of the previous operation".
static inline struct smb2_file_id smb2_file_id_previous(void)
{
	return (struct smb2_file_id){ UINT64_MAX, UINT64_MAX };
}

static inline bool smb2_file_id_equal(struct smb2_file_id a, struct smb2_file_id b)
{
	return a.persistent_id == b.persistent_id && a.volatile_id == b.volatile_id;
}

static inline bool smb2_header_is_response(const struct smb2_header *h)
{
	return (h->flags & SMB2_FLAGS_SERVER_TO_REDIR) != 0;
}

// The protocol identifier at the start of bytes; 0 with fewer than four bytes.
uint32_t smb2_protocol_id(struct span bytes);

// message starts with the header. VERDICT_TRUNCATED, VERDICT_BAD_VALUE (not SMB2), VERDICT_BAD_SIZE
// (StructureSize). Neither command nor next_command is judged here (smb2_command.h, smb2_compound.h).
enum verdict smb2_header_decode(struct span message, struct smb2_header *out) WARN_UNUSED;
// All 64 bytes. Status or channel_sequence goes out by SMB2_FLAGS_SERVER_TO_REDIR.
void smb2_header_encode(struct writer *w, const struct smb2_header *h);

// Changes to a message already encoded: header is where it starts in the writer.
void smb2_header_patch_status(struct writer *w, size_t header, struct nt_status status);
void smb2_header_patch_flags(struct writer *w, size_t header, uint32_t flags);
void smb2_header_patch_credits(struct writer *w, size_t header, uint16_t credits);
void smb2_header_patch_next_command(struct writer *w, size_t header, uint32_t next_command);
void smb2_header_patch_session_id(struct writer *w, size_t header, uint64_t session_id);

struct smb2_file_id smb2_file_id_read(struct reader *r);
void smb2_file_id_write(struct writer *w, struct smb2_file_id id);

#endif
