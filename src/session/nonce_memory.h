// SPDX-License-Identifier: Apache-2.0
// The last nonces that one key was seen with. A man in the middle cannot use one again: he lacks the key, and
// what he repeats has an old MessageId. This is for clients that are broken (a counter that stands still or
// starts anew): two messages under one nonce give away the key that authenticates all others.
//
// Not every repetition is found: keeping all nonces of a session would take memory without a bound, and the
// specification demands no order of them (MS-SMB2 2.2.41), so that clients may take them at random.
#ifndef SIGNET_SESSION_NONCE_MEMORY_H
#define SIGNET_SESSION_NONCE_MEMORY_H

#include <stdbool.h>
#include <stdint.h>

#include "base/attributes.h"
#include "base/span.h"
#include "crypto/crypto.h"

enum { NONCES_REMEMBERED = 16 };

// All zeros is empty. Used by one thread at a time.
struct nonce_memory {
	uint64_t taken;
	uint8_t nonces[NONCES_REMEMBERED][SEAL_NONCE_LEN_MAX];
};

// Remembers the nonce, of the cipher's length, in the place of the oldest; false: it is among those
// remembered already.
bool nonce_memory_take(struct nonce_memory *m, struct span nonce) WARN_UNUSED;

#endif
