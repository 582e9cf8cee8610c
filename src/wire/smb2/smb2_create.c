// SPDX-License-Identifier: Apache-2.0
#include "wire/smb2/smb2_create.h"

#include "wire/smb2/smb2_body.h"

enum { CONTEXTS_ALIGNMENT = 8 };

static struct span take_contexts(struct reader *r, struct smb2_extent e)
{
	reader_require(r, e.length == 0 || e.offset % CONTEXTS_ALIGNMENT == 0, VERDICT_MISALIGNED);
	return smb2_extent_take(r, e);
}

enum verdict smb2_create_request_decode(struct span message, struct smb2_create_request *out)
{
	struct reader r = smb2_body_reader(message, SMB2_CREATE_REQUEST_SIZE);
	struct smb2_create_request m = { 0 };
	m.security_flags = reader_u8(&r);
	m.requested_oplock_level = reader_u8(&r);
	m.impersonation_level = reader_u32(&r);
	m.smb_create_flags = reader_u64(&r);
	reader_skip(&r, 8);
	m.desired_access = reader_u32(&r);
	m.file_attributes = reader_u32(&r);
	m.share_access = reader_u32(&r);
	m.create_disposition = reader_u32(&r);
	m.create_options = reader_u32(&r);
	struct smb2_extent name = smb2_extent_read_16(&r);
	struct smb2_extent contexts = smb2_extent_read_32(&r);
	m.name = smb2_extent_take(&r, name);
	m.create_contexts = take_contexts(&r, contexts);
	if (reader_ok(&r))
		*out = m;
	return reader_verdict(&r);
}

void smb2_create_request_encode(struct writer *w, const struct smb2_create_request *m)
{
	size_t body = w->pos;
	writer_u16(w, SMB2_CREATE_REQUEST_SIZE);
	writer_u8(w, m->security_flags);
	writer_u8(w, m->requested_oplock_level);
	writer_u32(w, m->impersonation_level);
	writer_u64(w, m->smb_create_flags);
	writer_u64(w, 0);
	writer_u32(w, m->desired_access);
	writer_u32(w, m->file_attributes);
	writer_u32(w, m->share_access);
	writer_u32(w, m->create_disposition);
	writer_u32(w, m->create_options);
	writer_u16(w, SMB2_HEADER_LEN + SMB2_CREATE_REQUEST_SIZE - 1);
	smb2_length_write_16(w, m->name.len);
	size_t context_offset = writer_reserve(w, 4);
	smb2_length_write_32(w, m->create_contexts.len);
	writer_span(w, m->name);
	if (m->create_contexts.len != 0)
		writer_align(w, CONTEXTS_ALIGNMENT, body);
	smb2_part_write_32(w, body, context_offset, m->create_contexts);
	if (m->create_contexts.len == 0)
		smb2_odd_byte_write(w, m->name);
}

enum verdict smb2_create_response_decode(struct span message, struct smb2_create_response *out)
{
	struct reader r = smb2_body_reader(message, SMB2_CREATE_RESPONSE_SIZE);
	struct smb2_create_response m = { 0 };
	m.oplock_level = reader_u8(&r);
	m.flags = reader_u8(&r);
	m.create_action = reader_u32(&r);
	m.creation_time = reader_u64(&r);
	m.last_access_time = reader_u64(&r);
	m.last_write_time = reader_u64(&r);
	m.change_time = reader_u64(&r);
	m.allocation_size = reader_u64(&r);
	m.end_of_file = reader_u64(&r);
	m.file_attributes = reader_u32(&r);
	reader_skip(&r, 4);
	m.file_id = smb2_file_id_read(&r);
	struct smb2_extent contexts = smb2_extent_read_32(&r);
	m.create_contexts = take_contexts(&r, contexts);
	if (reader_ok(&r))
		*out = m;
	return reader_verdict(&r);
}

void smb2_create_response_encode(struct writer *w, const struct smb2_create_response *m)
{
	size_t body = w->pos;
	writer_u16(w, SMB2_CREATE_RESPONSE_SIZE);
	writer_u8(w, m->oplock_level);
	writer_u8(w, m->flags);
	writer_u32(w, m->create_action);
	writer_u64(w, m->creation_time);
	writer_u64(w, m->last_access_time);
	writer_u64(w, m->last_write_time);
	writer_u64(w, m->change_time);
	writer_u64(w, m->allocation_size);
	writer_u64(w, m->end_of_file);
	writer_u32(w, m->file_attributes);
	writer_u32(w, 0);
	smb2_file_id_write(w, m->file_id);
	size_t context_offset = writer_reserve(w, 4);
	smb2_length_write_32(w, m->create_contexts.len);
	smb2_part_write_32(w, body, context_offset, m->create_contexts);
}
