// SPDX-License-Identifier: Apache-2.0
#include "sensor/fingerprint.h"

#include <stddef.h>

// FNV-1a
uint64_t fingerprint_of(struct span bytes)
{
	uint64_t hash = UINT64_C(0xcbf29ce484222325);
	for (size_t i = 0; i < bytes.len; i++)
		hash = (hash ^ bytes.data[i]) * UINT64_C(0x100000001b3);
	return hash == 0 ? 1 : hash;
}
