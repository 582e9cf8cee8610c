// SPDX-License-Identifier: Apache-2.0
#include "wire/smb2/smb2_session_setup.h"

#include "wire/smb2/smb2_body.h"

enum verdict smb2_session_setup_request_decode(struct span message, struct smb2_session_setup_request *out)
{
	struct reader r = smb2_body_reader(message, SMB2_SESSION_SETUP_REQUEST_SIZE);
	struct smb2_session_setup_request m = { 0 };
	m.flags = reader_u8(&r);
	m.security_mode = reader_u8(&r);
	m.capabilities = reader_u32(&r);
	m.channel = reader_u32(&r);
	struct smb2_extent security_buffer = smb2_extent_read_16(&r);
	m.previous_session_id = reader_u64(&r);
	m.security_buffer = smb2_extent_take(&r, security_buffer);
	if (reader_ok(&r))
		*out = m;
	return reader_verdict(&r);
}

void smb2_session_setup_request_encode(struct writer *w, const struct smb2_session_setup_request *m)
{
	writer_u16(w, SMB2_SESSION_SETUP_REQUEST_SIZE);
	writer_u8(w, m->flags);
	writer_u8(w, m->security_mode);
	writer_u32(w, m->capabilities);
	writer_u32(w, m->channel);
	writer_u16(w, SMB2_HEADER_LEN + SMB2_SESSION_SETUP_REQUEST_SIZE - 1);
	smb2_length_write_16(w, m->security_buffer.len);
	writer_u64(w, m->previous_session_id);
	writer_span(w, m->security_buffer);
	smb2_odd_byte_write(w, m->security_buffer);
}

enum verdict smb2_session_setup_response_decode(struct span message, struct smb2_session_setup_response *out)
{
	struct reader r = smb2_body_reader(message, SMB2_SESSION_SETUP_RESPONSE_SIZE);
	struct smb2_session_setup_response m = { 0 };
	m.session_flags = reader_u16(&r);
	struct smb2_extent security_buffer = smb2_extent_read_16(&r);
	m.security_buffer = smb2_extent_take(&r, security_buffer);
	if (reader_ok(&r))
		*out = m;
	return reader_verdict(&r);
}

void smb2_session_setup_response_encode(struct writer *w, const struct smb2_session_setup_response *m)
{
	writer_u16(w, SMB2_SESSION_SETUP_RESPONSE_SIZE);
	writer_u16(w, m->session_flags);
	writer_u16(w, SMB2_HEADER_LEN + SMB2_SESSION_SETUP_RESPONSE_SIZE - 1);
	smb2_length_write_16(w, m->security_buffer.len);
	writer_span(w, m->security_buffer);
}
