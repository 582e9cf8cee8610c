// SPDX-License-Identifier: Apache-2.0
#include "crypto/crypto.h"

static const struct {
	const char *name;
	size_t key_len;
	size_t nonce_len; // MS-SMB2 2.2.41
} ciphers[CIPHER_COUNT] = {
	[CIPHER_NONE] = { "none", 0, 0 },
	[CIPHER_AES128_CCM] = { "AES-128-CCM", 16, 11 },
	[CIPHER_AES128_GCM] = { "AES-128-GCM", 16, 12 },
	[CIPHER_AES256_CCM] = { "AES-256-CCM", 32, 11 },
	[CIPHER_AES256_GCM] = { "AES-256-GCM", 32, 12 },
};

static const char *const signing_names[SIGNING_COUNT] = {
	[SIGNING_HMAC_SHA256] = "HMAC-SHA256",
	[SIGNING_AES_CMAC] = "AES-CMAC",
	[SIGNING_AES_GMAC] = "AES-GMAC",
};

const char *cipher_name(enum cipher c)
{
	return (unsigned int)c < CIPHER_COUNT ? ciphers[c].name : "unknown";
}

const char *signing_algorithm_name(enum signing_algorithm a)
{
	return (unsigned int)a < SIGNING_COUNT ? signing_names[a] : "unknown";
}

size_t cipher_key_len(enum cipher c)
{
	return (unsigned int)c < CIPHER_COUNT ? ciphers[c].key_len : 0;
}

size_t cipher_nonce_len(enum cipher c)
{
	return (unsigned int)c < CIPHER_COUNT ? ciphers[c].nonce_len : 0;
}
