// SPDX-License-Identifier: Apache-2.0
#include "wire/smb2/smb2_ioctl.h"

#include "wire/smb2/smb2_body.h"

enum {
	BUFFER_ALIGNMENT = 8,
	OUTPUT_COUNT_FROM_END = 12, // bytes from OutputCount to the end of the response's fixed part
};

enum verdict smb2_ioctl_request_decode(struct span message, struct smb2_ioctl_request *out)
{
	struct reader r = smb2_body_reader(message, SMB2_IOCTL_REQUEST_SIZE);
	struct smb2_ioctl_request m = { 0 };
	reader_skip(&r, 2);
	m.ctl_code = reader_u32(&r);
	m.file_id = smb2_file_id_read(&r);
	struct smb2_extent input = smb2_extent_read_32(&r);
	m.max_input_response = reader_u32(&r);
	struct smb2_extent output = smb2_extent_read_32(&r);
	m.max_output_response = reader_u32(&r);
	m.flags = reader_u32(&r);
	reader_skip(&r, 4);
	m.input = smb2_extent_take(&r, input);
	m.output = smb2_extent_take(&r, output);
	if (reader_ok(&r))
		*out = m;
	return reader_verdict(&r);
}

static void write_buffers(struct writer *w, size_t body, size_t input_at, struct span input, size_t output_at,
	struct span output)
{
	smb2_part_write_32(w, body, input_at, input);
	if (output.len != 0)
		writer_align(w, BUFFER_ALIGNMENT, body);
	smb2_part_write_32(w, body, output_at, output);
}

void smb2_ioctl_request_encode(struct writer *w, const struct smb2_ioctl_request *m)
{
	size_t body = w->pos;
	writer_u16(w, SMB2_IOCTL_REQUEST_SIZE);
	writer_u16(w, 0);
	writer_u32(w, m->ctl_code);
	smb2_file_id_write(w, m->file_id);
	size_t input_offset = writer_reserve(w, 4);
	smb2_length_write_32(w, m->input.len);
	writer_u32(w, m->max_input_response);
	size_t output_offset = writer_reserve(w, 4);
	smb2_length_write_32(w, m->output.len);
	writer_u32(w, m->max_output_response);
	writer_u32(w, m->flags);
	writer_u32(w, 0);
	write_buffers(w, body, input_offset, m->input, output_offset, m->output);
	if (m->output.len == 0)
		smb2_odd_byte_write(w, m->input);
}

enum verdict smb2_ioctl_response_decode(struct span message, struct smb2_ioctl_response *out)
{
	struct reader r = smb2_body_reader(message, SMB2_IOCTL_RESPONSE_SIZE);
	struct smb2_ioctl_response m = { 0 };
	reader_skip(&r, 2);
	m.ctl_code = reader_u32(&r);
	m.file_id = smb2_file_id_read(&r);
	struct smb2_extent input = smb2_extent_read_32(&r);
	struct smb2_extent output = smb2_extent_read_32(&r);
	m.flags = reader_u32(&r);
	reader_skip(&r, 4);
	m.input = smb2_extent_take(&r, input);
	m.output = smb2_extent_take(&r, output);
	if (reader_ok(&r))
		*out = m;
	return reader_verdict(&r);
}

// Both offsets are there even for empty buffers: clients compare them (3.3.5.15).
static void write_response_fixed(
	struct writer *w, const struct smb2_ioctl_response *m, size_t input_len, size_t output_len)
{
	uint32_t input_offset = SMB2_HEADER_LEN + SMB2_IOCTL_RESPONSE_SIZE - 1;
	size_t input_end = input_len + (BUFFER_ALIGNMENT - input_len % BUFFER_ALIGNMENT) % BUFFER_ALIGNMENT;
	writer_u16(w, SMB2_IOCTL_RESPONSE_SIZE);
	writer_u16(w, 0);
	writer_u32(w, m->ctl_code);
	smb2_file_id_write(w, m->file_id);
	writer_u32(w, input_offset);
	smb2_length_write_32(w, input_len);
	smb2_length_write_32(w, input_offset + input_end);
	smb2_length_write_32(w, output_len);
	writer_u32(w, m->flags);
	writer_u32(w, 0);
}

void smb2_ioctl_response_encode(struct writer *w, const struct smb2_ioctl_response *m)
{
	size_t body = w->pos;
	write_response_fixed(w, m, m->input.len, m->output.len);
	writer_span(w, m->input);
	if (m->output.len != 0)
		writer_align(w, BUFFER_ALIGNMENT, body);
	writer_span(w, m->output);
}

size_t smb2_ioctl_response_begin(struct writer *w, const struct smb2_ioctl_response *m)
{
	write_response_fixed(w, m, 0, 0);
	return w->pos;
}

void smb2_ioctl_response_end(struct writer *w, size_t begun)
{
	writer_patch_u32(w, begun - OUTPUT_COUNT_FROM_END, (uint32_t)(w->pos - begun));
}
