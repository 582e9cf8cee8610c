// SPDX-License-Identifier: Apache-2.0
#include "crypto/crypto_backend.h"

#include <pthread.h>

static pthread_once_t chosen_once = PTHREAD_ONCE_INIT;
static const struct crypto_backend *chosen; // written once, under chosen_once

static void choose(void)
{
	size_t count;
	const struct crypto_backend *const *all = crypto_backends(&count);
	size_t i = 0;
	while (i + 1 < count && !all[i]->usable())
		i++;
	chosen = all[i];
}

const struct crypto_backend *crypto_backend_default(void)
{
	(void)pthread_once(&chosen_once, choose);
	return chosen;
}

const char *crypto_backend_name(void)
{
	return crypto_backend_default()->name;
}
