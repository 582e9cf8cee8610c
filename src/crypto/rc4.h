// SPDX-License-Identifier: Apache-2.0
// RC4: NTLM's key exchange and the checksums of its signatures (MS-NLMP 3.4), and nothing else here
// may use it. Own code, because OpenSSL 3 keeps RC4 in its legacy provider, which many systems do
// not install or load.
#ifndef SIGNET_CRYPTO_RC4_H
#define SIGNET_CRYPTO_RC4_H

#include <stddef.h>
#include <stdint.h>

#include "base/span.h"

struct rc4 {
	uint8_t state[256];
	uint8_t i;
	uint8_t j;
};

// key.len is 1 to 256.
void rc4_init(struct rc4 *c, struct span key);
void rc4_done(struct rc4 *c); // wipes
// Encrypts or decrypts the next len bytes in place; the stream goes on from call to call.
void rc4_apply(struct rc4 *c, uint8_t *data, size_t len);

#endif
