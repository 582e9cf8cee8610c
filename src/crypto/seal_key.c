// SPDX-License-Identifier: Apache-2.0
#include <errno.h>
#include <stdalign.h>
#include <string.h>

#include "base/secret.h"
#include "crypto/crypto_backend.h"
#include "crypto/key_memory.h"

struct seal_key {
	const struct crypto_backend *backend;
	size_t size; // bytes of this allocation
	enum cipher cipher;
	alignas(CRYPTO_STATE_ALIGNMENT) uint8_t state[];
};

int seal_key_new_with(const struct crypto_backend *b, enum cipher c, struct span key, struct seal_key **out)
{
	if (cipher_key_len(c) == 0 || key.len != cipher_key_len(c))
		return -EINVAL;
	size_t size = sizeof(struct seal_key) + b->seal_state_size(c);
	struct seal_key *k = key_memory_new(size);
	if (k == NULL)
		return -ENOMEM;
	k->backend = b;
	k->size = size;
	k->cipher = c;
	int err = b->seal_state_init(k->state, c, key.data);
	if (err != 0) {
		key_memory_free(k, size);
		return err;
	}
	*out = k;
	return 0;
}

int seal_key_new(enum cipher c, struct span key, struct seal_key **out)
{
	return seal_key_new_with(crypto_backend_default(), c, key, out);
}

void seal_key_free(struct seal_key *k)
{
	if (k != NULL)
		key_memory_free(k, k->size);
}

enum cipher seal_key_cipher(const struct seal_key *k)
{
	return k->cipher;
}

static int check_lengths(const struct seal_key *k, struct span nonce, struct span aad, size_t len)
{
	if (nonce.len != cipher_nonce_len(k->cipher) || aad.len > SEAL_AAD_LEN_MAX)
		return -EINVAL;
	return len > CRYPTO_MESSAGE_LEN_MAX ? -EMSGSIZE : 0;
}

int seal_key_seal(const struct seal_key *k, struct span nonce, struct span aad, uint8_t *data, size_t len,
	uint8_t tag[SEAL_TAG_LEN])
{
	int err = check_lengths(k, nonce, aad, len);
	if (err == 0)
		err = k->backend->seal(k->state, k->cipher, nonce.data, aad, data, len, tag);
	if (err != 0) // half encrypted or plain: either must not get onto the wire
		secret_wipe_bytes(data, len);
	return err;
}

static bool source_fits(const struct seal_source *s, size_t len)
{
	return s->at <= len && s->plain.len <= len - s->at;
}

// CCM wants all of it in one piece.
static bool takes_parts(enum cipher c)
{
	return c == CIPHER_AES128_GCM || c == CIPHER_AES256_GCM;
}

int seal_key_seal_from(const struct seal_key *k, struct span nonce, struct span aad, uint8_t *data,
	size_t len, const struct seal_source *source, uint8_t tag[SEAL_TAG_LEN])
{
	int err = source_fits(source, len) ? check_lengths(k, nonce, aad, len) : -EINVAL;
	if (err == 0 && !takes_parts(k->cipher)) {
		memcpy(data + source->at, source->plain.data, source->plain.len);
		return seal_key_seal(k, nonce, aad, data, len, tag);
	}
	if (err == 0)
		err = k->backend->seal_from(k->state, k->cipher, nonce.data, aad, data, len, source, tag);
	if (err != 0)
		secret_wipe_bytes(data, len);
	return err;
}

int seal_key_open(const struct seal_key *k, struct span nonce, struct span aad, uint8_t *data, size_t len,
	const uint8_t tag[SEAL_TAG_LEN])
{
	int err = check_lengths(k, nonce, aad, len);
	if (err == 0)
		err = k->backend->open(k->state, k->cipher, nonce.data, aad, data, len, tag);
	if (err != 0)
		secret_wipe_bytes(data, len);
	return err;
}
