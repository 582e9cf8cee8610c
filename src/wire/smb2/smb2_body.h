// SPDX-License-Identifier: Apache-2.0
// What the message codecs of this folder share: where a body starts, what its size field must say,
// and how variable parts are announced. Not meant for others.
#ifndef SIGNET_WIRE_SMB2_SMB2_BODY_H
#define SIGNET_WIRE_SMB2_SMB2_BODY_H

#include <stdint.h>

#include "base/reader.h"
#include "base/writer.h"
#include "wire/smb2/smb2_header.h"

// A reader behind the header and the StructureSize, which must be structure_size.
struct reader smb2_body_reader(struct span message, uint16_t structure_size);

// A variable part: offset from the header and length, read where they stand.
struct smb2_extent {
	uint32_t offset;
	uint32_t length;
};
struct smb2_extent smb2_extent_read_16(struct reader *r); // u16 offset, u16 length
struct smb2_extent smb2_extent_read_32(struct reader *r); // u32 offset, u32 length
// The bytes of e. They must lie behind the fixed part, at whose end r must stand.
struct span smb2_extent_take(struct reader *r, struct smb2_extent e);

// The offset from the header (64 bytes before body) of what is written next.
uint32_t smb2_offset(const struct writer *w, size_t body);

#endif
