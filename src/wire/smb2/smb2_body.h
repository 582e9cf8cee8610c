// SPDX-License-Identifier: Apache-2.0
// What the message codecs of this folder share: where a body starts, what its size field must say,
// and how variable parts are announced. Not meant for others.
#ifndef SIGNET_WIRE_SMB2_SMB2_BODY_H
#define SIGNET_WIRE_SMB2_SMB2_BODY_H

#include <stddef.h>
#include <stdint.h>

#include "base/reader.h"
#include "base/writer.h"
#include "wire/smb2/smb2_header.h"

// A variable part: offset from the header and length, as they stand in the fixed part.
struct smb2_extent {
	uint32_t offset;
	uint32_t length;
};

// A reader behind the header and the StructureSize, which must be structure_size.
struct reader smb2_body_reader(struct span message, uint16_t structure_size);
// A whole body of StructureSize and reserved bytes; the first two of those are *reserved.
enum verdict smb2_body_small_decode(
	struct span message, uint16_t structure_size, uint16_t *reserved) WARN_UNUSED;
void smb2_body_small_encode(struct writer *w, uint16_t structure_size, uint16_t reserved);

struct smb2_extent smb2_extent_read_16(struct reader *r); // u16 offset, u16 length
struct smb2_extent smb2_extent_read_32(struct reader *r); // u32 offset, u32 length
// The bytes of e, which must lie behind the fixed part, at whose end r must stand.
struct span smb2_extent_take(struct reader *r, struct smb2_extent e);

// The offset from the header of what is written next; body is where the body started.
uint32_t smb2_offset(const struct writer *w, size_t body);
// Lengths that their field cannot hold set the overflow.
void smb2_length_write_16(struct writer *w, size_t len);
void smb2_length_write_32(struct writer *w, size_t len);
// Appends a variable part and patches its offset, which stays 0 when the part is empty.
void smb2_part_write_16(struct writer *w, size_t body, size_t offset_field, struct span part);
void smb2_part_write_32(struct writer *w, size_t body, size_t offset_field, struct span part);
// The odd byte of a StructureSize: a request whose only variable part is empty still has it.
void smb2_odd_byte_write(struct writer *w, struct span part);

// The responses that are an offset, a length and a buffer (QUERY_INFO, QUERY_DIRECTORY,
// CHANGE_NOTIFY; 2.2.38, 2.2.34, 2.2.36).
enum { SMB2_BUFFER_RESPONSE_SIZE = 9, SMB2_BUFFER_RESPONSE_FIXED_LEN = 8 };
enum verdict smb2_buffer_response_decode(struct span message, struct span *out) WARN_UNUSED;
void smb2_buffer_response_encode(struct writer *w, struct span buffer);
size_t smb2_buffer_response_begin(struct writer *w);
void smb2_buffer_response_end(struct writer *w, size_t begun);

#endif
