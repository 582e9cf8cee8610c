// SPDX-License-Identifier: Apache-2.0
// Direct TCP framing (MS-SMB2 2.1): a zero byte and a 24-bit big-endian length before each message
// (or chain of messages, or transform header and what it carries).
#ifndef SIGNET_WIRE_SMB2_FRAME_H
#define SIGNET_WIRE_SMB2_FRAME_H

#include <stdint.h>

#include "base/reader.h"
#include "base/writer.h"

enum {
	FRAME_HEADER_LEN = 4,
	FRAME_LEN_MAX = 0xFFFFFF, // what 24 bits can say; a receiver sets its own, lower limit
	// MS-SMB2 2.2.1: the smallest thing a frame may carry is an SMB1 header (32 bytes).
	FRAME_LEN_MIN = 32,
};

// Reads the four bytes at the start of bytes. *len is what follows them. VERDICT_TRUNCATED with fewer
// than four bytes, VERDICT_BAD_VALUE when the first is not zero (a NetBIOS session message).
enum verdict frame_header_decode(struct span bytes, uint32_t *len) WARN_UNUSED;
// Longer than FRAME_LEN_MAX sets the writer's overflow.
void frame_header_encode(struct writer *w, size_t len);
// Writes the header of len bytes to an existing place of FRAME_HEADER_LEN bytes; len is at most
// FRAME_LEN_MAX.
void frame_header_put(uint8_t *out, uint32_t len);

#endif
