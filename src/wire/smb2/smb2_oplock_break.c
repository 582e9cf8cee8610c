// SPDX-License-Identifier: Apache-2.0
#include "wire/smb2/smb2_oplock_break.h"

#include "wire/smb2/smb2_body.h"

static struct smb2_oplock_break read_oplock(struct reader *r)
{
	struct smb2_oplock_break m = { .kind = SMB2_BREAK_OPLOCK };
	m.oplock_level = reader_u8(r);
	reader_skip(r, 5);
	m.file_id = smb2_file_id_read(r);
	return m;
}

static struct smb2_oplock_break read_lease(struct reader *r)
{
	struct smb2_oplock_break m = { .kind = SMB2_BREAK_LEASE };
	reader_skip(r, 2);
	m.flags = reader_u32(r);
	reader_copy(r, m.lease_key, sizeof(m.lease_key));
	m.lease_state = reader_u32(r);
	m.lease_duration = reader_u64(r);
	return m;
}

static struct smb2_oplock_break read_notification(struct reader *r)
{
	struct smb2_oplock_break m = { .kind = SMB2_BREAK_LEASE_NOTIFICATION };
	m.new_epoch = reader_u16(r);
	m.flags = reader_u32(r);
	reader_copy(r, m.lease_key, sizeof(m.lease_key));
	m.current_lease_state = reader_u32(r);
	m.new_lease_state = reader_u32(r);
	m.break_reason = reader_u32(r);
	m.access_mask_hint = reader_u32(r);
	m.share_mask_hint = reader_u32(r);
	return m;
}

static enum verdict decode_break(struct span message, bool from_server, struct smb2_oplock_break *out)
{
	struct reader r = reader_make(message);
	struct smb2_oplock_break m = { 0 };
	reader_skip(&r, SMB2_HEADER_LEN);
	uint16_t size = reader_u16(&r);
	if (size == SMB2_OPLOCK_BREAK_SIZE)
		m = read_oplock(&r);
	else if (size == SMB2_LEASE_BREAK_ACK_SIZE)
		m = read_lease(&r);
	else if (from_server && size == SMB2_LEASE_BREAK_NOTIFICATION_SIZE)
		m = read_notification(&r);
	else
		reader_fail(&r, VERDICT_BAD_SIZE);
	if (reader_ok(&r))
		*out = m;
	return reader_verdict(&r);
}

enum verdict smb2_oplock_break_request_decode(struct span message, struct smb2_oplock_break *out)
{
	return decode_break(message, false, out);
}

enum verdict smb2_oplock_break_response_decode(struct span message, struct smb2_oplock_break *out)
{
	return decode_break(message, true, out);
}

static void write_oplock(struct writer *w, const struct smb2_oplock_break *m)
{
	writer_u16(w, SMB2_OPLOCK_BREAK_SIZE);
	writer_u8(w, m->oplock_level);
	writer_zeros(w, 5);
	smb2_file_id_write(w, m->file_id);
}

static void write_lease(struct writer *w, const struct smb2_oplock_break *m)
{
	writer_u16(w, SMB2_LEASE_BREAK_ACK_SIZE);
	writer_u16(w, 0);
	writer_u32(w, m->flags);
	writer_bytes(w, m->lease_key, sizeof(m->lease_key));
	writer_u32(w, m->lease_state);
	writer_u64(w, m->lease_duration);
}

static void write_notification(struct writer *w, const struct smb2_oplock_break *m)
{
	writer_u16(w, SMB2_LEASE_BREAK_NOTIFICATION_SIZE);
	writer_u16(w, m->new_epoch);
	writer_u32(w, m->flags);
	writer_bytes(w, m->lease_key, sizeof(m->lease_key));
	writer_u32(w, m->current_lease_state);
	writer_u32(w, m->new_lease_state);
	writer_u32(w, m->break_reason);
	writer_u32(w, m->access_mask_hint);
	writer_u32(w, m->share_mask_hint);
}

void smb2_oplock_break_encode(struct writer *w, const struct smb2_oplock_break *m)
{
	switch (m->kind) {
	case SMB2_BREAK_OPLOCK:
		write_oplock(w, m);
		return;
	case SMB2_BREAK_LEASE:
		write_lease(w, m);
		return;
	case SMB2_BREAK_LEASE_NOTIFICATION:
		write_notification(w, m);
		return;
	}
}
