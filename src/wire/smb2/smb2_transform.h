// SPDX-License-Identifier: Apache-2.0
// The transform header before encrypted messages (MS-SMB2 2.2.41), and the compression transform
// header (2.2.42) so far as it takes to name and refuse it.
#ifndef SIGNET_WIRE_SMB2_SMB2_TRANSFORM_H
#define SIGNET_WIRE_SMB2_SMB2_TRANSFORM_H

#include <stdint.h>

#include "base/reader.h"
#include "base/writer.h"
#include "wire/smb2/smb2_header.h"

enum {
	SMB2_TRANSFORM_HEADER_LEN = 52,
	SMB2_TRANSFORM_NONCE_LEN = 16,
	SMB2_TRANSFORM_SIGNATURE_OFFSET = 4,
	// The bytes that are authenticated but not encrypted: from the nonce to the end of the header.
	SMB2_TRANSFORM_AAD_OFFSET = 20,
	SMB2_TRANSFORM_AAD_LEN = 32,
	SMB2_TRANSFORM_FLAG_ENCRYPTED = 0x0001,

	SMB2_COMPRESSION_HEADER_LEN = 16,
	SMB2_COMPRESSION_FLAG_CHAINED = 0x0001,
};

struct smb2_transform_header {
	uint8_t signature[SMB2_SIGNATURE_LEN];
	uint8_t nonce[SMB2_TRANSFORM_NONCE_LEN]; // 11 bytes used by CCM, 12 by GCM, the rest zero
	uint32_t original_message_size;
	uint16_t flags; // EncryptionAlgorithm before 3.1.1; 1 in both
	uint64_t session_id;
};

struct smb2_compression_header {
	uint32_t original_compressed_segment_size;
	uint16_t compression_algorithm;
	uint16_t flags;
	uint32_t length; // unchained: the offset of the compressed data
};

// frame starts with the header. VERDICT_BAD_VALUE when it is not one or its flags are not 1,
// VERDICT_BAD_SIZE when original_message_size is not what follows the header (3.3.5.2.1.1) or is
// too small for an SMB2 header.
enum verdict smb2_transform_header_decode(struct span frame, struct smb2_transform_header *out) WARN_UNUSED;
// The same of a frame of frame_len bytes, of which only the head is there.
enum verdict smb2_transform_header_decode_head(
	struct span head, size_t frame_len, struct smb2_transform_header *out) WARN_UNUSED;
void smb2_transform_header_encode(struct writer *w, const struct smb2_transform_header *m);
enum verdict smb2_compression_header_decode(
	struct span frame, struct smb2_compression_header *out) WARN_UNUSED;
void smb2_compression_header_encode(struct writer *w, const struct smb2_compression_header *m);

#endif
