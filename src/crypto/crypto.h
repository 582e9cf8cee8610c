// SPDX-License-Identifier: Apache-2.0
// The ciphers and signatures of SMB 2 and 3, behind keys that are expanded once and used often.
//
// A key is made once for a session and direction (about 1 KiB with intel-ipsec-mb, less with
// OpenSSL) and is constant from then on: any number of threads may use it at the same time.
// Messages are sealed and opened where they lie; nothing is allocated for a message.
//
// Results: 0, or a negative errno: -EBADMSG (tag or signature does not match: the one outcome a
// peer can cause), -EINVAL (a key, nonce or AAD of a wrong length), -EMSGSIZE (beyond
// CRYPTO_MESSAGE_LEN_MAX), -ENOMEM, -EIO (the cryptographic library failed).
#ifndef SIGNET_CRYPTO_CRYPTO_H
#define SIGNET_CRYPTO_CRYPTO_H

#include <stddef.h>
#include <stdint.h>

#include "base/attributes.h"
#include "base/span.h"

// MS-SMB2 2.2.3.1.2; 0 is never on the wire.
enum cipher {
	CIPHER_NONE = 0,
	CIPHER_AES128_CCM = 1,
	CIPHER_AES128_GCM = 2,
	CIPHER_AES256_CCM = 3,
	CIPHER_AES256_GCM = 4,
};

// MS-SMB2 2.2.3.1.7
enum signing_algorithm {
	SIGNING_HMAC_SHA256 = 0,
	SIGNING_AES_CMAC = 1,
	SIGNING_AES_GMAC = 2,
};

enum {
	CIPHER_COUNT = 5,  // ids are below this
	SIGNING_COUNT = 3, // ids are below this
	SEAL_TAG_LEN = 16,
	SEAL_NONCE_LEN_MAX = 12,
	SEAL_AAD_LEN_MAX = 64, // the transform header's AAD has 32 bytes
	SIGN_KEY_LEN = 16,
	SIGN_MAC_LEN = 16,
	SIGN_NONCE_LEN = 12,              // GMAC alone has one
	SIGN_PARTS_MAX = 8,               // spans that make up one signed message
	CRYPTO_MESSAGE_LEN_MAX = 1 << 24, // what a direct TCP frame can carry
};

// "AES-128-GCM", "AES-CMAC", ...; ids that are none of these: "unknown"; CIPHER_NONE: "none".
const char *cipher_name(enum cipher c);
const char *signing_algorithm_name(enum signing_algorithm a);
// Bytes of key (16 or 32) and nonce (CCM 11, GCM 12); 0 for CIPHER_NONE and ids that are none.
size_t cipher_key_len(enum cipher c);
size_t cipher_nonce_len(enum cipher c);

// Encrypts or decrypts with one key: one direction of one session.
struct seal_key;

// Owns a copy of the key, wiped by free. -EINVAL unless key.len is cipher_key_len(c).
int seal_key_new(enum cipher c, struct span key, struct seal_key **out) WARN_UNUSED;
void seal_key_free(struct seal_key *k);
enum cipher seal_key_cipher(const struct seal_key *k);

// Encrypts len bytes in place and gives the tag over them and aad. The nonce must never have been
// used with this key (see session/nonce.h). On an error data is wiped.
int seal_key_seal(const struct seal_key *k, struct span nonce, struct span aad, uint8_t *data, size_t len,
	uint8_t tag[SEAL_TAG_LEN]) WARN_UNUSED;
// The same for data of which the bytes from `at` on are elsewhere: they are encrypted from `plain` into
// their place, where nothing has to be yet. `plain` is read once.
struct seal_source {
	size_t at;
	struct span plain;
};
// -EINVAL when the source does not fit into data.
int seal_key_seal_from(const struct seal_key *k, struct span nonce, struct span aad, uint8_t *data,
	size_t len, const struct seal_source *source, uint8_t tag[SEAL_TAG_LEN]) WARN_UNUSED;
// Decrypts len bytes in place. -EBADMSG when the tag is wrong: then data is wiped, so that nobody
// can act on what was never authentic.
int seal_key_open(const struct seal_key *k, struct span nonce, struct span aad, uint8_t *data, size_t len,
	const uint8_t tag[SEAL_TAG_LEN]) WARN_UNUSED;

// Signs with one key: one session on one channel, both directions.
struct sign_key;

// Owns a copy of the key, wiped by free. -EINVAL unless key.len is SIGN_KEY_LEN.
int sign_key_new(enum signing_algorithm a, struct span key, struct sign_key **out) WARN_UNUSED;
void sign_key_free(struct sign_key *k);
enum signing_algorithm sign_key_algorithm(const struct sign_key *k);

// The MAC over the parts, as if they lay behind one another. nonce has SIGN_NONCE_LEN bytes for
// GMAC and is ignored otherwise. HMAC-SHA256 is cut to 16 bytes as MS-SMB2 3.1.4.1 says.
int sign_key_sign(const struct sign_key *k, struct span nonce, const struct span *parts, size_t count,
	uint8_t mac[SIGN_MAC_LEN]) WARN_UNUSED;
// Computes and compares in constant time: 0 or -EBADMSG.
int sign_key_verify(const struct sign_key *k, struct span nonce, const struct span *parts, size_t count,
	const uint8_t mac[SIGN_MAC_LEN]) WARN_UNUSED;

// "intel-ipsec-mb" or "openssl": what new keys use on this machine; decided once.
const char *crypto_backend_name(void);

#endif
