// SPDX-License-Identifier: Apache-2.0
#include <errno.h>
#include <stdalign.h>
#include <string.h>

#include "base/secret.h"
#include "crypto/crypto_backend.h"
#include "crypto/key_memory.h"

struct sign_key {
	const struct crypto_backend *backend;
	size_t size; // bytes of this allocation
	enum signing_algorithm algorithm;
	alignas(CRYPTO_STATE_ALIGNMENT) uint8_t state[];
};

int sign_key_new_with(
	const struct crypto_backend *b, enum signing_algorithm a, struct span key, struct sign_key **out)
{
	if ((unsigned int)a >= SIGNING_COUNT || key.len != SIGN_KEY_LEN)
		return -EINVAL;
	size_t size = sizeof(struct sign_key) + b->sign_state_size(a);
	struct sign_key *k = key_memory_new(size);
	if (k == NULL)
		return -ENOMEM;
	k->backend = b;
	k->size = size;
	k->algorithm = a;
	int err = b->sign_state_init(k->state, a, key.data);
	if (err != 0) {
		key_memory_free(k, size);
		return err;
	}
	*out = k;
	return 0;
}

int sign_key_new(enum signing_algorithm a, struct span key, struct sign_key **out)
{
	return sign_key_new_with(crypto_backend_default(), a, key, out);
}

void sign_key_free(struct sign_key *k)
{
	if (k != NULL)
		key_memory_free(k, k->size);
}

enum signing_algorithm sign_key_algorithm(const struct sign_key *k)
{
	return k->algorithm;
}

static int check_lengths(const struct sign_key *k, struct span nonce, const struct span *parts, size_t count)
{
	if (count > SIGN_PARTS_MAX || (k->algorithm == SIGNING_AES_GMAC && nonce.len != SIGN_NONCE_LEN))
		return -EINVAL;
	size_t total = 0;
	for (size_t i = 0; i < count; i++) {
		if (parts[i].len > CRYPTO_MESSAGE_LEN_MAX - total)
			return -EMSGSIZE;
		total += parts[i].len;
	}
	return 0;
}

int sign_key_sign(const struct sign_key *k, struct span nonce, const struct span *parts, size_t count,
	uint8_t mac[SIGN_MAC_LEN])
{
	int err = check_lengths(k, nonce, parts, count);
	if (err != 0)
		return err;
	return k->backend->sign(k->state, k->algorithm, nonce.data, parts, count, mac);
}

int sign_key_verify(const struct sign_key *k, struct span nonce, const struct span *parts, size_t count,
	const uint8_t mac[SIGN_MAC_LEN])
{
	uint8_t expected[SIGN_MAC_LEN] = { 0 };
	int err = sign_key_sign(k, nonce, parts, count, expected);
	if (err == 0 && !secret_equal(expected, mac, SIGN_MAC_LEN))
		err = -EBADMSG;
	// What the signature should have been is worth as much as the key to who sent a wrong one.
	secret_wipe_bytes(expected, sizeof(expected));
	return err;
}
