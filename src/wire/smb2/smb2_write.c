// SPDX-License-Identifier: Apache-2.0
#include "wire/smb2/smb2_write.h"

#include "wire/smb2/smb2_body.h"
#include "wire/smb2/smb2_read.h"

enum verdict smb2_write_request_decode(struct span message, struct smb2_write_request *out)
{
	struct reader r = smb2_body_reader(message, SMB2_WRITE_REQUEST_SIZE);
	struct smb2_write_request m = { 0 };
	struct smb2_extent data;
	data.offset = reader_u16(&r);
	data.length = reader_u32(&r);
	m.offset = reader_u64(&r);
	m.file_id = smb2_file_id_read(&r);
	m.channel = reader_u32(&r);
	m.remaining_bytes = reader_u32(&r);
	struct smb2_extent channel_info = smb2_extent_read_16(&r);
	m.flags = reader_u32(&r);
	// Without a channel the two fields are reserved: whatever stands there is ignored (2.2.21).
	if (m.channel != SMB2_CHANNEL_NONE)
		m.write_channel_info = smb2_extent_take(&r, channel_info);
	m.data = smb2_extent_take(&r, data);
	if (reader_ok(&r))
		*out = m;
	return reader_verdict(&r);
}

void smb2_write_request_encode(struct writer *w, const struct smb2_write_request *m)
{
	smb2_write_request_fixed_encode(w, m);
	writer_span(w, m->data);
	smb2_odd_byte_write(w, m->data);
}

void smb2_write_request_fixed_encode(struct writer *w, const struct smb2_write_request *m)
{
	writer_u16(w, SMB2_WRITE_REQUEST_SIZE);
	writer_u16(w, SMB2_WRITE_REQUEST_DATA_OFFSET);
	smb2_length_write_32(w, m->data.len);
	writer_u64(w, m->offset);
	smb2_file_id_write(w, m->file_id);
	writer_u32(w, m->channel);
	writer_u32(w, m->remaining_bytes);
	writer_u32(w, 0); // channel info: offset and length
	writer_u32(w, m->flags);
}

enum verdict smb2_write_response_decode(struct span message, struct smb2_write_response *out)
{
	struct reader r = smb2_body_reader(message, SMB2_WRITE_RESPONSE_SIZE);
	struct smb2_write_response m = { 0 };
	reader_skip(&r, 2);
	m.count = reader_u32(&r);
	m.remaining = reader_u32(&r);
	reader_skip(&r, 4); // channel info: offset and length, unused (2.2.22)
	if (reader_ok(&r))
		*out = m;
	return reader_verdict(&r);
}

void smb2_write_response_encode(struct writer *w, const struct smb2_write_response *m)
{
	writer_u16(w, SMB2_WRITE_RESPONSE_SIZE);
	writer_u16(w, 0);
	writer_u32(w, m->count);
	writer_u32(w, m->remaining);
	writer_u32(w, 0);
}
