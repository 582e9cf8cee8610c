// SPDX-License-Identifier: Apache-2.0
// Digests, their HMACs, and the key derivation made of one of them. All take their input in parts,
// hashed as if they lay behind one another, so that nobody copies to concatenate.
//
// Thread-safe. Results: 0, or a negative errno: -ENOMEM, -EIO (the library failed, as with MD5
// where the system's policy forbids it), -EINVAL (kdf: a length beyond its limit). Outputs are
// untouched on failure.
#ifndef SIGNET_CRYPTO_HASH_H
#define SIGNET_CRYPTO_HASH_H

#include <stddef.h>
#include <stdint.h>

#include "base/attributes.h"
#include "base/span.h"

enum {
	MD5_LEN = 16,
	SHA256_LEN = 32,
	SHA512_LEN = 64,
	KDF_OUT_LEN_MAX = 64,
};

int sha512(const struct span *parts, size_t count, uint8_t out[SHA512_LEN]) WARN_UNUSED;
int sha256(const struct span *parts, size_t count, uint8_t out[SHA256_LEN]) WARN_UNUSED;
int md5(const struct span *parts, size_t count, uint8_t out[MD5_LEN]) WARN_UNUSED;
int hmac_sha256(struct span key, const struct span *parts, size_t count, uint8_t out[SHA256_LEN]) WARN_UNUSED;
int hmac_md5(struct span key, const struct span *parts, size_t count, uint8_t out[MD5_LEN]) WARN_UNUSED;

// SP 800-108 in counter mode with HMAC-SHA256, r = 32 (MS-SMB2 3.1.4.2). The labels and contexts of
// MS-SMB2 include their terminating NUL: the caller puts it into the span.
int kdf_ctr_hmac_sha256(
	struct span key, struct span label, struct span context, uint8_t *out, size_t out_len) WARN_UNUSED;

#endif
