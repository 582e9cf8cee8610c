// SPDX-License-Identifier: Apache-2.0
#include "wire/smb2/smb2_read.h"

#include "wire/smb2/smb2_body.h"

enum { DATA_LENGTH_FIELD = 4, RESPONSE_FIXED_LEN = 16 };

enum verdict smb2_read_request_decode(struct span message, struct smb2_read_request *out)
{
	struct reader r = smb2_body_reader(message, SMB2_READ_REQUEST_SIZE);
	struct smb2_read_request m = { 0 };
	m.padding = reader_u8(&r);
	m.flags = reader_u8(&r);
	m.length = reader_u32(&r);
	m.offset = reader_u64(&r);
	m.file_id = smb2_file_id_read(&r);
	m.minimum_count = reader_u32(&r);
	m.channel = reader_u32(&r);
	m.remaining_bytes = reader_u32(&r);
	struct smb2_extent channel_info = smb2_extent_read_16(&r);
	// Without a channel the two fields are reserved: whatever stands there is ignored (2.2.19).
	if (m.channel != SMB2_CHANNEL_NONE)
		m.read_channel_info = smb2_extent_take(&r, channel_info);
	if (reader_ok(&r))
		*out = m;
	return reader_verdict(&r);
}

void smb2_read_request_encode(struct writer *w, const struct smb2_read_request *m)
{
	size_t body = w->pos;
	writer_u16(w, SMB2_READ_REQUEST_SIZE);
	writer_u8(w, m->padding);
	writer_u8(w, m->flags);
	writer_u32(w, m->length);
	writer_u64(w, m->offset);
	smb2_file_id_write(w, m->file_id);
	writer_u32(w, m->minimum_count);
	writer_u32(w, m->channel);
	writer_u32(w, m->remaining_bytes);
	size_t channel_info = writer_reserve(w, 2);
	smb2_length_write_16(w, m->read_channel_info.len);
	smb2_part_write_16(w, body, channel_info, m->read_channel_info);
	smb2_odd_byte_write(w, m->read_channel_info);
}

enum verdict smb2_read_response_decode(struct span message, struct smb2_read_response *out)
{
	struct reader r = smb2_body_reader(message, SMB2_READ_RESPONSE_SIZE);
	struct smb2_read_response m = { 0 };
	struct smb2_extent data;
	data.offset = reader_u8(&r);
	reader_skip(&r, 1);
	data.length = reader_u32(&r);
	m.data_remaining = reader_u32(&r);
	m.flags = reader_u32(&r);
	m.data = smb2_extent_take(&r, data);
	if (reader_ok(&r))
		*out = m;
	return reader_verdict(&r);
}

static void write_fixed(struct writer *w, const struct smb2_read_response *m, size_t data_length)
{
	writer_u16(w, SMB2_READ_RESPONSE_SIZE);
	writer_u8(w, SMB2_READ_RESPONSE_DATA_OFFSET);
	writer_u8(w, 0);
	smb2_length_write_32(w, data_length);
	writer_u32(w, m->data_remaining);
	writer_u32(w, m->flags);
}

void smb2_read_response_encode(struct writer *w, const struct smb2_read_response *m)
{
	write_fixed(w, m, m->data.len);
	writer_span(w, m->data);
}

size_t smb2_read_response_begin(struct writer *w)
{
	smb2_read_response_fixed_encode(w, 0);
	return w->pos;
}

void smb2_read_response_end(struct writer *w, size_t begun)
{
	writer_patch_u32(w, begun - RESPONSE_FIXED_LEN + DATA_LENGTH_FIELD, (uint32_t)(w->pos - begun));
}

void smb2_read_response_fixed_encode(struct writer *w, uint32_t data_length)
{
	write_fixed(w, &(struct smb2_read_response){ 0 }, data_length);
}
