// SPDX-License-Identifier: Apache-2.0
// What a backend is: a const table of functions. Only this layer and its tests include this.
//
// The callers (seal_key.c, sign_key.c) have checked every length, so a backend does nothing but
// compute; it answers as crypto/crypto.h says.
#ifndef SIGNET_CRYPTO_CRYPTO_BACKEND_H
#define SIGNET_CRYPTO_CRYPTO_BACKEND_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attributes.h"
#include "base/span.h"
#include "crypto/crypto.h"

enum { CRYPTO_STATE_ALIGNMENT = 64 }; // what intel-ipsec-mb wants of its expanded keys

struct crypto_backend {
	const char *name;
	// Whether this machine can run it; thread-safe. Asked before anything else is called.
	bool (*usable)(void);

	// Expanded keys: their size, and how they are made from cipher_key_len or SIGN_KEY_LEN bytes.
	size_t (*seal_state_size)(enum cipher c);
	int (*seal_state_init)(void *state, enum cipher c, const uint8_t *key);
	size_t (*sign_state_size)(enum signing_algorithm a);
	int (*sign_state_init)(void *state, enum signing_algorithm a, const uint8_t *key);

	int (*seal)(const void *state, enum cipher c, const uint8_t *nonce, struct span aad, uint8_t *data,
		size_t len, uint8_t *tag);
	// The GCM ciphers only; source lies within data.
	int (*seal_from)(const void *state, enum cipher c, const uint8_t *nonce, struct span aad,
		uint8_t *data, size_t len, const struct seal_source *source, uint8_t *tag);
	int (*open)(const void *state, enum cipher c, const uint8_t *nonce, struct span aad, uint8_t *data,
		size_t len, const uint8_t *tag);
	int (*sign)(const void *state, enum signing_algorithm a, const uint8_t *nonce,
		const struct span *parts, size_t count, uint8_t *mac);
};

extern const struct crypto_backend crypto_backend_openssl;

// All that were built for this kind of machine, the preferred first; the last one always works.
const struct crypto_backend *const *crypto_backends(size_t *count);
// The first usable one; decided once.
const struct crypto_backend *crypto_backend_default(void);

// As seal_key_new and sign_key_new, with a backend of the caller's choice.
int seal_key_new_with(
	const struct crypto_backend *b, enum cipher c, struct span key, struct seal_key **out) WARN_UNUSED;
int sign_key_new_with(const struct crypto_backend *b, enum signing_algorithm a, struct span key,
	struct sign_key **out) WARN_UNUSED;

#endif
