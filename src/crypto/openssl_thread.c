// SPDX-License-Identifier: Apache-2.0
#include "crypto/openssl_thread.h"

#include <openssl/core_names.h>
#include <pthread.h>
#include <stdlib.h>

static const char *const digest_names[OPENSSL_DIGEST_COUNT] = {
	[OPENSSL_SHA512] = "SHA512",
	[OPENSSL_SHA256] = "SHA256",
	[OPENSSL_MD5] = "MD5",
};

static pthread_once_t key_once = PTHREAD_ONCE_INIT;
static pthread_key_t key; // only for its destructor; written once, under key_once
static int key_err;
static _Thread_local struct openssl_thread *mine;

static EVP_CIPHER_CTX *cipher_context(const char *name)
{
	EVP_CIPHER *cipher = EVP_CIPHER_fetch(NULL, name, NULL);
	EVP_CIPHER_CTX *ctx = EVP_CIPHER_CTX_new();
	if (cipher == NULL || ctx == NULL || EVP_EncryptInit_ex2(ctx, cipher, NULL, NULL, NULL) != 1) {
		EVP_CIPHER_CTX_free(ctx);
		ctx = NULL;
	}
	EVP_CIPHER_free(cipher); // the context holds it
	return ctx;
}

static EVP_CIPHER_CTX *seal_context(enum cipher c)
{
	EVP_CIPHER_CTX *ctx = cipher_context(cipher_name(c));
	if (ctx == NULL)
		return NULL;
	int ok = EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_AEAD_SET_IVLEN, (int)cipher_nonce_len(c), NULL);
	if (ok == 1 && (c == CIPHER_AES128_CCM || c == CIPHER_AES256_CCM))
		ok = EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_AEAD_SET_TAG, SEAL_TAG_LEN, NULL);
	if (ok != 1) {
		EVP_CIPHER_CTX_free(ctx);
		return NULL;
	}
	return ctx;
}

static EVP_CIPHER_CTX *cbc_context(void)
{
	EVP_CIPHER_CTX *ctx = cipher_context("AES-128-CBC");
	if (ctx != NULL)
		(void)EVP_CIPHER_CTX_set_padding(ctx, 0); // always succeeds
	return ctx;
}

static EVP_MD_CTX *digest_context(const char *name)
{
	EVP_MD *md = EVP_MD_fetch(NULL, name, NULL);
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	if (md == NULL || ctx == NULL || EVP_DigestInit_ex2(ctx, md, NULL) != 1) {
		EVP_MD_CTX_free(ctx);
		ctx = NULL;
	}
	EVP_MD_free(md);
	return ctx;
}

static EVP_MAC_CTX *hmac_context(const char *digest)
{
	char name[16];
	(void)OPENSSL_strlcpy(name, digest, sizeof(name));
	OSSL_PARAM params[] = {
		OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, name, 0),
		OSSL_PARAM_construct_end(),
	};
	EVP_MAC *mac = EVP_MAC_fetch(NULL, "HMAC", NULL);
	EVP_MAC_CTX *ctx = mac == NULL ? NULL : EVP_MAC_CTX_new(mac);
	if (ctx != NULL && EVP_MAC_CTX_set_params(ctx, params) != 1) {
		EVP_MAC_CTX_free(ctx);
		ctx = NULL;
	}
	EVP_MAC_free(mac);
	return ctx;
}

static void thread_free(void *data)
{
	struct openssl_thread *t = data;
	for (size_t i = 0; i < CIPHER_COUNT; i++)
		EVP_CIPHER_CTX_free(t->seal[i]);
	EVP_CIPHER_CTX_free(t->cbc);
	for (size_t i = 0; i < OPENSSL_DIGEST_COUNT; i++) {
		EVP_MD_CTX_free(t->digest[i]);
		EVP_MAC_CTX_free(t->hmac[i]);
	}
	free(t);
	mine = NULL;
}

static struct openssl_thread *thread_new(void)
{
	struct openssl_thread *t = calloc(1, sizeof(*t));
	if (t == NULL)
		return NULL;
	for (size_t i = CIPHER_NONE + 1; i < CIPHER_COUNT; i++)
		t->seal[i] = seal_context((enum cipher)i);
	t->cbc = cbc_context();
	for (size_t i = 0; i < OPENSSL_DIGEST_COUNT; i++) {
		t->digest[i] = digest_context(digest_names[i]);
		t->hmac[i] = hmac_context(digest_names[i]);
	}
	return t;
}

static void key_create(void)
{
	key_err = pthread_key_create(&key, thread_free);
}

void openssl_cipher_forget(EVP_CIPHER_CTX *ctx)
{
	static const uint8_t zeros[EVP_MAX_KEY_LENGTH];
	// The schedule of a key of the same length takes the other's place. This cannot fail where the
	// other's has succeeded; if it does, the program must not go on with what it promised to forget.
	if (EVP_EncryptInit_ex2(ctx, NULL, zeros, zeros, NULL) != 1)
		abort();
}

const struct openssl_thread *openssl_thread(void)
{
	if (mine != NULL)
		return mine;
	(void)pthread_once(&key_once, key_create);
	if (key_err != 0)
		return NULL;
	struct openssl_thread *t = thread_new();
	if (t == NULL)
		return NULL;
	if (pthread_setspecific(key, t) != 0) {
		thread_free(t);
		return NULL;
	}
	mine = t;
	return mine;
}
