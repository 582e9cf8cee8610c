// SPDX-License-Identifier: Apache-2.0
// Runs a test once for each backend that works on this machine. Include after test_support.h.
#ifndef SIGNET_TESTS_UNIT_CRYPTO_BACKENDS_H
#define SIGNET_TESTS_UNIT_CRYPTO_BACKENDS_H

#include "crypto/crypto_backend.h"

static inline void each_backend(void (*test)(const struct crypto_backend *b))
{
	size_t count;
	const struct crypto_backend *const *all = crypto_backends(&count);
	size_t tested = 0;
	for (size_t i = 0; i < count; i++) {
		if (!all[i]->usable())
			continue;
		test(all[i]);
		tested++;
	}
	assert_true(tested > 0);
}

#endif
