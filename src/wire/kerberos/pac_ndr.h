// SPDX-License-Identifier: Apache-2.0
// Private to the folder: how structures of a PAC are encoded (MS-PAC 2.3 to 2.12): NDR in type serialization
// (MS-RPCE 2.2.6), little-endian.
#ifndef SIGNET_WIRE_KERBEROS_PAC_NDR_H
#define SIGNET_WIRE_KERBEROS_PAC_NDR_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/reader.h"

// A RPC_UNICODE_STRING's fixed part (MS-DTYP 2.3.10).
struct pac_text_head {
	uint16_t length; // bytes
	bool present;
};

// MS-RPCE 2.2.6.1 and 2.2.6.2, and the pointer to the structure itself.
void pac_headers_decode(struct reader *r);
struct pac_text_head pac_text_head_decode(struct reader *r);
// The characters behind it, as UTF-8; "" where there are none.
const char *pac_text_decode(struct reader *r, struct arena *a, const struct pac_text_head *head);

#endif
