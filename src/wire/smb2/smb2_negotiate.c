// SPDX-License-Identifier: Apache-2.0
#include "wire/smb2/smb2_negotiate.h"

#include "wire/smb2/smb2_body.h"

enum { CONTEXTS_ALIGNMENT = 8 };

bool smb2_negotiate_offers(const struct smb2_negotiate_request *m, uint16_t dialect)
{
	for (uint16_t i = 0; i < m->dialect_count; i++) {
		if (m->dialects[i] == dialect)
			return true;
	}
	return false;
}

// The count says no more than what was read, whatever the message claims.
static void read_dialects(struct reader *r, uint16_t count, struct smb2_negotiate_request *m)
{
	reader_require(r, count <= SMB2_NEGOTIATE_DIALECTS_MAX, VERDICT_TOO_LONG);
	while (reader_ok(r) && m->dialect_count < count)
		m->dialects[m->dialect_count++] = reader_u16(r);
}

// The contexts run to the end of the message, for only walking them tells where they end.
static struct span read_contexts(struct reader *r, uint32_t offset)
{
	reader_require(r, offset >= r->pos, VERDICT_BAD_OFFSET);
	reader_require(r, offset % CONTEXTS_ALIGNMENT == 0, VERDICT_MISALIGNED);
	reader_seek(r, offset);
	return reader_rest(r);
}

enum verdict smb2_negotiate_request_decode(struct span message, struct smb2_negotiate_request *out)
{
	struct reader r = smb2_body_reader(message, SMB2_NEGOTIATE_REQUEST_SIZE);
	struct smb2_negotiate_request m = { 0 };
	uint16_t dialect_count = reader_u16(&r);
	m.security_mode = reader_u16(&r);
	reader_skip(&r, 2);
	m.capabilities = reader_u32(&r);
	reader_copy(&r, m.client_guid, sizeof(m.client_guid));
	uint64_t time_or_contexts = reader_u64(&r);
	read_dialects(&r, dialect_count, &m);
	if (!smb2_negotiate_offers(&m, SMB2_DIALECT_311)) {
		m.client_start_time = time_or_contexts;
	} else {
		m.negotiate_context_count = (uint16_t)(time_or_contexts >> 32);
		if (m.negotiate_context_count != 0)
			m.negotiate_contexts = read_contexts(&r, (uint32_t)time_or_contexts);
	}
	if (reader_ok(&r))
		*out = m;
	return reader_verdict(&r);
}

void smb2_negotiate_request_encode(struct writer *w, const struct smb2_negotiate_request *m)
{
	size_t body = w->pos;
	writer_u16(w, SMB2_NEGOTIATE_REQUEST_SIZE);
	writer_u16(w, m->dialect_count);
	writer_u16(w, m->security_mode);
	writer_u16(w, 0);
	writer_u32(w, m->capabilities);
	writer_bytes(w, m->client_guid, sizeof(m->client_guid));
	size_t time_or_contexts = writer_reserve(w, 8);
	for (uint16_t i = 0; i < m->dialect_count; i++)
		writer_u16(w, m->dialects[i]);
	if (!smb2_negotiate_offers(m, SMB2_DIALECT_311)) {
		writer_patch_u64(w, time_or_contexts, m->client_start_time);
		return;
	}
	writer_align(w, CONTEXTS_ALIGNMENT, body);
	writer_patch_u32(w, time_or_contexts, smb2_offset(w, body));
	writer_patch_u16(w, time_or_contexts + 4, m->negotiate_context_count);
	writer_span(w, m->negotiate_contexts);
}

enum verdict smb2_negotiate_response_decode(struct span message, struct smb2_negotiate_response *out)
{
	struct reader r = smb2_body_reader(message, SMB2_NEGOTIATE_RESPONSE_SIZE);
	struct smb2_negotiate_response m = { 0 };
	m.security_mode = reader_u16(&r);
	m.dialect_revision = reader_u16(&r);
	uint16_t context_count = reader_u16(&r);
	reader_copy(&r, m.server_guid, sizeof(m.server_guid));
	m.capabilities = reader_u32(&r);
	m.max_transact_size = reader_u32(&r);
	m.max_read_size = reader_u32(&r);
	m.max_write_size = reader_u32(&r);
	m.system_time = reader_u64(&r);
	m.server_start_time = reader_u64(&r);
	struct smb2_extent security_buffer = smb2_extent_read_16(&r);
	uint32_t context_offset = reader_u32(&r);
	m.security_buffer = smb2_extent_take(&r, security_buffer);
	if (m.dialect_revision == SMB2_DIALECT_311 && context_count != 0) {
		m.negotiate_context_count = context_count;
		m.negotiate_contexts = read_contexts(&r, context_offset);
	}
	if (reader_ok(&r))
		*out = m;
	return reader_verdict(&r);
}

void smb2_negotiate_response_encode(struct writer *w, const struct smb2_negotiate_response *m)
{
	size_t body = w->pos;
	bool contexts = m->dialect_revision == SMB2_DIALECT_311;
	writer_u16(w, SMB2_NEGOTIATE_RESPONSE_SIZE);
	writer_u16(w, m->security_mode);
	writer_u16(w, m->dialect_revision);
	writer_u16(w, contexts ? m->negotiate_context_count : 0);
	writer_bytes(w, m->server_guid, sizeof(m->server_guid));
	writer_u32(w, m->capabilities);
	writer_u32(w, m->max_transact_size);
	writer_u32(w, m->max_read_size);
	writer_u32(w, m->max_write_size);
	writer_u64(w, m->system_time);
	writer_u64(w, m->server_start_time);
	writer_u16(w, SMB2_HEADER_LEN + SMB2_NEGOTIATE_RESPONSE_SIZE - 1);
	smb2_length_write_16(w, m->security_buffer.len);
	size_t context_offset = writer_reserve(w, 4);
	writer_span(w, m->security_buffer);
	if (!contexts)
		return;
	writer_align(w, CONTEXTS_ALIGNMENT, body);
	writer_patch_u32(w, context_offset, smb2_offset(w, body));
	writer_span(w, m->negotiate_contexts);
}
