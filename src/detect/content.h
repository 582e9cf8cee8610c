// SPDX-License-Identifier: Apache-2.0
// What the bytes of a file look like, from samples.
#ifndef SIGNET_DETECT_CONTENT_H
#define SIGNET_DETECT_CONTENT_H

#include <stdint.h>

#include "base/span.h"

enum { CONTENT_SAMPLE_MAX = 16 << 10 }; // bytes of a file that are counted: entropy is settled long before

struct content_sample {
	uint16_t counts[256]; // of byte values
	uint32_t len;
	const char *type; // constant text; NULL: not known
};

// Bytes at an offset of the file.
void content_add(struct content_sample *c, uint64_t offset, struct span bytes);
// Shannon's entropy in bits a byte; 0 when too little was seen to tell.
double content_entropy(const struct content_sample *c);

#endif
