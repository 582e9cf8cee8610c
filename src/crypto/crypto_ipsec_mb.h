// SPDX-License-Identifier: Apache-2.0
// The backend on intel-ipsec-mb (see crypto_backend.h); built on x86-64 alone.
#ifndef SIGNET_CRYPTO_CRYPTO_IPSEC_MB_H
#define SIGNET_CRYPTO_CRYPTO_IPSEC_MB_H

#include "crypto/crypto_backend.h"

extern const struct crypto_backend crypto_backend_ipsec_mb;

#endif
