// SPDX-License-Identifier: Apache-2.0
#include "wire/smb2/smb2_query_directory.h"

#include "wire/smb2/smb2_body.h"

enum verdict smb2_query_directory_request_decode(
	struct span message, struct smb2_query_directory_request *out)
{
	struct reader r = smb2_body_reader(message, SMB2_QUERY_DIRECTORY_REQUEST_SIZE);
	struct smb2_query_directory_request m = { 0 };
	m.file_information_class = reader_u8(&r);
	m.flags = reader_u8(&r);
	m.file_index = reader_u32(&r);
	m.file_id = smb2_file_id_read(&r);
	struct smb2_extent search_pattern = smb2_extent_read_16(&r);
	m.output_buffer_length = reader_u32(&r);
	m.search_pattern = smb2_extent_take(&r, search_pattern);
	if (reader_ok(&r))
		*out = m;
	return reader_verdict(&r);
}

void smb2_query_directory_request_encode(struct writer *w, const struct smb2_query_directory_request *m)
{
	writer_u16(w, SMB2_QUERY_DIRECTORY_REQUEST_SIZE);
	writer_u8(w, m->file_information_class);
	writer_u8(w, m->flags);
	writer_u32(w, m->file_index);
	smb2_file_id_write(w, m->file_id);
	writer_u16(w, SMB2_HEADER_LEN + SMB2_QUERY_DIRECTORY_REQUEST_SIZE - 1);
	smb2_length_write_16(w, m->search_pattern.len);
	writer_u32(w, m->output_buffer_length);
	writer_span(w, m->search_pattern);
	smb2_odd_byte_write(w, m->search_pattern);
}

enum verdict smb2_query_directory_response_decode(
	struct span message, struct smb2_query_directory_response *out)
{
	return smb2_buffer_response_decode(message, &out->output);
}

void smb2_query_directory_response_encode(struct writer *w, const struct smb2_query_directory_response *m)
{
	smb2_buffer_response_encode(w, m->output);
}

size_t smb2_query_directory_response_begin(struct writer *w)
{
	return smb2_buffer_response_begin(w);
}

void smb2_query_directory_response_end(struct writer *w, size_t begun)
{
	smb2_buffer_response_end(w, begun);
}
