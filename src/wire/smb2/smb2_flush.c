// SPDX-License-Identifier: Apache-2.0
#include "wire/smb2/smb2_flush.h"

#include "wire/smb2/smb2_body.h"

enum verdict smb2_flush_request_decode(struct span message, struct smb2_flush_request *out)
{
	struct reader r = smb2_body_reader(message, SMB2_FLUSH_REQUEST_SIZE);
	struct smb2_flush_request m = { 0 };
	m.reserved1 = reader_u16(&r);
	reader_skip(&r, 4);
	m.file_id = smb2_file_id_read(&r);
	if (reader_ok(&r))
		*out = m;
	return reader_verdict(&r);
}

void smb2_flush_request_encode(struct writer *w, const struct smb2_flush_request *m)
{
	writer_u16(w, SMB2_FLUSH_REQUEST_SIZE);
	writer_u16(w, m->reserved1);
	writer_u32(w, 0);
	smb2_file_id_write(w, m->file_id);
}

enum verdict smb2_flush_response_decode(struct span message, struct smb2_flush_response *out)
{
	return smb2_body_small_decode(message, SMB2_FLUSH_RESPONSE_SIZE, &out->reserved);
}

void smb2_flush_response_encode(struct writer *w, const struct smb2_flush_response *m)
{
	smb2_body_small_encode(w, SMB2_FLUSH_RESPONSE_SIZE, m->reserved);
}
