// SPDX-License-Identifier: Apache-2.0
// Splits what one frame (or one transform header) carries into its single messages by NextCommand
// (MS-SMB2 3.3.5.2.7).
#ifndef SIGNET_WIRE_SMB2_SMB2_COMPOUND_H
#define SIGNET_WIRE_SMB2_SMB2_COMPOUND_H

#include <stdbool.h>
#include <stdint.h>

#include "base/reader.h"
#include "wire/smb2/smb2_header.h"

enum { SMB2_COMPOUND_MESSAGES_MAX = 128 };

struct smb2_compound {
	struct span rest; // from the next message on
	uint16_t seen;    // messages taken so far
	enum verdict verdict;
};

struct smb2_compound smb2_compound_make(struct span frame);
// The next message, from its header to NextCommand (padding included) or to the end, with its header
// decoded. False at the end and when the chain is bad: NextCommand not a multiple of 8
// (VERDICT_MISALIGNED), below 64 or beyond the frame (VERDICT_BAD_OFFSET), too many messages
// (VERDICT_TOO_LONG), or a header that does not decode.
bool smb2_compound_next(struct smb2_compound *c, struct span *message, struct smb2_header *header);
enum verdict smb2_compound_verdict(const struct smb2_compound *c) WARN_UNUSED;
// Whether the message just taken was the last.
bool smb2_compound_at_end(const struct smb2_compound *c);

#endif
