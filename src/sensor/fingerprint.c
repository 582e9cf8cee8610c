// SPDX-License-Identifier: Apache-2.0
#include "sensor/fingerprint.h"

#include "base/fnv1a.h"

uint64_t fingerprint_of(struct span bytes)
{
	uint64_t hash = fnv1a(FNV1A_START, bytes);
	return hash == 0 ? 1 : hash;
}
