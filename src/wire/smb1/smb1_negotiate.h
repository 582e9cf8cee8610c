// SPDX-License-Identifier: Apache-2.0
// SMB1 so far as it takes to answer "speak SMB 2 with me": the multi-protocol NEGOTIATE (MS-SMB2
// 3.3.5.3). Everything else of SMB1 is only named, to be refused.
#ifndef SIGNET_WIRE_SMB1_SMB1_NEGOTIATE_H
#define SIGNET_WIRE_SMB1_SMB1_NEGOTIATE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/reader.h"
#include "base/writer.h"

enum {
	SMB1_HEADER_LEN = 32,
	SMB1_COM_NEGOTIATE = 0x72,
	SMB1_DIALECTS_MAX = 64,
};

struct smb1_negotiate {
	uint16_t flags2;
	uint16_t dialect_count;
	bool smb2_002;        // "SMB 2.002" is offered
	bool smb2_wildcard;   // "SMB 2.???" is offered
	struct span dialects; // raw: 0x02, text, NUL, ...
};

// Whether bytes start as an SMB1 message (0xFF 'S' 'M' 'B').
bool smb1_is_message(struct span bytes);
// message is one frame. VERDICT_BAD_VALUE when it is SMB1 but no NEGOTIATE request.
enum verdict smb1_negotiate_decode(struct span message, struct smb1_negotiate *out) WARN_UNUSED;
// A whole message, header included, that offers the dialects (NULL-terminated list of texts).
void smb1_negotiate_encode(struct writer *w, const char *const *dialects);

#endif
