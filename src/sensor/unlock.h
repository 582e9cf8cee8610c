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

enum { UNLOCK_ERROR_LEN = 512 };

struct unlock_keys;

// keytab: a file in MIT's format, or NULL; nt_hashes: a file of lines "[DOMAIN\\]ACCOUNT:32 hexadecimal
// digits" (# comments; also pwdump's form), or NULL. NULL: error says what is wrong, in which line, and what
// to do. Wiped when freed.
struct unlock_keys *unlock_keys_load(
	const char *keytab, const char *nt_hashes, char error[UNLOCK_ERROR_LEN]) WARN_UNUSED;
void unlock_keys_free(struct unlock_keys *k);

// The exchange as it was seen, when SESSION_SETUP has succeeded.
struct unlock_exchange {
	const struct auth_facts *facts;
	uint16_t dialect;
	uint16_t cipher;             // MS-SMB2 2.2.3.1.2; 0: none
	uint16_t signing_algorithm;  // MS-SMB2 2.2.3.1.7
	const uint8_t *preauth_hash; // 64 bytes: Session.PreauthIntegrityHashValue; NULL before 3.1.1
};

struct session_secrets;

// NULL: no key fits. What else the keys prove goes to *mic (VERIFIED or WRONG; untouched when it cannot be
// told).
struct session_secrets *unlock_session(
	const struct unlock_keys *k, const struct unlock_exchange *x, enum event_mic *mic) WARN_UNUSED;
void session_secrets_free(struct session_secrets *s); // wipes; NULL is fine

// The signature of a whole message. 1: right, 0: wrong, negative errno: cannot be told.
int unlock_verify(const struct session_secrets *s, enum flow_side from, struct span message) WARN_UNUSED;
// Opens a sealed frame (transform header first) into out, which has room for frame.len bytes; *message is
// then within it. 0, -EBADMSG: it is not what this session's key made; -ENOTSUP: no key for that.
int unlock_open(const struct session_secrets *s, enum flow_side from, struct span frame, uint8_t *out,
	struct span *message) WARN_UNUSED;

#endif
