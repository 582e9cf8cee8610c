// SPDX-License-Identifier: Apache-2.0
#include "wire/smb2/smb2_header.h"

uint32_t smb2_protocol_id(struct span bytes)
{
	struct reader r = reader_make(bytes);
	return reader_u32(&r);
}

static void read_ids(struct reader *r, struct smb2_header *h)
{
	if ((h->flags & SMB2_FLAGS_ASYNC_COMMAND) != 0) {
		h->async_id = reader_u64(r);
		return;
	}
	h->process_id = reader_u32(r);
	h->tree_id = reader_u32(r);
}

enum verdict smb2_header_decode(struct span message, struct smb2_header *out)
{
	struct reader r = reader_make(message);
	uint32_t protocol_id = reader_u32(&r);
	reader_require(&r, protocol_id == SMB2_PROTOCOL_ID, VERDICT_BAD_VALUE);
	uint16_t structure_size = reader_u16(&r);
	reader_require(&r, structure_size == SMB2_HEADER_STRUCTURE_SIZE, VERDICT_BAD_SIZE);

	struct smb2_header h = { 0 };
	h.credit_charge = reader_u16(&r);
	h.status.code = reader_u32(&r);
	h.channel_sequence = (uint16_t)h.status.code;
	h.command = reader_u16(&r);
	h.credit_request_response = reader_u16(&r);
	h.flags = reader_u32(&r);
	h.next_command = reader_u32(&r);
	h.message_id = reader_u64(&r);
	read_ids(&r, &h);
	h.session_id = reader_u64(&r);
	reader_copy(&r, h.signature, sizeof(h.signature));
	if (reader_ok(&r))
		*out = h;
	return reader_verdict(&r);
}

static void write_ids(struct writer *w, const struct smb2_header *h)
{
	if ((h->flags & SMB2_FLAGS_ASYNC_COMMAND) != 0) {
		writer_u64(w, h->async_id);
		return;
	}
	writer_u32(w, h->process_id);
	writer_u32(w, h->tree_id);
}

void smb2_header_encode(struct writer *w, const struct smb2_header *h)
{
	writer_u32(w, SMB2_PROTOCOL_ID);
	writer_u16(w, SMB2_HEADER_STRUCTURE_SIZE);
	writer_u16(w, h->credit_charge);
	writer_u32(w, smb2_header_is_response(h) ? h->status.code : h->channel_sequence);
	writer_u16(w, h->command);
	writer_u16(w, h->credit_request_response);
	writer_u32(w, h->flags);
	writer_u32(w, h->next_command);
	writer_u64(w, h->message_id);
	write_ids(w, h);
	writer_u64(w, h->session_id);
	writer_bytes(w, h->signature, sizeof(h->signature));
}

void smb2_header_patch_status(struct writer *w, size_t header, struct nt_status status)
{
	writer_patch_u32(w, header + SMB2_HEADER_STATUS_OFFSET, status.code);
}

void smb2_header_patch_flags(struct writer *w, size_t header, uint32_t flags)
{
	writer_patch_u32(w, header + SMB2_HEADER_FLAGS_OFFSET, flags);
}

void smb2_header_patch_credits(struct writer *w, size_t header, uint16_t credits)
{
	writer_patch_u16(w, header + SMB2_HEADER_CREDITS_OFFSET, credits);
}

void smb2_header_patch_next_command(struct writer *w, size_t header, uint32_t next_command)
{
	writer_patch_u32(w, header + SMB2_HEADER_NEXT_COMMAND_OFFSET, next_command);
}

void smb2_header_patch_session_id(struct writer *w, size_t header, uint64_t session_id)
{
	writer_patch_u64(w, header + SMB2_HEADER_SESSION_ID_OFFSET, session_id);
}

struct smb2_file_id smb2_file_id_read(struct reader *r)
{
	uint64_t persistent_id = reader_u64(r);
	uint64_t volatile_id = reader_u64(r);
	return (struct smb2_file_id){ persistent_id, volatile_id };
}

void smb2_file_id_write(struct writer *w, struct smb2_file_id id)
{
	writer_u64(w, id.persistent_id);
	writer_u64(w, id.volatile_id);
}
