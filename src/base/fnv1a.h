// SPDX-License-Identifier: Apache-2.0
// FNV-1a of 64 bits (draft-eastlake-fnv): a short mark of some bytes, for tables and comparisons where
// whoever makes two things look alike on purpose deceives only about himself. No protection of anything.
#ifndef SIGNET_BASE_FNV1A_H
#define SIGNET_BASE_FNV1A_H

#include <stddef.h>
#include <stdint.h>

#include "base/span.h"

#define FNV1A_START UINT64_C(0xcbf29ce484222325)

// The mark of what `hash` is of (FNV1A_START: nothing) and these bytes behind it.
static inline uint64_t fnv1a(uint64_t hash, struct span bytes)
{
	for (size_t i = 0; i < bytes.len; i++)
		hash = (hash ^ bytes.data[i]) * UINT64_C(0x100000001b3);
	return hash;
}

#endif
