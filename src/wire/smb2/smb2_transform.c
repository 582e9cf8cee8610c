// SPDX-License-Identifier: Apache-2.0
#include "wire/smb2/smb2_transform.h"

enum verdict smb2_transform_header_decode(struct span frame, struct smb2_transform_header *out)
{
	return smb2_transform_header_decode_head(frame, frame.len, out);
}

enum verdict smb2_transform_header_decode_head(
	struct span head, size_t frame_len, struct smb2_transform_header *out)
{
	struct reader r = reader_make(head);
	struct smb2_transform_header m = { 0 };
	uint32_t protocol_id = reader_u32(&r);
	reader_require(&r, protocol_id == SMB2_TRANSFORM_PROTOCOL_ID, VERDICT_BAD_VALUE);
	reader_copy(&r, m.signature, sizeof(m.signature));
	reader_copy(&r, m.nonce, sizeof(m.nonce));
	m.original_message_size = reader_u32(&r);
	reader_skip(&r, 2);
	m.flags = reader_u16(&r);
	m.session_id = reader_u64(&r);
	reader_require(&r, m.flags == SMB2_TRANSFORM_FLAG_ENCRYPTED, VERDICT_BAD_VALUE);
	// MS-SMB2 3.3.5.2.1.1
	reader_require(&r, m.original_message_size >= SMB2_HEADER_LEN, VERDICT_BAD_SIZE);
	reader_require(&r, m.original_message_size == frame_len - r.pos, VERDICT_BAD_SIZE);
	if (reader_ok(&r))
		*out = m;
	return reader_verdict(&r);
}

void smb2_transform_header_encode(struct writer *w, const struct smb2_transform_header *m)
{
	writer_u32(w, SMB2_TRANSFORM_PROTOCOL_ID);
	writer_bytes(w, m->signature, sizeof(m->signature));
	writer_bytes(w, m->nonce, sizeof(m->nonce));
	writer_u32(w, m->original_message_size);
	writer_u16(w, 0);
	writer_u16(w, m->flags);
	writer_u64(w, m->session_id);
}

enum verdict smb2_compression_header_decode(struct span frame, struct smb2_compression_header *out)
{
	struct reader r = reader_make(frame);
	struct smb2_compression_header m = { 0 };
	uint32_t protocol_id = reader_u32(&r);
	reader_require(&r, protocol_id == SMB2_COMPRESSION_PROTOCOL_ID, VERDICT_BAD_VALUE);
	m.original_compressed_segment_size = reader_u32(&r);
	m.compression_algorithm = reader_u16(&r);
	m.flags = reader_u16(&r);
	m.length = reader_u32(&r);
	if (reader_ok(&r))
		*out = m;
	return reader_verdict(&r);
}

void smb2_compression_header_encode(struct writer *w, const struct smb2_compression_header *m)
{
	writer_u32(w, SMB2_COMPRESSION_PROTOCOL_ID);
	writer_u32(w, m->original_compressed_segment_size);
	writer_u16(w, m->compression_algorithm);
	writer_u16(w, m->flags);
	writer_u32(w, m->length);
}
