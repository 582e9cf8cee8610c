// SPDX-License-Identifier: Apache-2.0
#include "wire/smb2/smb2_close.h"

#include "wire/smb2/smb2_body.h"

enum verdict smb2_close_request_decode(struct span message, struct smb2_close_request *out)
{
	struct reader r = smb2_body_reader(message, SMB2_CLOSE_REQUEST_SIZE);
	struct smb2_close_request m = { 0 };
	m.flags = reader_u16(&r);
	reader_skip(&r, 4);
	m.file_id = smb2_file_id_read(&r);
	if (reader_ok(&r))
		*out = m;
	return reader_verdict(&r);
}

void smb2_close_request_encode(struct writer *w, const struct smb2_close_request *m)
{
	writer_u16(w, SMB2_CLOSE_REQUEST_SIZE);
	writer_u16(w, m->flags);
	writer_u32(w, 0);
	smb2_file_id_write(w, m->file_id);
}

enum verdict smb2_close_response_decode(struct span message, struct smb2_close_response *out)
{
	struct reader r = smb2_body_reader(message, SMB2_CLOSE_RESPONSE_SIZE);
	struct smb2_close_response m = { 0 };
	m.flags = reader_u16(&r);
	reader_skip(&r, 4);
	m.creation_time = reader_u64(&r);
	m.last_access_time = reader_u64(&r);
	m.last_write_time = reader_u64(&r);
	m.change_time = reader_u64(&r);
	m.allocation_size = reader_u64(&r);
	m.end_of_file = reader_u64(&r);
	m.file_attributes = reader_u32(&r);
	if (reader_ok(&r))
		*out = m;
	return reader_verdict(&r);
}

void smb2_close_response_encode(struct writer *w, const struct smb2_close_response *m)
{
	writer_u16(w, SMB2_CLOSE_RESPONSE_SIZE);
	writer_u16(w, m->flags);
	writer_u32(w, 0);
	writer_u64(w, m->creation_time);
	writer_u64(w, m->last_access_time);
	writer_u64(w, m->last_write_time);
	writer_u64(w, m->change_time);
	writer_u64(w, m->allocation_size);
	writer_u64(w, m->end_of_file);
	writer_u32(w, m->file_attributes);
}
