// SPDX-License-Identifier: Apache-2.0
// What keys make visible: from a service's keytab or accounts' NT hashes, and the exchange that was seen,
// to the keys of a session, with which signatures are verified and seals opened.
#ifndef SIGNET_SENSOR_UNLOCK_H
#define SIGNET_SENSOR_UNLOCK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attributes.h"
#include "base/span.h"
#include "capture/flow_table.h"
#include "sensor/auth_watch.h"
#include "wire/smb1/smb1_message.h"

enum {
	UNLOCK_ERROR_LEN = 512,
	UNLOCK_LINE_LEN_MAX = 1024,     // of the file of NT hashes
	UNLOCK_ACCOUNTS_MAX = 1 << 20,  // of its accounts
	UNLOCK_SERVICE_KEYS_MAX = 4096, // of a keytab
	UNLOCK_PRINCIPAL_LEN = 512,
};

struct unlock_keys;

// keytab: a file in MIT's format, or NULL; nt_hashes: a file of lines "[DOMAIN\\]ACCOUNT:32 hexadecimal
// digits" (# comments; also pwdump's and smbpasswd's form), or NULL. NULL: error says what is wrong, in which
// line, and what to do. Wiped when freed. Used by one thread at a time.
struct unlock_keys *unlock_keys_load(
	const char *keytab, const char *nt_hashes, char error[UNLOCK_ERROR_LEN]) WARN_UNUSED;
void unlock_keys_free(struct unlock_keys *k); // NULL is fine
// The key of one session, for who knows it from elsewhere (a client's or a server's debugging); at most
// SECRET_LEN_MAX bytes. False: too long, or memory is out.
bool unlock_keys_add_session(struct unlock_keys *k, uint64_t session_id, struct span session_key) WARN_UNUSED;

// The exchange as it was seen, when SESSION_SETUP has succeeded.
struct unlock_exchange {
	const struct auth_facts *facts;
	uint64_t session_id;
	uint16_t dialect;
	uint16_t cipher;             // MS-SMB2 2.2.3.1.2; 0: none
	uint16_t signing_algorithm;  // MS-SMB2 2.2.3.1.7
	const uint8_t *preauth_hash; // 64 bytes: Session.PreauthIntegrityHashValue; NULL before 3.1.1, or not
				     // known
	// It binds this connection to a session that is elsewhere: the key is good for signatures alone
	// (MS-SMB2 3.3.5.5.3).
	bool binding;
	// The answer that ended it, whole. When it is signed, it tells which of several keys it is (of the
	// ticket, or its sub-keys). Empty: not whole.
	struct span final_answer;
};

// What keys proved.
struct unlock_findings {
	enum event_mic mic;                   // VERIFIED, WRONG, or UNKNOWN when that cannot be told
	char principal[UNLOCK_PRINCIPAL_LEN]; // the client, of the ticket: "alice@EXAMPLE.ORG"; "" if not
					      // known
	// The key that the exchange gives is not the one that the final answer was signed with: somebody
	// changed what was negotiated, or the answer. There are no secrets then.
	bool final_wrong;
};

// SMB1's own SESSION_SETUP, without extended security (MS-CIFS 2.2.4.53).
struct unlock_smb1_basic {
	const char *account;                     // UTF-8
	struct span account_utf16, domain_utf16; // as they stand there
	uint8_t challenge[8];                    // of NEGOTIATE
	struct span nt_response;
};

// One of the two.
struct unlock_smb1_exchange {
	const struct auth_facts *facts;
	const struct unlock_smb1_basic *basic;
	const struct smb1_header *header; // of the answer that ended it
	struct span final_answer;         // whole; empty: not whole
};

struct smb1_signing;
struct session_secrets;

// What signs an SMB1 connection after its first session was set up. NULL: no key fits, or not enough was
// seen.
struct smb1_signing *unlock_smb1(const struct unlock_keys *k, const struct unlock_smb1_exchange *x,
	struct unlock_findings *findings) WARN_UNUSED;

// NULL: no key fits, or not enough was seen. *findings is filled in either case.
struct session_secrets *unlock_session(const struct unlock_keys *k, const struct unlock_exchange *x,
	struct unlock_findings *findings) WARN_UNUSED;
void session_secrets_free(struct session_secrets *s); // wipes; NULL is fine

// The signature of a whole message. 1: right, 0: wrong, negative errno: cannot be told.
int unlock_verify(const struct session_secrets *s, enum flow_side from, struct span message) WARN_UNUSED;
// Which algorithm (MS-SMB2 2.2.3.1.7) it signs with.
uint16_t unlock_signing_algorithm(const struct session_secrets *s);
// Opens a sealed frame (transform header first) into out, which has room for frame.len bytes; *message is
// then within it. 0, -EBADMSG: it is not what this session's key made; -ENOTSUP: no key for that.
int unlock_open(const struct session_secrets *s, enum flow_side from, struct span frame, uint8_t *out,
	struct span *message) WARN_UNUSED;

#endif
