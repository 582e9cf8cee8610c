// SPDX-License-Identifier: Apache-2.0
// SMB1 with files and pipes (MS-CIFS 2.2.4): opening, reading, writing, renaming, deleting, and the
// transactions on named pipes. All spans borrow.
#ifndef SIGNET_WIRE_SMB1_SMB1_FILE_H
#define SIGNET_WIRE_SMB1_SMB1_FILE_H

#include "wire/smb1/smb1_message.h"

enum {
	SMB1_TRANS_RAW_WRITE_NMPIPE = 0x31, // MS-CIFS 2.2.5
	SMB1_TRANS_TRANSACT_NMPIPE = 0x26,
	SMB1_TRANS_WRITE_NMPIPE = 0x37,
};

// NT_CREATE_ANDX; OPEN_ANDX in its terms
struct smb1_create {
	uint32_t desired_access;
	uint32_t disposition;
	uint32_t options;
	struct span name; // text
};

struct smb1_create_answer {
	uint16_t fid;
	uint32_t action; // as SMB2's CreateAction: 0 superseded, 1 opened, 2 created, 3 overwritten
	bool directory;
};

// READ_ANDX, WRITE_ANDX
struct smb1_transfer {
	uint16_t fid;
	uint64_t offset;
	uint32_t len;
	struct span data; // WRITE; as much as is there
};

struct smb1_transaction {
	uint16_t subcommand; // 0: no setup words
	uint16_t fid;
	struct span data;
};

enum verdict smb1_nt_create_decode(
	struct span message, const struct smb1_block *b, bool unicode, struct smb1_create *out) WARN_UNUSED;
enum verdict smb1_nt_create_answer_decode(
	const struct smb1_block *b, struct smb1_create_answer *out) WARN_UNUSED;
enum verdict smb1_open_decode(
	struct span message, const struct smb1_block *b, bool unicode, struct smb1_create *out) WARN_UNUSED;
enum verdict smb1_open_answer_decode(const struct smb1_block *b, struct smb1_create_answer *out) WARN_UNUSED;
enum verdict smb1_read_decode(const struct smb1_block *b, struct smb1_transfer *out) WARN_UNUSED;
enum verdict smb1_read_answer_decode(
	struct span message, const struct smb1_block *b, struct smb1_transfer *out) WARN_UNUSED;
enum verdict smb1_write_decode(
	struct span message, const struct smb1_block *b, struct smb1_transfer *out) WARN_UNUSED;
enum verdict smb1_write_answer_decode(const struct smb1_block *b, uint32_t *count) WARN_UNUSED;
enum verdict smb1_close_decode(const struct smb1_block *b, uint16_t *fid) WARN_UNUSED;
// OPEN, CREATE, CREATE_NEW; READ, WRITE: len of an answer is how much it was.
enum verdict smb1_old_open_decode(
	struct span message, const struct smb1_block *b, bool unicode, struct smb1_create *out) WARN_UNUSED;
enum verdict smb1_old_open_answer_decode(
	const struct smb1_block *b, struct smb1_create_answer *out) WARN_UNUSED;
enum verdict smb1_old_transfer_decode(
	struct span message, const struct smb1_block *b, struct smb1_transfer *out) WARN_UNUSED;
enum verdict smb1_old_transfer_answer_decode(
	struct span message, const struct smb1_block *b, struct smb1_transfer *out) WARN_UNUSED;
// What NT_RENAME is to do with its two names.
enum { SMB1_NT_RENAME_LINK = 0x103 }; // a hard link; all others move
enum verdict smb1_nt_rename_level(const struct smb1_block *b, uint16_t *level) WARN_UNUSED;
// What OPEN's AccessMode (MS-CIFS 2.2.4.3.1) is in access rights.
uint32_t smb1_access_of_mode(uint16_t mode);
// SET_INFORMATION, DELETE, DELETE_DIRECTORY and CREATE_DIRECTORY name one file, RENAME and NT_RENAME two.
enum verdict smb1_names_decode(struct span message, const struct smb1_block *b, bool unicode,
	struct span *first, struct span *second) WARN_UNUSED;
enum verdict smb1_transaction_decode(
	struct span message, const struct smb1_block *b, struct smb1_transaction *out) WARN_UNUSED;
enum verdict smb1_transaction_secondary_decode(
	struct span message, const struct smb1_block *b, struct span *data) WARN_UNUSED;

#endif
