// SPDX-License-Identifier: Apache-2.0
// Nonces that a key never sees twice: a counter a key, used by all threads that seal with it
// (MS-SMB2 2.2.41). One counter belongs to exactly one key; a key to exactly one direction.
#ifndef SIGNET_SESSION_NONCE_H
#define SIGNET_SESSION_NONCE_H

#include <stdatomic.h>
#include <stdint.h>

#include "base/attributes.h"
#include "crypto/crypto.h"

// Messages that one key may seal: far below where a counter wraps (2^64) and, at 64 KiB a message,
// where AES's block size starts to tell (2^64 blocks).
#define NONCE_COUNT_MAX (UINT64_C(1) << 40)

struct nonce_counter {
	_Atomic uint64_t next;
};

void nonce_counter_init(struct nonce_counter *c);
// The next nonce, little endian, zeros behind the counter; its length is cipher_nonce_len().
// -EOVERFLOW: the key is used up; the session must end, for nothing may be sealed any more.
int nonce_counter_take(struct nonce_counter *c, uint8_t nonce[SEAL_NONCE_LEN_MAX]) WARN_UNUSED;

#endif
