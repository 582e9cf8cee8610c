// SPDX-License-Identifier: Apache-2.0
#include "crypto/key_memory.h"

#include <stdlib.h>
#include <string.h>

#include "base/secret.h"
#include "crypto/crypto_backend.h"

static size_t rounded(size_t size)
{
	return (size + CRYPTO_STATE_ALIGNMENT - 1) & ~((size_t)CRYPTO_STATE_ALIGNMENT - 1);
}

void *key_memory_new(size_t size)
{
	void *memory = aligned_alloc(CRYPTO_STATE_ALIGNMENT, rounded(size));
	if (memory != NULL)
		memset(memory, 0, rounded(size));
	return memory;
}

void key_memory_free(void *memory, size_t size)
{
	if (memory == NULL)
		return;
	secret_wipe_bytes(memory, size);
	free(memory);
}
