// SPDX-License-Identifier: Apache-2.0
// All keys of a session from the one that authentication gave (MS-SMB2 3.3.5.5.3, 3.1.4.2).
#ifndef SIGNET_SESSION_SESSION_KEYS_H
#define SIGNET_SESSION_SESSION_KEYS_H

#include <stdint.h>

#include "base/attributes.h"
#include "base/secret.h"
#include "base/span.h"
#include "crypto/crypto.h"
#include "session/preauth.h"

struct session_keys {
	struct secret signing;          // 16 bytes, both directions
	struct secret server_to_client; // a server's EncryptionKey; empty without a cipher
	struct secret client_to_server; // a server's DecryptionKey; empty without a cipher
	struct secret application;      // 16 bytes: what RPC over named pipes may use
};

// dialect: as on the wire (0x0202, 0x0210, 0x0300, 0x0302, 0x0311). session_key: what authentication
// gave, of any length: signing uses 16 bytes of it, cut or padded with zeros; AES-256 all of it.
// preauth: used by 0x0311 alone, NULL otherwise. Below 0x0300 cipher must be CIPHER_NONE, and the
// session key itself signs.
//
// A channel bound to a session derives with CIPHER_NONE, from the binding authentication's key: only
// its signing key is its own.
//
// 0; -EINVAL: an unknown dialect, a cipher that the dialect has not, no preauth hash for 0x0311;
// -ENOKEY: a cipher, but an empty session key; others as crypto/hash.h. keys is wiped on failure.
int session_keys_derive(uint16_t dialect, enum cipher cipher, struct span session_key,
	const struct preauth_hash *preauth, struct session_keys *keys) WARN_UNUSED;
void session_keys_wipe(struct session_keys *keys);
// struct session_keys keys SESSION_KEYS_SCOPED = {}; is wiped when its scope ends.
#define SESSION_KEYS_SCOPED CLEANUP(session_keys_wipe)

// The signing algorithm of a dialect that cannot negotiate one: HMAC-SHA256 below 0x0300, else
// AES-CMAC (which 0x0311 uses too when no signing context was exchanged).
enum signing_algorithm signing_algorithm_of_dialect(uint16_t dialect);

#endif
