// SPDX-License-Identifier: Apache-2.0
#include "wire/smb1/smb1_negotiate.h"

#define SMB1_PROTOCOL_ID 0x424D53FFu

enum {
	FLAGS_REPLY = 0x80,
	FLAGS2_UNICODE_AND_NT_STATUS = 0xC000,
	DIALECT_BUFFER_FORMAT = 0x02,
};

bool smb1_is_message(struct span bytes)
{
	struct reader r = reader_make(bytes);
	return reader_u32(&r) == SMB1_PROTOCOL_ID;
}

// The text up to its NUL; the cursor moves behind the NUL.
static struct span read_text(struct reader *r)
{
	const uint8_t *start = r->base + r->pos;
	const uint8_t *nul = reader_left(r) != 0 ? memchr(start, 0, reader_left(r)) : NULL;
	if (nul == NULL) {
		reader_fail(r, VERDICT_TRUNCATED);
		return span_make(NULL, 0);
	}
	struct span text = reader_bytes(r, (size_t)(nul - start));
	reader_skip(r, 1);
	return text;
}

static void read_dialects(struct reader *r, struct smb1_negotiate *m)
{
	while (reader_left(r) != 0) {
		reader_require(r, ++m->dialect_count <= SMB1_DIALECTS_MAX, VERDICT_TOO_LONG);
		uint8_t format = reader_u8(r);
		reader_require(r, format == DIALECT_BUFFER_FORMAT, VERDICT_BAD_VALUE);
		struct span text = read_text(r);
		m->smb2_002 |= span_equal(text, span_of_str("SMB 2.002"));
		m->smb2_wildcard |= span_equal(text, span_of_str("SMB 2.???"));
	}
}

enum verdict smb1_negotiate_decode(struct span message, struct smb1_negotiate *out)
{
	struct reader r = reader_make(message);
	struct smb1_negotiate m = { 0 };
	uint32_t protocol_id = reader_u32(&r);
	uint8_t command = reader_u8(&r);
	reader_skip(&r, 4); // status
	uint8_t flags = reader_u8(&r);
	m.flags2 = reader_u16(&r);
	reader_skip(&r, SMB1_HEADER_LEN - 12);
	uint8_t word_count = reader_u8(&r);
	uint16_t byte_count = reader_u16(&r);
	reader_require(
		&r, protocol_id == SMB1_PROTOCOL_ID && command == SMB1_COM_NEGOTIATE, VERDICT_BAD_VALUE);
	reader_require(&r, (flags & FLAGS_REPLY) == 0 && word_count == 0, VERDICT_BAD_VALUE);
	m.dialects = reader_bytes(&r, byte_count);
	struct reader dialects = reader_make(m.dialects);
	read_dialects(&dialects, &m);
	reader_fail(&r, reader_verdict(&dialects));
	if (reader_ok(&r))
		*out = m;
	return reader_verdict(&r);
}

void smb1_negotiate_encode(struct writer *w, const char *const *dialects)
{
	writer_u32(w, SMB1_PROTOCOL_ID);
	writer_u8(w, SMB1_COM_NEGOTIATE);
	writer_zeros(w, 5); // status, flags
	writer_u16(w, FLAGS2_UNICODE_AND_NT_STATUS);
	writer_zeros(w, SMB1_HEADER_LEN - 12);
	writer_u8(w, 0);
	size_t byte_count = writer_reserve(w, 2);
	for (; *dialects != NULL; dialects++) {
		writer_u8(w, DIALECT_BUFFER_FORMAT);
		writer_bytes(w, *dialects, strlen(*dialects) + 1);
	}
	writer_patch_u16(w, byte_count, (uint16_t)(w->pos - byte_count - 2));
}
