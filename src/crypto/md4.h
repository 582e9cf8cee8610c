// SPDX-License-Identifier: Apache-2.0
// MD4 (RFC 1320): the NT hash of a password is MD4 over its UTF-16LE form (MS-NLMP 3.3.1), and
// nothing else here may use it. Own code, because OpenSSL 3 keeps MD4 in its legacy provider, which
// many systems do not install or load, and a server must be able to verify NTLMv2 without it.
#ifndef SIGNET_CRYPTO_MD4_H
#define SIGNET_CRYPTO_MD4_H

#include <stdint.h>

#include "base/span.h"

enum { MD4_LEN = 16 };

void md4(struct span message, uint8_t out[MD4_LEN]);

#endif
