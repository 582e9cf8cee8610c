// SPDX-License-Identifier: Apache-2.0
#include "wire/smb2/smb2_ioctl_payloads.h"

enum {
	SOCKADDR_LEN = 128,
	INTERFACE_ALIGNMENT = 8,
};

enum verdict smb2_validate_negotiate_request_decode(
	struct span input, struct smb2_validate_negotiate_request *out)
{
	struct reader r = reader_make(input);
	struct smb2_validate_negotiate_request m = { 0 };
	m.capabilities = reader_u32(&r);
	reader_copy(&r, m.guid, sizeof(m.guid));
	m.security_mode = reader_u16(&r);
	m.dialect_count = reader_u16(&r);
	reader_require(&r, m.dialect_count <= SMB2_NEGOTIATE_DIALECTS_MAX, VERDICT_TOO_LONG);
	for (uint16_t i = 0; reader_ok(&r) && i < m.dialect_count; i++)
		m.dialects[i] = reader_u16(&r);
	if (reader_ok(&r))
		*out = m;
	return reader_verdict(&r);
}

void smb2_validate_negotiate_request_encode(struct writer *w, const struct smb2_validate_negotiate_request *m)
{
	writer_u32(w, m->capabilities);
	writer_bytes(w, m->guid, sizeof(m->guid));
	writer_u16(w, m->security_mode);
	writer_u16(w, m->dialect_count);
	for (uint16_t i = 0; i < m->dialect_count; i++)
		writer_u16(w, m->dialects[i]);
}

enum verdict smb2_validate_negotiate_response_decode(
	struct span output, struct smb2_validate_negotiate_response *out)
{
	struct reader r = reader_make(output);
	struct smb2_validate_negotiate_response m = { 0 };
	m.capabilities = reader_u32(&r);
	reader_copy(&r, m.guid, sizeof(m.guid));
	m.security_mode = reader_u16(&r);
	m.dialect = reader_u16(&r);
	if (reader_ok(&r))
		*out = m;
	return reader_verdict(&r);
}

void smb2_validate_negotiate_response_encode(
	struct writer *w, const struct smb2_validate_negotiate_response *m)
{
	writer_u32(w, m->capabilities);
	writer_bytes(w, m->guid, sizeof(m->guid));
	writer_u16(w, m->security_mode);
	writer_u16(w, m->dialect);
}

static void write_sockaddr(struct writer *w, const struct smb2_network_interface *m)
{
	size_t start = w->pos;
	writer_u16(w, m->family);
	writer_u16(w, 0); // port
	if (m->family == SMB2_ADDRESS_INET6) {
		writer_u32(w, 0); // flow information
		writer_bytes(w, m->address, 16);
		writer_u32(w, m->scope_id);
	} else {
		writer_bytes(w, m->address, 4);
	}
	writer_zeros(w, SOCKADDR_LEN - (w->pos - start));
}

void smb2_network_interface_append(struct writer *w, size_t *last, const struct smb2_network_interface *m)
{
	if (*last != SIZE_MAX)
		writer_patch_u32(w, *last, (uint32_t)(w->pos - *last));
	*last = w->pos;
	writer_u32(w, 0);
	writer_u32(w, m->if_index);
	writer_u32(w, m->capability);
	writer_u32(w, 0);
	writer_u64(w, m->link_speed);
	write_sockaddr(w, m);
}

static void read_sockaddr(struct reader *r, struct smb2_network_interface *m)
{
	struct reader address = reader_make(reader_bytes(r, SOCKADDR_LEN));
	m->family = reader_u16(&address);
	reader_skip(&address, 2);
	if (m->family == SMB2_ADDRESS_INET6) {
		reader_skip(&address, 4);
		reader_copy(&address, m->address, 16);
		m->scope_id = reader_u32(&address);
	} else if (m->family == SMB2_ADDRESS_INET) {
		reader_copy(&address, m->address, 4);
	}
	reader_fail(r, reader_verdict(&address));
}

enum verdict smb2_network_interface_next(struct span *rest, struct smb2_network_interface *out)
{
	struct reader r = reader_make(*rest);
	struct smb2_network_interface m = { 0 };
	uint32_t next = reader_u32(&r);
	m.if_index = reader_u32(&r);
	m.capability = reader_u32(&r);
	reader_skip(&r, 4);
	m.link_speed = reader_u64(&r);
	read_sockaddr(&r, &m);
	if (next != 0) {
		reader_require(&r, next % INTERFACE_ALIGNMENT == 0, VERDICT_MISALIGNED);
		reader_require(&r, next >= SMB2_NETWORK_INTERFACE_LEN, VERDICT_BAD_OFFSET);
		reader_seek(&r, next);
	}
	if (!reader_ok(&r))
		return reader_verdict(&r);
	*out = m;
	*rest = next != 0 ? reader_rest(&r) : span_make(NULL, 0);
	return VERDICT_OK;
}

enum verdict smb2_resume_key_response_decode(struct span output, uint8_t key[SMB2_RESUME_KEY_LEN])
{
	struct reader r = reader_make(output);
	struct span found = reader_bytes(&r, SMB2_RESUME_KEY_LEN);
	if (reader_ok(&r))
		memcpy(key, found.data, SMB2_RESUME_KEY_LEN);
	return reader_verdict(&r);
}

void smb2_resume_key_response_encode(struct writer *w, const uint8_t key[SMB2_RESUME_KEY_LEN])
{
	writer_bytes(w, key, SMB2_RESUME_KEY_LEN);
	writer_u32(w, 0); // ContextLength
	writer_u32(w, 0); // Context, which Windows sends as four bytes all the same
}

enum verdict smb2_copychunk_request_decode(struct span input, struct smb2_copychunk_request *out)
{
	struct reader r = reader_make(input);
	struct smb2_copychunk_request m = { 0 };
	reader_copy(&r, m.source_key, sizeof(m.source_key));
	m.chunk_count = reader_u32(&r);
	reader_skip(&r, 4);
	m.chunks = reader_bytes(&r, (size_t)m.chunk_count * SMB2_COPYCHUNK_LEN);
	if (reader_ok(&r))
		*out = m;
	return reader_verdict(&r);
}

void smb2_copychunk_request_encode(struct writer *w, const struct smb2_copychunk_request *m)
{
	writer_bytes(w, m->source_key, sizeof(m->source_key));
	writer_u32(w, m->chunk_count);
	writer_u32(w, 0);
	writer_span(w, m->chunks);
}

struct smb2_copychunk smb2_copychunk_at(const struct smb2_copychunk_request *m, uint32_t index)
{
	struct reader r = reader_make(m->chunks);
	reader_seek(&r, (size_t)index * SMB2_COPYCHUNK_LEN);
	uint64_t source_offset = reader_u64(&r);
	uint64_t target_offset = reader_u64(&r);
	uint32_t length = reader_u32(&r);
	return (struct smb2_copychunk){ source_offset, target_offset, length };
}

void smb2_copychunk_encode(struct writer *w, const struct smb2_copychunk *m)
{
	writer_u64(w, m->source_offset);
	writer_u64(w, m->target_offset);
	writer_u32(w, m->length);
	writer_u32(w, 0);
}

enum verdict smb2_copychunk_response_decode(struct span output, struct smb2_copychunk_response *out)
{
	struct reader r = reader_make(output);
	struct smb2_copychunk_response m = { 0 };
	m.chunks_written = reader_u32(&r);
	m.chunk_bytes_written = reader_u32(&r);
	m.total_bytes_written = reader_u32(&r);
	if (reader_ok(&r))
		*out = m;
	return reader_verdict(&r);
}

void smb2_copychunk_response_encode(struct writer *w, const struct smb2_copychunk_response *m)
{
	writer_u32(w, m->chunks_written);
	writer_u32(w, m->chunk_bytes_written);
	writer_u32(w, m->total_bytes_written);
}

enum verdict fsctl_pipe_wait_request_decode(struct span input, struct fsctl_pipe_wait_request *out)
{
	struct reader r = reader_make(input);
	struct fsctl_pipe_wait_request m = { 0 };
	m.timeout = reader_u64(&r);
	uint32_t name_length = reader_u32(&r);
	m.timeout_specified = reader_u8(&r) != 0;
	reader_skip(&r, 1);
	m.name = reader_bytes(&r, name_length);
	if (reader_ok(&r))
		*out = m;
	return reader_verdict(&r);
}

void fsctl_pipe_wait_request_encode(struct writer *w, const struct fsctl_pipe_wait_request *m)
{
	if (m->name.len > UINT32_MAX)
		w->overflow = true;
	writer_u64(w, m->timeout);
	writer_u32(w, (uint32_t)m->name.len);
	writer_u8(w, m->timeout_specified);
	writer_u8(w, 0);
	writer_span(w, m->name);
}
