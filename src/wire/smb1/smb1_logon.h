// SPDX-License-Identifier: Apache-2.0
// How an SMB1 session begins: the answer to NEGOTIATE, SESSION_SETUP_ANDX and TREE_CONNECT_ANDX (MS-CIFS
// 2.2.4.52, 2.2.4.53, 2.2.4.55; MS-SMB 2.2.4.5, 2.2.4.6 for extended security). All spans borrow.
#ifndef SIGNET_WIRE_SMB1_SMB1_LOGON_H
#define SIGNET_WIRE_SMB1_SMB1_LOGON_H

#include "wire/smb1/smb1_message.h"

enum {
	SMB1_NO_DIALECT = 0xFFFF,     // none of those that were offered
	SMB1_NEGOTIATE_NT_WORDS = 17, // parameters of an answer that chose NT LM 0.12
	SMB1_NEGOTIATE_LANMAN_WORDS = 13,
	SMB1_SECURITY_ENCRYPT_PASSWORDS = 0x02,
	SMB1_SECURITY_SIGNATURES_ENABLED = 0x04,
	SMB1_SECURITY_SIGNATURES_REQUIRED = 0x08,
	SMB1_CAP_EXTENDED_SECURITY = (int)0x80000000u,
	SMB1_SETUP_GUEST = 0x0001, // Action
	SMB1_CHALLENGE_LEN = 8,
	SMB1_GUID_LEN = 16,
};

struct smb1_negotiate_answer {
	uint16_t dialect_index;
	uint8_t security_mode;
	uint32_t capabilities;
	struct span challenge;   // of 8 bytes without extended security
	struct span server_guid; // with it
	struct span security_blob;
	struct span domain, server; // text
};

struct smb1_session_setup {
	bool extended;
	struct span security_blob;
	struct span lm_response, nt_response; // or passwords in clear, when the server wants them so
	struct span account, domain;          // text
};

struct smb1_session_setup_answer {
	uint16_t action;
	struct span security_blob;
};

struct smb1_tree_connect {
	struct span path; // text
};

enum verdict smb1_negotiate_answer_decode(struct span message, const struct smb1_block *b, bool unicode,
	struct smb1_negotiate_answer *out) WARN_UNUSED;
enum verdict smb1_session_setup_decode(struct span message, const struct smb1_block *b, bool unicode,
	struct smb1_session_setup *out) WARN_UNUSED;
enum verdict smb1_session_setup_answer_decode(
	struct span message, const struct smb1_block *b, struct smb1_session_setup_answer *out) WARN_UNUSED;
enum verdict smb1_tree_connect_decode(struct span message, const struct smb1_block *b, bool unicode,
	struct smb1_tree_connect *out) WARN_UNUSED;
// Service of the answer: "IPC", "A:", "LPT1:".
struct span smb1_tree_connect_service(struct span message, const struct smb1_block *b);

#endif
