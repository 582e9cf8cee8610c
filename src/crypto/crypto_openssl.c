// SPDX-License-Identifier: Apache-2.0
// The backend that is everywhere. OpenSSL's contexts cannot be shared by threads, so a key is kept as
// its bytes and expanded anew for each message (about 0.4 us), in a context that the thread keeps.
#include "crypto/crypto_backend.h"

#include <errno.h>
#include <string.h>

#include "base/secret.h"
#include "crypto/hash.h"
#include "crypto/openssl_cmac.h"
#include "crypto/openssl_thread.h"

static bool always_usable(void)
{
	return true;
}

static size_t seal_state_size(enum cipher c)
{
	return cipher_key_len(c);
}

static int seal_state_init(void *state, enum cipher c, const uint8_t *key)
{
	memcpy(state, key, cipher_key_len(c));
	return 0;
}

static bool is_ccm(enum cipher c)
{
	return c == CIPHER_AES128_CCM || c == CIPHER_AES256_CCM;
}

// The context for one message: key, nonce and AAD are in. For CCM, len must be known before.
static int context_start(EVP_CIPHER_CTX *ctx, enum cipher c, struct span aad, size_t len)
{
	int n;
	if (is_ccm(c) && EVP_CipherUpdate(ctx, NULL, &n, NULL, (int)len) != 1)
		return -EIO;
	if (aad.len > 0 && EVP_CipherUpdate(ctx, NULL, &n, aad.data, (int)aad.len) != 1)
		return -EIO;
	return 0;
}

static EVP_CIPHER_CTX *context_of(enum cipher c)
{
	const struct openssl_thread *t = openssl_thread();
	return t == NULL ? NULL : t->seal[c];
}

// Unlike EVP_CipherUpdate, EVP_Cipher does not leave CCM out when there is nothing to encrypt.
static bool apply(EVP_CIPHER_CTX *ctx, uint8_t *data, size_t len)
{
	uint8_t nothing = 0;
	uint8_t *in_place = data == NULL ? &nothing : data;
	return EVP_Cipher(ctx, in_place, in_place, (unsigned int)len) >= 0;
}

static int seal_with(EVP_CIPHER_CTX *ctx, const void *state, enum cipher c, const uint8_t *nonce,
	struct span aad, uint8_t *data, size_t len, uint8_t *tag)
{
	if (EVP_EncryptInit_ex2(ctx, NULL, state, nonce, NULL) != 1)
		return -EIO;
	int err = context_start(ctx, c, aad, len);
	if (err != 0)
		return err;
	int n;
	uint8_t none[SEAL_TAG_LEN];
	if (!apply(ctx, data, len) || EVP_EncryptFinal_ex(ctx, none, &n) != 1)
		return -EIO;
	return EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_AEAD_GET_TAG, SEAL_TAG_LEN, tag) == 1 ? 0 : -EIO;
}

static int seal(const void *state, enum cipher c, const uint8_t *nonce, struct span aad, uint8_t *data,
	size_t len, uint8_t *tag)
{
	EVP_CIPHER_CTX *ctx = context_of(c);
	if (ctx == NULL)
		return -ENOMEM;
	int err = seal_with(ctx, state, c, nonce, aad, data, len, tag);
	openssl_cipher_forget(ctx);
	return err;
}

static bool encrypt(EVP_CIPHER_CTX *ctx, uint8_t *to, const uint8_t *from, size_t len)
{
	int n;
	return len == 0 || EVP_EncryptUpdate(ctx, to, &n, from, (int)len) == 1;
}

static int seal_parts_with(
	EVP_CIPHER_CTX *ctx, uint8_t *data, size_t len, const struct seal_source *source, uint8_t *tag)
{
	size_t end = source->at + source->plain.len;
	int n;
	uint8_t none[SEAL_TAG_LEN];
	if (!encrypt(ctx, data, data, source->at) ||
		!encrypt(ctx, data + source->at, source->plain.data, source->plain.len) ||
		!encrypt(ctx, data + end, data + end, len - end) || EVP_EncryptFinal_ex(ctx, none, &n) != 1)
		return -EIO;
	return EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_AEAD_GET_TAG, SEAL_TAG_LEN, tag) == 1 ? 0 : -EIO;
}

static int seal_from(const void *state, enum cipher c, const uint8_t *nonce, struct span aad, uint8_t *data,
	size_t len, const struct seal_source *source, uint8_t *tag)
{
	EVP_CIPHER_CTX *ctx = context_of(c);
	if (ctx == NULL)
		return -ENOMEM;
	int err = EVP_EncryptInit_ex2(ctx, NULL, state, nonce, NULL) == 1 ? context_start(ctx, c, aad, len)
									  : -EIO;
	if (err == 0)
		err = seal_parts_with(ctx, data, len, source, tag);
	openssl_cipher_forget(ctx);
	return err;
}

// The tag has to be given before: CCM compares as it decrypts, GCM at the end.
static int open_start(EVP_CIPHER_CTX *ctx, const uint8_t *key, const uint8_t *nonce, const uint8_t *tag)
{
	uint8_t given[SEAL_TAG_LEN]; // EVP_CIPHER_CTX_ctrl wants to be able to write
	memcpy(given, tag, SEAL_TAG_LEN);
	if (EVP_DecryptInit_ex2(ctx, NULL, key, nonce, NULL) != 1)
		return -EIO;
	return EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_AEAD_SET_TAG, SEAL_TAG_LEN, given) == 1 ? 0 : -EIO;
}

static int open_with(EVP_CIPHER_CTX *ctx, const void *state, enum cipher c, const uint8_t *nonce,
	struct span aad, uint8_t *data, size_t len, const uint8_t *tag)
{
	int err = open_start(ctx, state, nonce, tag);
	if (err == 0)
		err = context_start(ctx, c, aad, len);
	if (err != 0)
		return err;
	int n;
	uint8_t none[SEAL_TAG_LEN];
	if (!apply(ctx, data, len))
		return -EBADMSG;
	return is_ccm(c) || EVP_DecryptFinal_ex(ctx, none, &n) == 1 ? 0 : -EBADMSG;
}

static int open_in_place(const void *state, enum cipher c, const uint8_t *nonce, struct span aad,
	uint8_t *data, size_t len, const uint8_t *tag)
{
	EVP_CIPHER_CTX *ctx = context_of(c);
	if (ctx == NULL)
		return -ENOMEM;
	int err = open_with(ctx, state, c, nonce, aad, data, len, tag);
	openssl_cipher_forget(ctx);
	return err;
}

static size_t sign_state_size(enum signing_algorithm a)
{
	return a == SIGNING_AES_CMAC ? sizeof(struct cmac_key) : SIGN_KEY_LEN;
}

static int sign_state_init(void *state, enum signing_algorithm a, const uint8_t *key)
{
	if (a == SIGNING_AES_CMAC)
		return cmac_key_init(state, key);
	memcpy(state, key, SIGN_KEY_LEN);
	return 0;
}

static int sign_hmac(const void *state, const struct span *parts, size_t count, uint8_t *mac)
{
	uint8_t whole[SHA256_LEN];
	int err = hmac_sha256(span_make(state, SIGN_KEY_LEN), parts, count, whole);
	if (err == 0)
		memcpy(mac, whole, SIGN_MAC_LEN);
	secret_wipe_bytes(whole, sizeof(whole));
	return err;
}

// GMAC is GCM with nothing to encrypt (SP 800-38D 3).
static int sign_gmac_with(EVP_CIPHER_CTX *ctx, const void *state, const uint8_t *nonce,
	const struct span *parts, size_t count, uint8_t *mac)
{
	if (EVP_EncryptInit_ex2(ctx, NULL, state, nonce, NULL) != 1)
		return -EIO;
	int n;
	for (size_t i = 0; i < count; i++)
		if (parts[i].len > 0 &&
			EVP_EncryptUpdate(ctx, NULL, &n, parts[i].data, (int)parts[i].len) != 1)
			return -EIO;
	uint8_t none[SIGN_MAC_LEN];
	if (EVP_EncryptFinal_ex(ctx, none, &n) != 1)
		return -EIO;
	return EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_AEAD_GET_TAG, SIGN_MAC_LEN, mac) == 1 ? 0 : -EIO;
}

static int sign_gmac(
	const void *state, const uint8_t *nonce, const struct span *parts, size_t count, uint8_t *mac)
{
	EVP_CIPHER_CTX *ctx = context_of(CIPHER_AES128_GCM);
	if (ctx == NULL)
		return -ENOMEM;
	int err = sign_gmac_with(ctx, state, nonce, parts, count, mac);
	openssl_cipher_forget(ctx);
	return err;
}

static int sign(const void *state, enum signing_algorithm a, const uint8_t *nonce, const struct span *parts,
	size_t count, uint8_t *mac)
{
	switch (a) {
	case SIGNING_HMAC_SHA256:
		return sign_hmac(state, parts, count, mac);
	case SIGNING_AES_CMAC:
		return cmac(state, parts, count, mac);
	case SIGNING_AES_GMAC:
		return sign_gmac(state, nonce, parts, count, mac);
	}
	return -EINVAL;
}

const struct crypto_backend crypto_backend_openssl = {
	.name = "openssl",
	.usable = always_usable,
	.seal_state_size = seal_state_size,
	.seal_state_init = seal_state_init,
	.sign_state_size = sign_state_size,
	.sign_state_init = sign_state_init,
	.seal = seal,
	.seal_from = seal_from,
	.open = open_in_place,
	.sign = sign,
};
