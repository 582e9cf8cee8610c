// SPDX-License-Identifier: Apache-2.0
#include "crypto/hash.h"

#include <errno.h>

#include "crypto/openssl_thread.h"

static int digest(enum openssl_digest which, const struct span *parts, size_t count, uint8_t *out)
{
	const struct openssl_thread *t = openssl_thread();
	if (t == NULL)
		return -ENOMEM;
	EVP_MD_CTX *ctx = t->digest[which];
	if (ctx == NULL || EVP_DigestInit_ex2(ctx, NULL, NULL) != 1)
		return -EIO;
	for (size_t i = 0; i < count; i++)
		if (EVP_DigestUpdate(ctx, parts[i].data, parts[i].len) != 1)
			return -EIO;
	int ok = EVP_DigestFinal_ex(ctx, out, NULL);
	// The digest is still in the context, and may be a key (NTLM's are).
	ok &= EVP_DigestInit_ex2(ctx, NULL, NULL);
	return ok == 1 ? 0 : -EIO;
}

// Feeds and finishes a context that has its key.
static int hmac_run(EVP_MAC_CTX *ctx, const struct span *parts, size_t count, uint8_t *out, size_t out_len)
{
	for (size_t i = 0; i < count; i++)
		if (EVP_MAC_update(ctx, parts[i].data, parts[i].len) != 1)
			return -EIO;
	size_t written;
	return EVP_MAC_final(ctx, out, &written, out_len) == 1 ? 0 : -EIO;
}

static int hmac(enum openssl_digest which, struct span key, const struct span *parts, size_t count,
	uint8_t *out, size_t out_len)
{
	static const uint8_t empty[1] = { 0 }; // OpenSSL takes a NULL key for "keep the one before"
	const struct openssl_thread *t = openssl_thread();
	if (t == NULL)
		return -ENOMEM;
	EVP_MAC_CTX *ctx = t->hmac[which];
	if (ctx == NULL || EVP_MAC_init(ctx, key.len == 0 ? empty : key.data, key.len, NULL) != 1)
		return -EIO;
	int err = hmac_run(ctx, parts, count, out, out_len);
	// The context keeps the key it was given last, and the digest: so that is none.
	return EVP_MAC_init(ctx, empty, sizeof(empty), NULL) == 1 ? err : -EIO;
}

int sha512(const struct span *parts, size_t count, uint8_t out[SHA512_LEN])
{
	return digest(OPENSSL_SHA512, parts, count, out);
}

int sha256(const struct span *parts, size_t count, uint8_t out[SHA256_LEN])
{
	return digest(OPENSSL_SHA256, parts, count, out);
}

int md5(const struct span *parts, size_t count, uint8_t out[MD5_LEN])
{
	return digest(OPENSSL_MD5, parts, count, out);
}

int hmac_sha256(struct span key, const struct span *parts, size_t count, uint8_t out[SHA256_LEN])
{
	return hmac(OPENSSL_SHA256, key, parts, count, out, SHA256_LEN);
}

int hmac_md5(struct span key, const struct span *parts, size_t count, uint8_t out[MD5_LEN])
{
	return hmac(OPENSSL_MD5, key, parts, count, out, MD5_LEN);
}
