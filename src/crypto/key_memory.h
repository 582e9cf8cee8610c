// SPDX-License-Identifier: Apache-2.0
// Where expanded keys live: aligned for the backend, wiped when they are freed.
#ifndef SIGNET_CRYPTO_KEY_MEMORY_H
#define SIGNET_CRYPTO_KEY_MEMORY_H

#include <stddef.h>

// Zeroed; NULL when there is no memory. size is in bytes.
void *key_memory_new(size_t size);
// size as given to key_memory_new.
void key_memory_free(void *memory, size_t size);

#endif
