// SPDX-License-Identifier: Apache-2.0
// The cryptography of NTLMv2 (MS-NLMP 3.3.2, 3.4), for both ends of an exchange. No LM, no NTLMv1, no
// session security other than extended session security with key exchange and 128 bits.
//
// Functions returning int: 0, or -errno when the crypto library fails or memory is out (internal
// faults; never an answer about the peer).
#ifndef SIGNET_AUTH_NTLM_CRYPTO_H
#define SIGNET_AUTH_NTLM_CRYPTO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attributes.h"
#include "base/secret.h"
#include "base/span.h"
#include "crypto/rc4.h"

enum {
	NTLM_KEY_LEN = 16,
	NTLM_MAC_LEN = 16,
	NTLM_USER_LEN_MAX = 512, // bytes of UTF-16LE
};

// NTOWFv1 = MD4(UTF-16LE(password)); password is UTF-8. -EINVAL when it is not valid UTF-8.
int ntlm_nt_hash(const char *password, uint8_t nt_hash[NTLM_KEY_LEN]) WARN_UNUSED;

// NTOWFv2 = HMAC_MD5(nt_hash, UTF-16LE(Uppercase(user) + domain)); user and domain as UTF-16LE bytes
// as they stand in AUTHENTICATE (the domain's case is kept). -EINVAL beyond NTLM_USER_LEN_MAX.
int ntlm_ntowf_v2(const uint8_t nt_hash[NTLM_KEY_LEN], struct span user_utf16, struct span domain_utf16,
	uint8_t response_key[NTLM_KEY_LEN]) WARN_UNUSED;

// NTProofStr = HMAC_MD5(response_key, server_challenge + temp), temp being all of the
// NTLMv2_CLIENT_CHALLENGE; session_base_key = HMAC_MD5(response_key, NTProofStr).
int ntlm_proof(const uint8_t response_key[NTLM_KEY_LEN], const uint8_t server_challenge[8], struct span temp,
	uint8_t nt_proof_str[NTLM_KEY_LEN], uint8_t session_base_key[NTLM_KEY_LEN]) WARN_UNUSED;

// The LMv2 response (24 bytes): only clients send it, to servers that gave no timestamp.
int ntlm_lmv2_response(const uint8_t response_key[NTLM_KEY_LEN], const uint8_t server_challenge[8],
	const uint8_t client_challenge[8], uint8_t response[24]) WARN_UNUSED;

// RC4 of one session key with the other: EncryptedRandomSessionKey in both directions (NTLMv2's
// KeyExchangeKey is the session base key).
void ntlm_key_exchange(const uint8_t key_exchange_key[NTLM_KEY_LEN], const uint8_t in[NTLM_KEY_LEN],
	uint8_t out[NTLM_KEY_LEN]);

// MIC = HMAC_MD5(exported_session_key, NEGOTIATE + CHALLENGE + AUTHENTICATE), the MIC field of the
// latter (16 bytes at mic_offset) taken as zeros. -EINVAL when the field is not inside.
int ntlm_mic(const uint8_t exported_session_key[NTLM_KEY_LEN], struct span negotiate, struct span challenge,
	struct span authenticate, size_t mic_offset, uint8_t mic[NTLM_MAC_LEN]) WARN_UNUSED;

enum ntlm_direction {
	NTLM_CLIENT_TO_SERVER,
	NTLM_SERVER_TO_CLIENT,
};

// One direction of session security: the keys, the running RC4 handle and the sequence number.
struct ntlm_seal {
	uint8_t sign_key[NTLM_KEY_LEN];
	uint8_t seal_key[NTLM_KEY_LEN];
	struct rc4 handle;
	uint32_t sequence;
	bool key_exchange; // NTLMSSP_NEGOTIATE_KEY_EXCH: the checksum is encrypted with the handle
};

// Derives both keys (3.4.5.2, 3.4.5.3 with ESS and 128 bits) and starts the handle at sequence 0.
int ntlm_seal_init(struct ntlm_seal *seal, const uint8_t exported_session_key[NTLM_KEY_LEN],
	enum ntlm_direction direction, bool key_exchange) WARN_UNUSED;
// Wipes.
void ntlm_seal_done(struct ntlm_seal *seal);
// The signature of message (3.4.4.2): version 1, checksum, sequence number; advances both.
int ntlm_sign(struct ntlm_seal *seal, struct span message, uint8_t mac[NTLM_MAC_LEN]) WARN_UNUSED;
// Encrypts in place, then signs the plaintext (3.4.3): for tests and DCE/RPC clients.
int ntlm_seal_message(
	struct ntlm_seal *seal, uint8_t *message, size_t len, uint8_t mac[NTLM_MAC_LEN]) WARN_UNUSED;
// Does the signature fit the next message of this direction? Constant-time. *fits is untouched on a
// fault.
int ntlm_verify(struct ntlm_seal *seal, struct span message, struct span mac, bool *fits) WARN_UNUSED;

#endif
