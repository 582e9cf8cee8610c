// SPDX-License-Identifier: Apache-2.0
// DES of one block under a key of 56 bits: the responses of LM and NTLMv1 (MS-NLMP 3.3.1, DESL), which an
// audit sends to see that they are refused, and a watch with keys knows again. Nothing else here may use it.
#ifndef SIGNET_CRYPTO_DES_H
#define SIGNET_CRYPTO_DES_H

#include <stdint.h>

#include "base/attributes.h"

enum { DES_KEY_LEN = 7, DES_BLOCK_LEN = 8, DESL_HASH_LEN = 16, DESL_LEN = 24 };

// 0, or a negative errno: -ENOMEM, -EIO (the library failed, as where the system's policy forbids it).
int des_block(const uint8_t key[DES_KEY_LEN], const uint8_t in[DES_BLOCK_LEN],
	uint8_t out[DES_BLOCK_LEN]) WARN_UNUSED;

// DESL (MS-NLMP 6): the block under each of the three keys that a hash, filled up with zeros, is. As
// des_block.
int desl(const uint8_t hash[DESL_HASH_LEN], const uint8_t in[DES_BLOCK_LEN],
	uint8_t out[DESL_LEN]) WARN_UNUSED;

#endif
