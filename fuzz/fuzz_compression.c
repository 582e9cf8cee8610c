// SPDX-License-Identifier: Apache-2.0
// Whatever is in a compressed frame, decompressing it ends, within its limit.
#include <stdlib.h>

#include "wire/compression/smb2_decompress.h"

enum { MAX = 1 << 18 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	uint8_t *buffer;
	struct span plain;
	int err = smb2_decompress(span_make(data, size), MAX, &buffer, &plain);
	if (err == 0 && (plain.len > MAX || (plain.len > 0 && plain.data != buffer)))
		abort();
	if (err != 0 && buffer != NULL)
		abort();
	free(buffer);
	return 0;
}
