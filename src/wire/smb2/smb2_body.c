// SPDX-License-Identifier: Apache-2.0
#include "wire/smb2/smb2_body.h"

struct reader smb2_body_reader(struct span message, uint16_t structure_size)
{
	struct reader r = reader_make(message);
	reader_skip(&r, SMB2_HEADER_LEN);
	uint16_t size = reader_u16(&r);
	reader_require(&r, size == structure_size, VERDICT_BAD_SIZE);
	return r;
}

enum verdict smb2_body_small_decode(struct span message, uint16_t structure_size, uint16_t *reserved)
{
	struct reader r = smb2_body_reader(message, structure_size);
	uint16_t value = reader_u16(&r);
	if (reader_ok(&r))
		*reserved = value;
	return reader_verdict(&r);
}

void smb2_body_small_encode(struct writer *w, uint16_t structure_size, uint16_t reserved)
{
	writer_u16(w, structure_size);
	writer_u16(w, reserved);
}

struct smb2_extent smb2_extent_read_16(struct reader *r)
{
	uint32_t offset = reader_u16(r);
	uint32_t length = reader_u16(r);
	return (struct smb2_extent){ offset, length };
}

struct smb2_extent smb2_extent_read_32(struct reader *r)
{
	uint32_t offset = reader_u32(r);
	uint32_t length = reader_u32(r);
	return (struct smb2_extent){ offset, length };
}

struct span smb2_extent_take(struct reader *r, struct smb2_extent e)
{
	return reader_at(r, e.offset, e.length, r->pos);
}

uint32_t smb2_offset(const struct writer *w, size_t body)
{
	return (uint32_t)(w->pos - body + SMB2_HEADER_LEN);
}

void smb2_length_write_16(struct writer *w, size_t len)
{
	if (len > UINT16_MAX)
		w->overflow = true;
	writer_u16(w, (uint16_t)len);
}

void smb2_length_write_32(struct writer *w, size_t len)
{
	if (len > UINT32_MAX)
		w->overflow = true;
	writer_u32(w, (uint32_t)len);
}

void smb2_part_write_16(struct writer *w, size_t body, size_t offset_field, struct span part)
{
	if (part.len == 0)
		return;
	uint32_t offset = smb2_offset(w, body);
	if (offset > UINT16_MAX)
		w->overflow = true;
	writer_patch_u16(w, offset_field, (uint16_t)offset);
	writer_span(w, part);
}

void smb2_part_write_32(struct writer *w, size_t body, size_t offset_field, struct span part)
{
	if (part.len == 0)
		return;
	writer_patch_u32(w, offset_field, smb2_offset(w, body));
	writer_span(w, part);
}

void smb2_odd_byte_write(struct writer *w, struct span part)
{
	if (part.len == 0)
		writer_u8(w, 0);
}

enum verdict smb2_buffer_response_decode(struct span message, struct span *out)
{
	struct reader r = smb2_body_reader(message, SMB2_BUFFER_RESPONSE_SIZE);
	struct smb2_extent e;
	e.offset = reader_u16(&r);
	e.length = reader_u32(&r);
	struct span buffer = smb2_extent_take(&r, e);
	if (reader_ok(&r))
		*out = buffer;
	return reader_verdict(&r);
}

void smb2_buffer_response_encode(struct writer *w, struct span buffer)
{
	size_t begun = smb2_buffer_response_begin(w);
	writer_span(w, buffer);
	smb2_buffer_response_end(w, begun);
}

size_t smb2_buffer_response_begin(struct writer *w)
{
	writer_u16(w, SMB2_BUFFER_RESPONSE_SIZE);
	writer_u16(w, SMB2_HEADER_LEN + SMB2_BUFFER_RESPONSE_FIXED_LEN);
	writer_u32(w, 0);
	return w->pos;
}

void smb2_buffer_response_end(struct writer *w, size_t begun)
{
	writer_patch_u32(w, begun - 4, (uint32_t)(w->pos - begun));
}
