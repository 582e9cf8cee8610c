// SPDX-License-Identifier: Apache-2.0
#include "wire/smb1/smb1_negotiate.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct smb1_negotiate m;
	struct span message = span_make(data, size);
	if (smb1_negotiate_decode(message, &m) == VERDICT_OK && !smb1_is_message(message))
		__builtin_trap();
	return 0;
}
