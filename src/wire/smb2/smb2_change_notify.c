// SPDX-License-Identifier: Apache-2.0
#include "wire/smb2/smb2_change_notify.h"

#include "wire/smb2/smb2_body.h"

enum verdict smb2_change_notify_request_decode(struct span message, struct smb2_change_notify_request *out)
{
	struct reader r = smb2_body_reader(message, SMB2_CHANGE_NOTIFY_REQUEST_SIZE);
	struct smb2_change_notify_request m = { 0 };
	m.flags = reader_u16(&r);
	m.output_buffer_length = reader_u32(&r);
	m.file_id = smb2_file_id_read(&r);
	m.completion_filter = reader_u32(&r);
	reader_skip(&r, 4);
	if (reader_ok(&r))
		*out = m;
	return reader_verdict(&r);
}

void smb2_change_notify_request_encode(struct writer *w, const struct smb2_change_notify_request *m)
{
	writer_u16(w, SMB2_CHANGE_NOTIFY_REQUEST_SIZE);
	writer_u16(w, m->flags);
	writer_u32(w, m->output_buffer_length);
	smb2_file_id_write(w, m->file_id);
	writer_u32(w, m->completion_filter);
	writer_u32(w, 0);
}

enum verdict smb2_change_notify_response_decode(struct span message, struct smb2_change_notify_response *out)
{
	return smb2_buffer_response_decode(message, &out->output);
}

void smb2_change_notify_response_encode(struct writer *w, const struct smb2_change_notify_response *m)
{
	smb2_buffer_response_encode(w, m->output);
}

size_t smb2_change_notify_response_begin(struct writer *w)
{
	return smb2_buffer_response_begin(w);
}

void smb2_change_notify_response_end(struct writer *w, size_t begun)
{
	smb2_buffer_response_end(w, begun);
}
