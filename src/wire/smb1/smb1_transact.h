// SPDX-License-Identifier: Apache-2.0
// SMB1's TRANSACTION2 and NT_TRANSACT (MS-CIFS 2.2.4.46, 2.2.4.62, 2.2.6, 2.2.7): a function with parameters
// and data, which may come in several messages. All spans borrow.
#ifndef SIGNET_WIRE_SMB1_SMB1_TRANSACT_H
#define SIGNET_WIRE_SMB1_SMB1_TRANSACT_H

#include "wire/smb1/smb1_file.h"
#include "wire/smb1/smb1_message.h"

// Functions of TRANSACTION2.
enum smb1_trans2 {
	SMB1_TRANS2_OPEN2 = 0x00,
	SMB1_TRANS2_FIND_FIRST2 = 0x01,
	SMB1_TRANS2_QUERY_PATH_INFO = 0x05,
	SMB1_TRANS2_SET_PATH_INFO = 0x06,
	SMB1_TRANS2_SET_FILE_INFO = 0x08,
	SMB1_TRANS2_CREATE_DIRECTORY = 0x0D,
};

enum { SMB1_NT_TRANSACT_CREATE = 0x01 };

// Levels of SET_PATH_INFO and SET_FILE_INFO (MS-CIFS 2.2.8.4; MS-SMB 2.2.2.3.5: 1000 more than a class of
// MS-FSCC; Samba's for UNIX).
enum smb1_set_level {
	SMB1_SET_STANDARD = 0x001,
	SMB1_SET_BASIC = 0x101,
	SMB1_SET_DISPOSITION = 0x102,
	SMB1_SET_ALLOCATION = 0x103,
	SMB1_SET_END_OF_FILE = 0x104,
	SMB1_SET_UNIX_BASIC = 0x200,
	SMB1_SET_UNIX_LINK = 0x201,
	SMB1_SET_UNIX_HARD_LINK = 0x203,
	SMB1_SET_POSIX_OPEN = 0x209,
	SMB1_SET_POSIX_UNLINK = 0x20A,
	SMB1_SET_CLASS_BASIC = 1004,
	SMB1_SET_CLASS_RENAME = 1010,
	SMB1_SET_CLASS_DISPOSITION = 1013,
	SMB1_SET_CLASS_ALLOCATION = 1019,
	SMB1_SET_CLASS_END_OF_FILE = 1020,
};

// One message's part of parameters and data, with where it belongs and how much there is of both.
struct smb1_part {
	uint16_t function; // of a request that begins one
	size_t parameters_total, data_total;
	size_t parameters_at, data_at;
	struct span parameters, data;
};

enum verdict smb1_trans2_decode(
	struct span message, const struct smb1_block *b, struct smb1_part *out) WARN_UNUSED;
enum verdict smb1_trans2_secondary_decode(
	struct span message, const struct smb1_block *b, struct smb1_part *out) WARN_UNUSED;
enum verdict smb1_trans2_answer_decode(
	struct span message, const struct smb1_block *b, struct smb1_part *out) WARN_UNUSED;
enum verdict smb1_nt_transact_decode(
	struct span message, const struct smb1_block *b, struct smb1_part *out) WARN_UNUSED;
enum verdict smb1_nt_transact_answer_decode(
	struct span message, const struct smb1_block *b, struct smb1_part *out) WARN_UNUSED;

// What functions' parameters and data say. unicode: of the message's names.
enum verdict smb1_open2_decode(struct span parameters, bool unicode, struct smb1_create *out) WARN_UNUSED;
enum verdict smb1_open2_answer_decode(struct span parameters, struct smb1_create_answer *out) WARN_UNUSED;
enum verdict smb1_nt_transact_create_decode(
	struct span parameters, bool unicode, struct smb1_create *out) WARN_UNUSED;
enum verdict smb1_nt_transact_create_answer_decode(
	struct span parameters, struct smb1_create_answer *out) WARN_UNUSED;
// SET_PATH_INFO, QUERY_PATH_INFO: a level and a name; CREATE_DIRECTORY: a name, its level is 0.
enum verdict smb1_path_info_decode(
	struct span parameters, bool unicode, uint16_t *level, struct span *name) WARN_UNUSED;
enum verdict smb1_create_directory_decode(
	struct span parameters, bool unicode, struct span *name) WARN_UNUSED;
enum verdict smb1_set_file_info_decode(struct span parameters, uint16_t *fid, uint16_t *level) WARN_UNUSED;
enum verdict smb1_find_first_decode(struct span parameters, bool unicode, struct span *pattern) WARN_UNUSED;
// FileRenameInformation as SMB1 has it (MS-FSCC 2.4.37.1).
enum verdict smb1_rename_info_decode(struct span data, bool unicode, struct span *name) WARN_UNUSED;
// SMB_POSIX_OPEN; of a directory there is no open.
enum verdict smb1_posix_open_decode(struct span data, struct smb1_create *out) WARN_UNUSED;
enum verdict smb1_posix_open_answer_decode(struct span data, struct smb1_create_answer *out) WARN_UNUSED;

#endif
