// SPDX-License-Identifier: Apache-2.0
#include "wire/smb2/smb2_lock.h"

#include "wire/smb2/smb2_body.h"

enum { SEQUENCE_NUMBER_BITS = 4 };

enum verdict smb2_lock_request_decode(struct span message, struct smb2_lock_request *out)
{
	struct reader r = smb2_body_reader(message, SMB2_LOCK_REQUEST_SIZE);
	struct smb2_lock_request m = { 0 };
	m.lock_count = reader_u16(&r);
	uint32_t sequence = reader_u32(&r);
	m.lock_sequence_number = sequence & ((1u << SEQUENCE_NUMBER_BITS) - 1);
	m.lock_sequence_index = sequence >> SEQUENCE_NUMBER_BITS;
	m.file_id = smb2_file_id_read(&r);
	m.locks = reader_bytes(&r, (size_t)m.lock_count * SMB2_LOCK_ELEMENT_LEN);
	if (reader_ok(&r))
		*out = m;
	return reader_verdict(&r);
}

void smb2_lock_request_encode(struct writer *w, const struct smb2_lock_request *m)
{
	writer_u16(w, SMB2_LOCK_REQUEST_SIZE);
	writer_u16(w, m->lock_count);
	writer_u32(w, m->lock_sequence_index << SEQUENCE_NUMBER_BITS | m->lock_sequence_number);
	smb2_file_id_write(w, m->file_id);
	writer_span(w, m->locks);
}

enum verdict smb2_lock_response_decode(struct span message, struct smb2_lock_response *out)
{
	return smb2_body_small_decode(message, SMB2_LOCK_RESPONSE_SIZE, &out->reserved);
}

void smb2_lock_response_encode(struct writer *w, const struct smb2_lock_response *m)
{
	smb2_body_small_encode(w, SMB2_LOCK_RESPONSE_SIZE, m->reserved);
}

struct smb2_lock_element smb2_lock_element_at(const struct smb2_lock_request *m, uint16_t index)
{
	struct reader r = reader_make(m->locks);
	reader_seek(&r, (size_t)index * SMB2_LOCK_ELEMENT_LEN);
	uint64_t offset = reader_u64(&r);
	uint64_t length = reader_u64(&r);
	uint32_t flags = reader_u32(&r);
	return (struct smb2_lock_element){ offset, length, flags };
}

void smb2_lock_element_encode(struct writer *w, const struct smb2_lock_element *m)
{
	writer_u64(w, m->offset);
	writer_u64(w, m->length);
	writer_u32(w, m->flags);
	writer_u32(w, 0);
}
