// SPDX-License-Identifier: Apache-2.0
// An SMB1 message (MS-CIFS 2.2.3): its header, and the blocks of words and bytes behind it, one a command of
// its AndX chain.
#ifndef SIGNET_WIRE_SMB1_SMB1_MESSAGE_H
#define SIGNET_WIRE_SMB1_SMB1_MESSAGE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/attributes.h"
#include "base/nt_status.h"
#include "base/reader.h"
#include "base/span.h"

enum smb1_command {
	SMB1_CREATE_DIRECTORY = 0x00,
	SMB1_DELETE_DIRECTORY = 0x01,
	SMB1_OPEN = 0x02,
	SMB1_CREATE = 0x03,
	SMB1_CLOSE = 0x04,
	SMB1_DELETE = 0x06,
	SMB1_RENAME = 0x07,
	SMB1_SET_INFORMATION = 0x09,
	SMB1_READ = 0x0A,
	SMB1_WRITE = 0x0B,
	SMB1_CREATE_NEW = 0x0F,
	SMB1_LOCKING_ANDX = 0x24,
	SMB1_TRANSACTION = 0x25,
	SMB1_TRANSACTION_SECONDARY = 0x26,
	SMB1_OPEN_ANDX = 0x2D,
	SMB1_READ_ANDX = 0x2E,
	SMB1_WRITE_ANDX = 0x2F,
	SMB1_TRANSACTION2 = 0x32,
	SMB1_TRANSACTION2_SECONDARY = 0x33,
	SMB1_TREE_DISCONNECT = 0x71,
	SMB1_NEGOTIATE = 0x72,
	SMB1_SESSION_SETUP_ANDX = 0x73,
	SMB1_LOGOFF_ANDX = 0x74,
	SMB1_TREE_CONNECT_ANDX = 0x75,
	SMB1_NT_TRANSACT = 0xA0,
	SMB1_NT_CREATE_ANDX = 0xA2,
	SMB1_NT_RENAME = 0xA5,
	SMB1_NO_ANDX = 0xFF,
};

enum {
	SMB1_FLAGS_REPLY = 0x80,
	SMB1_FLAGS2_SECURITY_SIGNATURE = 0x0004,
	SMB1_FLAGS2_SECURITY_SIGNATURE_REQUIRED = 0x0010,
	SMB1_FLAGS2_EXTENDED_SECURITY = 0x0800,
	SMB1_FLAGS2_NT_STATUS = 0x4000,
	SMB1_FLAGS2_UNICODE = 0x8000,
	SMB1_SIGNATURE_LEN = 8,
	SMB1_CHAIN_MAX = 8, // commands of one message
};

struct smb1_header {
	uint8_t command;
	struct nt_status status; // of a reply; DOS errors as the NT status that is nearest
	uint8_t flags;
	uint16_t flags2;
	uint8_t signature[SMB1_SIGNATURE_LEN];
	uint16_t tid, pid, uid, mid;
};

// One command of a message. words: its parameters, with the four bytes of an AndX block at their start.
struct smb1_block {
	uint8_t command;
	struct span words;
	size_t bytes_offset; // of its data, from the header
	struct span bytes;   // as many as there are, if it says more
};

struct smb1_chain {
	struct span message;
	uint8_t command; // of the next block
	size_t offset;   // where it begins; 0: there is none
	unsigned int count;
	enum verdict verdict;
};

const char *smb1_command_name(uint8_t command);

enum verdict smb1_header_decode(struct span message, struct smb1_header *out) WARN_UNUSED;
// The blocks of a whole message, whose header was decoded.
struct smb1_chain smb1_chain_make(struct span message, const struct smb1_header *h);
// False at the end, and where the chain is broken: an offset that does not go forward, or too many.
bool smb1_chain_next(struct smb1_chain *c, struct smb1_block *out);

// A reader over the block's bytes whose offsets count from the message's header, as alignment does.
struct reader smb1_bytes_reader(struct span message, const struct smb1_block *b);
// Text up to its NUL or the end, without it: UTF-16LE (aligned to 2) or 8-bit.
struct span smb1_read_text(struct reader *r, bool unicode);

#endif
