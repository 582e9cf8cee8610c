// SPDX-License-Identifier: Apache-2.0
// DES of one block under a key of 56 bits: the responses of LM and NTLMv1 (MS-NLMP 3.3.1, DESL), which an
// audit sends to see that they are refused. Nothing else here may use it.
#ifndef SIGNET_CRYPTO_DES_H
#define SIGNET_CRYPTO_DES_H

#include <stdint.h>

#include "base/attributes.h"

enum { DES_KEY_LEN = 7, DES_BLOCK_LEN = 8 };

// 0, or a negative errno: -ENOMEM, -EIO (the library failed, as where the system's policy forbids it).
int des_block(const uint8_t key[DES_KEY_LEN], const uint8_t in[DES_BLOCK_LEN],
	uint8_t out[DES_BLOCK_LEN]) WARN_UNUSED;

#endif
