// SPDX-License-Identifier: Apache-2.0
#include "wire/smb2/smb2_tree_connect.h"

#include "wire/smb2/smb2_body.h"

enum verdict smb2_tree_connect_request_decode(struct span message, struct smb2_tree_connect_request *out)
{
	struct reader r = smb2_body_reader(message, SMB2_TREE_CONNECT_REQUEST_SIZE);
	struct smb2_tree_connect_request m = { 0 };
	m.flags = reader_u16(&r);
	struct smb2_extent path = smb2_extent_read_16(&r);
	m.path = smb2_extent_take(&r, path);
	if ((m.flags & SMB2_TREE_CONNECT_FLAG_EXTENSION_PRESENT) != 0)
		m.extension = reader_rest(&r);
	if (reader_ok(&r))
		*out = m;
	return reader_verdict(&r);
}

void smb2_tree_connect_request_encode(struct writer *w, const struct smb2_tree_connect_request *m)
{
	writer_u16(w, SMB2_TREE_CONNECT_REQUEST_SIZE);
	writer_u16(w, m->flags);
	writer_u16(w, SMB2_HEADER_LEN + SMB2_TREE_CONNECT_REQUEST_SIZE - 1);
	smb2_length_write_16(w, m->path.len);
	writer_span(w, m->path);
	smb2_odd_byte_write(w, m->path);
}

enum verdict smb2_tree_connect_response_decode(struct span message, struct smb2_tree_connect_response *out)
{
	struct reader r = smb2_body_reader(message, SMB2_TREE_CONNECT_RESPONSE_SIZE);
	struct smb2_tree_connect_response m = { 0 };
	m.share_type = reader_u8(&r);
	reader_skip(&r, 1);
	m.share_flags = reader_u32(&r);
	m.capabilities = reader_u32(&r);
	m.maximal_access = reader_u32(&r);
	if (reader_ok(&r))
		*out = m;
	return reader_verdict(&r);
}

void smb2_tree_connect_response_encode(struct writer *w, const struct smb2_tree_connect_response *m)
{
	writer_u16(w, SMB2_TREE_CONNECT_RESPONSE_SIZE);
	writer_u8(w, m->share_type);
	writer_u8(w, 0);
	writer_u32(w, m->share_flags);
	writer_u32(w, m->capabilities);
	writer_u32(w, m->maximal_access);
}
