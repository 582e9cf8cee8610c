// SPDX-License-Identifier: Apache-2.0
// Names without case, as NTFS sees them: each UTF-16 unit mapped by the volume's upper-case table.
// Names are NUL-terminated UTF-8 (WTF-8). Pure, thread-safe.
#ifndef SIGNET_WIRE_FSCC_NAME_UPCASE_H
#define SIGNET_WIRE_FSCC_NAME_UPCASE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/attributes.h"

// One UTF-16 unit; surrogates map to themselves, so code points beyond the BMP are compared exactly.
uint16_t name_upcase_unit(uint16_t unit);
uint32_t name_upcase_code_point(uint32_t code_point);

// NTFS' order: by upper-cased UTF-16 units, as strcmp. Bytes that are not UTF-8 compare as bytes, after
// everything else.
int name_compare(const char *a, const char *b);
bool name_equal(const char *a, const char *b);

// Names that are name_equal hash the same. The key is random and secret, so that a client cannot
// choose names that collide.
struct name_hash_key {
	uint64_t k0, k1;
};
uint64_t name_hash(const char *name, const struct name_hash_key *key);

#endif
