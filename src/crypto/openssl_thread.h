// SPDX-License-Identifier: Apache-2.0
// OpenSSL's contexts, one set a thread: they are made when a thread first needs them and freed when
// it ends, so that no message costs an allocation or a look-up of its algorithm. Who has used one
// leaves no key in it: the session that it belongs to may end, and this thread never hear of it.
#ifndef SIGNET_CRYPTO_OPENSSL_THREAD_H
#define SIGNET_CRYPTO_OPENSSL_THREAD_H

#include <openssl/evp.h>

#include "crypto/crypto.h"

enum openssl_digest {
	OPENSSL_SHA512,
	OPENSSL_SHA256,
	OPENSSL_MD5,
	OPENSSL_DIGEST_COUNT,
};

struct openssl_thread {
	EVP_CIPHER_CTX *seal[CIPHER_COUNT]; // by cipher id; GMAC uses AES-128-GCM's
	EVP_CIPHER_CTX *cbc;                // AES-128-CBC without padding: CMAC
	EVP_MD_CTX *digest[OPENSSL_DIGEST_COUNT];
	EVP_MAC_CTX *hmac[OPENSSL_DIGEST_COUNT];
};

// This thread's; NULL when there is no memory. A member is NULL when this system's OpenSSL does not
// have its algorithm (MD5 under a FIPS policy).
const struct openssl_thread *openssl_thread(void);
// Puts zeros in place of a cipher's key and of all that followed from it.
void openssl_cipher_forget(EVP_CIPHER_CTX *ctx);

#endif
