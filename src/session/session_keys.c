// SPDX-License-Identifier: Apache-2.0
#include "session/session_keys.h"

#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#include "crypto/hash.h"
#include "wire/smb2/smb2_header.h"

enum {
	SESSION_KEY_LEN = 16, // Session.SessionKey; Session.FullSessionKey is what authentication gave
};

enum purpose {
	PURPOSE_SIGNING,
	PURPOSE_SERVER_TO_CLIENT,
	PURPOSE_CLIENT_TO_SERVER,
	PURPOSE_APPLICATION,
	PURPOSE_COUNT,
};

// With their terminating NUL, which is part of the derivation.
struct label {
	const char *bytes;
	size_t len;
};
#define LABEL(text)                                                                                          \
	{                                                                                                    \
		text, sizeof(text)                                                                           \
	}

// MS-SMB2 3.3.5.5.3. "ServerIn " really ends with a space.
static const struct label labels_30[PURPOSE_COUNT] = {
	[PURPOSE_SIGNING] = LABEL("SMB2AESCMAC"),
	[PURPOSE_SERVER_TO_CLIENT] = LABEL("SMB2AESCCM"),
	[PURPOSE_CLIENT_TO_SERVER] = LABEL("SMB2AESCCM"),
	[PURPOSE_APPLICATION] = LABEL("SMB2APP"),
};
static const struct label contexts_30[PURPOSE_COUNT] = {
	[PURPOSE_SIGNING] = LABEL("SmbSign"),
	[PURPOSE_SERVER_TO_CLIENT] = LABEL("ServerOut"),
	[PURPOSE_CLIENT_TO_SERVER] = LABEL("ServerIn "),
	[PURPOSE_APPLICATION] = LABEL("SmbRpc"),
};
static const struct label labels_311[PURPOSE_COUNT] = {
	[PURPOSE_SIGNING] = LABEL("SMBSigningKey"),
	[PURPOSE_SERVER_TO_CLIENT] = LABEL("SMBS2CCipherKey"),
	[PURPOSE_CLIENT_TO_SERVER] = LABEL("SMBC2SCipherKey"),
	[PURPOSE_APPLICATION] = LABEL("SMBAppKey"),
};

// What one session derives from.
struct derivation {
	const struct label *labels;
	const struct label *contexts;       // of 3.0 and 3.0.2
	const struct preauth_hash *preauth; // the context of 3.1.1, else NULL
	struct span key;                    // Session.SessionKey
	struct span full_key;               // Session.FullSessionKey
};

static struct span label_span(const struct label *l)
{
	return span_make(l->bytes, l->len);
}

static int derive(const struct derivation *d, enum purpose p, struct span key, size_t len, struct secret *out)
{
	struct span context = d->preauth != NULL ? span_make(d->preauth->value, PREAUTH_HASH_LEN)
						 : label_span(&d->contexts[p]);
	out->len = len;
	return kdf_ctr_hmac_sha256(key, label_span(&d->labels[p]), context, out->bytes, len);
}

static int derive_sealing(const struct derivation *d, enum cipher cipher, struct session_keys *keys)
{
	size_t len = cipher_key_len(cipher);
	struct span key = len > SESSION_KEY_LEN ? d->full_key : d->key;
	if (cipher == CIPHER_NONE)
		return 0;
	int err = derive(d, PURPOSE_SERVER_TO_CLIENT, key, len, &keys->server_to_client);
	return err != 0 ? err : derive(d, PURPOSE_CLIENT_TO_SERVER, key, len, &keys->client_to_server);
}

static int derive_all(const struct derivation *d, enum cipher cipher, struct session_keys *keys)
{
	int err = derive(d, PURPOSE_SIGNING, d->key, SIGN_KEY_LEN, &keys->signing);
	if (err == 0)
		err = derive(d, PURPOSE_APPLICATION, d->key, SESSION_KEY_LEN, &keys->application);
	return err != 0 ? err : derive_sealing(d, cipher, keys);
}

static bool dialect_is_2(uint16_t dialect)
{
	return dialect == SMB2_DIALECT_202 || dialect == SMB2_DIALECT_210;
}

static bool dialect_is_30(uint16_t dialect)
{
	return dialect == SMB2_DIALECT_300 || dialect == SMB2_DIALECT_302;
}

// 2.x has no cipher, 3.0 and 3.0.2 have AES-128-CCM alone, 3.1.1 has them all.
static int check_arguments(
	uint16_t dialect, enum cipher cipher, struct span session_key, const struct preauth_hash *preauth)
{
	if (!dialect_is_2(dialect) && !dialect_is_30(dialect) && dialect != SMB2_DIALECT_311)
		return -EINVAL;
	if (dialect == SMB2_DIALECT_311 && preauth == NULL)
		return -EINVAL;
	if (cipher == CIPHER_NONE)
		return 0;
	if (cipher_key_len(cipher) == 0 || dialect_is_2(dialect))
		return -EINVAL;
	if (dialect_is_30(dialect) && cipher != CIPHER_AES128_CCM)
		return -EINVAL;
	return session_key.len == 0 ? -ENOKEY : 0;
}

int session_keys_derive(uint16_t dialect, enum cipher cipher, struct span session_key,
	const struct preauth_hash *preauth, struct session_keys *keys)
{
	session_keys_wipe(keys);
	int err = check_arguments(dialect, cipher, session_key, preauth);
	if (err != 0)
		return err;
	struct secret key SECRET_SCOPED = { .len = SESSION_KEY_LEN };
	if (session_key.len > 0)
		memcpy(key.bytes, session_key.data,
			session_key.len < SESSION_KEY_LEN ? session_key.len : SESSION_KEY_LEN);
	if (dialect_is_2(dialect)) {
		keys->signing = key;
		keys->application = key;
		return 0;
	}
	const struct derivation d = {
		.labels = dialect == SMB2_DIALECT_311 ? labels_311 : labels_30,
		.contexts = contexts_30,
		.preauth = dialect == SMB2_DIALECT_311 ? preauth : NULL,
		.key = secret_span(&key),
		.full_key = session_key,
	};
	err = derive_all(&d, cipher, keys);
	if (err != 0)
		session_keys_wipe(keys);
	return err;
}

void session_keys_wipe(struct session_keys *keys)
{
	secret_wipe(&keys->signing);
	secret_wipe(&keys->server_to_client);
	secret_wipe(&keys->client_to_server);
	secret_wipe(&keys->application);
}

enum signing_algorithm signing_algorithm_of_dialect(uint16_t dialect)
{
	return dialect < SMB2_DIALECT_300 ? SIGNING_HMAC_SHA256 : SIGNING_AES_CMAC;
}
