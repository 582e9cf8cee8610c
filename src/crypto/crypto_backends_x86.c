// SPDX-License-Identifier: Apache-2.0
// The backends where intel-ipsec-mb is built in. Its sibling is crypto_backends_portable.c.
#include "crypto/crypto_backend.h"
#include "crypto/crypto_ipsec_mb.h"

static const struct crypto_backend *const backends[] = { &crypto_backend_ipsec_mb, &crypto_backend_openssl };

const struct crypto_backend *const *crypto_backends(size_t *count)
{
	*count = sizeof(backends) / sizeof(backends[0]);
	return backends;
}
