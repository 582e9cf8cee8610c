// SPDX-License-Identifier: Apache-2.0
// Session security (MS-NLMP 3.4): extended, with 128 bits, connection-oriented; no other kind.
#include <errno.h>

#include "auth/ntlm_crypto.h"
#include "base/writer.h"
#include "crypto/hash.h"

enum { NTLM_SIGNATURE_VERSION = 1, CHECKSUM_LEN = 8 };

// The constants are hashed with their terminating NUL (3.4.5.2, 3.4.5.3).
static const char sign_magic[2][60] = {
	[NTLM_CLIENT_TO_SERVER] = "session key to client-to-server signing key magic constant",
	[NTLM_SERVER_TO_CLIENT] = "session key to server-to-client signing key magic constant",
};
static const char seal_magic[2][60] = {
	[NTLM_CLIENT_TO_SERVER] = "session key to client-to-server sealing key magic constant",
	[NTLM_SERVER_TO_CLIENT] = "session key to server-to-client sealing key magic constant",
};

static int key_derive(const uint8_t session_key[NTLM_KEY_LEN], const char *magic, uint8_t out[NTLM_KEY_LEN])
{
	struct span parts[] = { span_make(session_key, NTLM_KEY_LEN), span_make(magic, strlen(magic) + 1) };

	return md5(parts, ARRAY_LEN(parts), out);
}

int ntlm_seal_init(struct ntlm_seal *seal, const uint8_t exported_session_key[NTLM_KEY_LEN],
	enum ntlm_direction direction, bool key_exchange)
{
	uint8_t seal_key[NTLM_KEY_LEN];

	*seal = (struct ntlm_seal){ .key_exchange = key_exchange };
	int rc = key_derive(exported_session_key, sign_magic[direction], seal->sign_key);
	if (rc == 0)
		rc = key_derive(exported_session_key, seal_magic[direction], seal_key);
	if (rc == 0)
		rc4_init(&seal->handle, span_make(seal_key, sizeof(seal_key)));
	secret_wipe_bytes(seal_key, sizeof(seal_key));
	return rc;
}

void ntlm_seal_done(struct ntlm_seal *seal)
{
	rc4_done(&seal->handle);
	secret_wipe_bytes(seal, sizeof(*seal));
}

// 3.4.4.2: Version, Checksum, SeqNum.
int ntlm_sign(struct ntlm_seal *seal, struct span message, uint8_t mac[NTLM_MAC_LEN])
{
	uint8_t sequence[4], digest[MD5_LEN];
	struct writer w = writer_make(sequence, sizeof(sequence));
	writer_u32(&w, seal->sequence);
	struct span parts[] = { span_make(sequence, sizeof(sequence)), message };

	int rc = hmac_md5(span_make(seal->sign_key, NTLM_KEY_LEN), parts, ARRAY_LEN(parts), digest);
	if (rc < 0)
		return rc;
	if (seal->key_exchange)
		rc4_apply(&seal->handle, digest, CHECKSUM_LEN);
	w = writer_make(mac, NTLM_MAC_LEN);
	writer_u32(&w, NTLM_SIGNATURE_VERSION);
	writer_bytes(&w, digest, CHECKSUM_LEN);
	writer_u32(&w, seal->sequence);
	seal->sequence++;
	secret_wipe_bytes(digest, sizeof(digest));
	return 0;
}

// The payload's bytes of the key stream come before the checksum's (3.4.3, 3.4.4.2), but the checksum is
// over the plaintext: so the digest first, without the handle.
int ntlm_seal_message(struct ntlm_seal *seal, uint8_t *message, size_t len, uint8_t mac[NTLM_MAC_LEN])
{
	bool key_exchange = seal->key_exchange;

	seal->key_exchange = false;
	int rc = ntlm_sign(seal, span_make(message, len), mac);
	seal->key_exchange = key_exchange;
	if (rc < 0)
		return rc;
	rc4_apply(&seal->handle, message, len);
	if (key_exchange)
		rc4_apply(&seal->handle, mac + 4, CHECKSUM_LEN);
	return 0;
}

int ntlm_verify(struct ntlm_seal *seal, struct span message, struct span mac, bool *fits)
{
	uint8_t expected[NTLM_MAC_LEN];
	int rc = ntlm_sign(seal, message, expected);

	if (rc == 0)
		*fits = mac.len == sizeof(expected) && secret_equal(mac.data, expected, sizeof(expected));
	// A right one is worth something to who sent a wrong one.
	secret_wipe_bytes(expected, sizeof(expected));
	return rc;
}
