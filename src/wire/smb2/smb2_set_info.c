// SPDX-License-Identifier: Apache-2.0
#include "wire/smb2/smb2_set_info.h"

#include "wire/smb2/smb2_body.h"

enum verdict smb2_set_info_request_decode(struct span message, struct smb2_set_info_request *out)
{
	struct reader r = smb2_body_reader(message, SMB2_SET_INFO_REQUEST_SIZE);
	struct smb2_set_info_request m = { 0 };
	struct smb2_extent buffer;
	m.info_type = reader_u8(&r);
	m.file_info_class = reader_u8(&r);
	buffer.length = reader_u32(&r);
	buffer.offset = reader_u16(&r);
	reader_skip(&r, 2);
	m.additional_information = reader_u32(&r);
	m.file_id = smb2_file_id_read(&r);
	m.buffer = smb2_extent_take(&r, buffer);
	if (reader_ok(&r))
		*out = m;
	return reader_verdict(&r);
}

void smb2_set_info_request_encode(struct writer *w, const struct smb2_set_info_request *m)
{
	writer_u16(w, SMB2_SET_INFO_REQUEST_SIZE);
	writer_u8(w, m->info_type);
	writer_u8(w, m->file_info_class);
	smb2_length_write_32(w, m->buffer.len);
	writer_u16(w, SMB2_HEADER_LEN + SMB2_SET_INFO_REQUEST_SIZE - 1);
	writer_u16(w, 0);
	writer_u32(w, m->additional_information);
	smb2_file_id_write(w, m->file_id);
	writer_span(w, m->buffer);
	smb2_odd_byte_write(w, m->buffer);
}

enum verdict smb2_set_info_response_decode(struct span message, struct smb2_set_info_response *out)
{
	struct reader r = smb2_body_reader(message, SMB2_SET_INFO_RESPONSE_SIZE);
	if (reader_ok(&r))
		out->unused = 0;
	return reader_verdict(&r);
}

void smb2_set_info_response_encode(struct writer *w, const struct smb2_set_info_response *m UNUSED)
{
	writer_u16(w, SMB2_SET_INFO_RESPONSE_SIZE);
}
