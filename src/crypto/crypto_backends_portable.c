// SPDX-License-Identifier: Apache-2.0
// The backends where intel-ipsec-mb does not exist. Its sibling is crypto_backends_x86.c.
#include "crypto/crypto_backend.h"

static const struct crypto_backend *const backends[] = { &crypto_backend_openssl };

const struct crypto_backend *const *crypto_backends(size_t *count)
{
	*count = sizeof(backends) / sizeof(backends[0]);
	return backends;
}
