// SPDX-License-Identifier: Apache-2.0
#include "wire/smb2/smb2_error.h"

#include "wire/smb2/smb2_body.h"
#include "wire/smb2/smb2_command.h"

#define SYMLINK_ERROR_TAG 0x4C4D5953u
#define IO_REPARSE_TAG_SYMLINK 0xA000000Cu

enum {
	// Fixed bytes of the symlink error from ReparseTag's end to PathBuffer (2.2.2.2.1).
	SYMLINK_NAMES_LEN = 12,
};

enum verdict smb2_error_response_decode(struct span message, struct smb2_error_response *out)
{
	struct reader r = smb2_body_reader(message, SMB2_ERROR_RESPONSE_SIZE);
	struct smb2_error_response m = { 0 };
	m.error_context_count = reader_u8(&r);
	reader_skip(&r, 1);
	uint32_t byte_count = reader_u32(&r);
	m.error_data = reader_bytes(&r, byte_count);
	if (reader_ok(&r))
		*out = m;
	return reader_verdict(&r);
}

void smb2_error_response_encode(struct writer *w, const struct smb2_error_response *m)
{
	writer_u16(w, SMB2_ERROR_RESPONSE_SIZE);
	writer_u8(w, m->error_context_count);
	writer_u8(w, 0);
	smb2_length_write_32(w, m->error_data.len);
	writer_span(w, m->error_data);
	smb2_odd_byte_write(w, m->error_data);
}

void smb2_error_context_encode(struct writer *w, uint32_t error_id, struct span data)
{
	smb2_length_write_32(w, data.len);
	writer_u32(w, error_id);
	writer_span(w, data);
}

enum verdict smb2_error_context_decode(struct span bytes, uint32_t *error_id, struct span *data)
{
	struct reader r = reader_make(bytes);
	uint32_t length = reader_u32(&r);
	uint32_t id = reader_u32(&r);
	struct span s = reader_bytes(&r, length);
	if (reader_ok(&r)) {
		*error_id = id;
		*data = s;
	}
	return reader_verdict(&r);
}

void smb2_symlink_error_encode(struct writer *w, const struct smb2_symlink_error *m)
{
	size_t names_len = m->substitute_name.len + m->print_name.len;
	size_t link_length = writer_reserve(w, 4);
	writer_u32(w, SYMLINK_ERROR_TAG);
	writer_u32(w, IO_REPARSE_TAG_SYMLINK);
	smb2_length_write_16(w, SYMLINK_NAMES_LEN + names_len);
	writer_u16(w, m->unparsed_path_length);
	writer_u16(w, 0);
	smb2_length_write_16(w, m->substitute_name.len);
	smb2_length_write_16(w, m->substitute_name.len); // where the print name starts
	smb2_length_write_16(w, m->print_name.len);
	writer_u32(w, m->flags);
	writer_span(w, m->substitute_name);
	writer_span(w, m->print_name);
	writer_patch_u32(w, link_length, (uint32_t)(w->pos - link_length - 4));
}

enum verdict smb2_symlink_error_decode(struct span data, struct smb2_symlink_error *out)
{
	struct reader r = reader_make(data);
	struct smb2_symlink_error m = { 0 };
	reader_skip(&r, 4); // SymLinkLength: the data itself is bounded
	uint32_t tag = reader_u32(&r);
	uint32_t reparse_tag = reader_u32(&r);
	reader_require(
		&r, tag == SYMLINK_ERROR_TAG && reparse_tag == IO_REPARSE_TAG_SYMLINK, VERDICT_BAD_VALUE);
	reader_skip(&r, 2); // ReparseDataLength: likewise
	m.unparsed_path_length = reader_u16(&r);
	struct smb2_extent substitute = smb2_extent_read_16(&r);
	struct smb2_extent print = smb2_extent_read_16(&r);
	m.flags = reader_u32(&r);
	struct reader names = reader_make(reader_rest(&r));
	m.substitute_name = smb2_extent_take(&names, substitute);
	m.print_name = smb2_extent_take(&names, print);
	reader_fail(&r, reader_verdict(&names));
	if (reader_ok(&r))
		*out = m;
	return reader_verdict(&r);
}

static uint16_t structure_size(struct span message)
{
	struct reader r = reader_make(message);
	reader_skip(&r, SMB2_HEADER_LEN);
	return reader_u16(&r);
}

// Servers answer a failed authentication with a last token (an SPNEGO reject) in the command's own body.
// Read as an error, its offset and length would be a ByteCount far beyond the message.
static bool session_setup_has_token(struct span message)
{
	struct reader r = reader_make(message);
	reader_skip(&r, SMB2_HEADER_LEN + 4);
	uint16_t offset = reader_u16(&r);
	uint16_t length = reader_u16(&r);
	return offset == SMB2_HEADER_LEN + SMB2_SESSION_SETUP_RESPONSE_SIZE - 1 && length != 0 &&
	       reader_left(&r) >= length;
}

// Commands whose own response has the same StructureSize as an error: the status tells.
static bool has_own_body(uint16_t command, uint32_t status, struct span message)
{
	switch (command) {
	case SMB2_SESSION_SETUP:
		return status == (uint32_t)NT_STATUS_MORE_PROCESSING_REQUIRED ||
		       session_setup_has_token(message);
	case SMB2_QUERY_INFO:
	case SMB2_QUERY_DIRECTORY:
		return status == (uint32_t)NT_STATUS_BUFFER_OVERFLOW;
	case SMB2_CHANGE_NOTIFY:
		return status == (uint32_t)NT_STATUS_NOTIFY_ENUM_DIR ||
		       status == (uint32_t)NT_STATUS_NOTIFY_CLEANUP;
	default:
		return false;
	}
}

bool smb2_response_is_error(const struct smb2_header *header, struct span message)
{
	if (header->status.code == 0 || structure_size(message) != SMB2_ERROR_RESPONSE_SIZE)
		return false;
	return !has_own_body(header->command, header->status.code, message);
}
