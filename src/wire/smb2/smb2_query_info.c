// SPDX-License-Identifier: Apache-2.0
#include "wire/smb2/smb2_query_info.h"

#include "wire/smb2/smb2_body.h"

enum verdict smb2_query_info_request_decode(struct span message, struct smb2_query_info_request *out)
{
	struct reader r = smb2_body_reader(message, SMB2_QUERY_INFO_REQUEST_SIZE);
	struct smb2_query_info_request m = { 0 };
	struct smb2_extent input;
	m.info_type = reader_u8(&r);
	m.file_info_class = reader_u8(&r);
	m.output_buffer_length = reader_u32(&r);
	input.offset = reader_u16(&r);
	reader_skip(&r, 2);
	input.length = reader_u32(&r);
	m.additional_information = reader_u32(&r);
	m.flags = reader_u32(&r);
	m.file_id = smb2_file_id_read(&r);
	m.input = smb2_extent_take(&r, input);
	if (reader_ok(&r))
		*out = m;
	return reader_verdict(&r);
}

void smb2_query_info_request_encode(struct writer *w, const struct smb2_query_info_request *m)
{
	size_t body = w->pos;
	writer_u16(w, SMB2_QUERY_INFO_REQUEST_SIZE);
	writer_u8(w, m->info_type);
	writer_u8(w, m->file_info_class);
	writer_u32(w, m->output_buffer_length);
	size_t input_offset = writer_reserve(w, 4); // and Reserved
	smb2_length_write_32(w, m->input.len);
	writer_u32(w, m->additional_information);
	writer_u32(w, m->flags);
	smb2_file_id_write(w, m->file_id);
	smb2_part_write_16(w, body, input_offset, m->input);
	smb2_odd_byte_write(w, m->input);
}

enum verdict smb2_query_info_response_decode(struct span message, struct smb2_query_info_response *out)
{
	return smb2_buffer_response_decode(message, &out->output);
}

void smb2_query_info_response_encode(struct writer *w, const struct smb2_query_info_response *m)
{
	smb2_buffer_response_encode(w, m->output);
}

size_t smb2_query_info_response_begin(struct writer *w)
{
	return smb2_buffer_response_begin(w);
}

void smb2_query_info_response_end(struct writer *w, size_t begun)
{
	smb2_buffer_response_end(w, begun);
}
