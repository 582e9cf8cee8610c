// SPDX-License-Identifier: Apache-2.0
#include "crypto/des.h"

#include <errno.h>
#include <openssl/evp.h>
#include <string.h>

#include "base/secret.h"

enum { KEYS = 3, KEY_WITH_PARITY_LEN = 8 };

// Seven bits a byte; the eighth would be the parity, which nobody looks at.
static void key_spread(const uint8_t key[DES_KEY_LEN], uint8_t out[KEY_WITH_PARITY_LEN])
{
	uint64_t bits = 0;
	for (unsigned i = 0; i < DES_KEY_LEN; i++)
		bits = bits << 8 | key[i];
	for (unsigned i = 0; i < KEY_WITH_PARITY_LEN; i++)
		out[i] = (uint8_t)(bits >> (49 - 7 * i) << 1);
	secret_wipe_bytes(&bits, sizeof(bits));
}

int des_block(const uint8_t key[DES_KEY_LEN], const uint8_t in[DES_BLOCK_LEN], uint8_t out[DES_BLOCK_LEN])
{
	// Three times with one key is once: OpenSSL 3 keeps DES itself in its legacy provider.
	uint8_t keys[KEYS * KEY_WITH_PARITY_LEN];
	for (unsigned i = 0; i < KEYS; i++)
		key_spread(key, keys + (size_t)i * KEY_WITH_PARITY_LEN);
	EVP_CIPHER_CTX *ctx = EVP_CIPHER_CTX_new();
	int len = 0;
	int rc = ctx == NULL ? -ENOMEM : 0;
	if (rc == 0 &&
		(EVP_EncryptInit_ex(ctx, EVP_des_ede3_ecb(), NULL, keys, NULL) != 1 ||
			EVP_CIPHER_CTX_set_padding(ctx, 0) != 1 ||
			EVP_EncryptUpdate(ctx, out, &len, in, DES_BLOCK_LEN) != 1 || len != DES_BLOCK_LEN))
		rc = -EIO;
	EVP_CIPHER_CTX_free(ctx);
	secret_wipe_bytes(keys, sizeof(keys));
	return rc;
}

int desl(const uint8_t hash[DESL_HASH_LEN], const uint8_t in[DES_BLOCK_LEN], uint8_t out[DESL_LEN])
{
	uint8_t keys[DESL_LEN / DES_BLOCK_LEN * DES_KEY_LEN] = { 0 };
	int rc = 0;
	memcpy(keys, hash, DESL_HASH_LEN);
	for (size_t i = 0; i < DESL_LEN / DES_BLOCK_LEN && rc == 0; i++)
		rc = des_block(keys + i * DES_KEY_LEN, in, out + i * DES_BLOCK_LEN);
	secret_wipe_bytes(keys, sizeof(keys));
	return rc;
}
