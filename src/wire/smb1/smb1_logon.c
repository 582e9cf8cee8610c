// SPDX-License-Identifier: Apache-2.0
#include "wire/smb1/smb1_logon.h"

enum {
	ANDX_LEN = 4,
	SETUP_EXTENDED_WORDS = 12,
	SETUP_NT_WORDS = 13,
	SETUP_LANMAN_WORDS = 10,
	SETUP_ANSWER_EXTENDED_WORDS = 4,
};

static size_t word_count(const struct smb1_block *b)
{
	return b->words.len / 2;
}

// NT LM 0.12 (MS-CIFS 2.2.4.52.2)
static void read_nt_answer(
	struct reader *words, struct reader *bytes, bool unicode, struct smb1_negotiate_answer *m)
{
	m->security_mode = reader_u8(words);
	reader_skip(words, 16); // limits, session key
	m->capabilities = reader_u32(words);
	reader_skip(words, 10); // time
	size_t challenge_len = reader_u8(words);
	if ((m->capabilities & (uint32_t)SMB1_CAP_EXTENDED_SECURITY) != 0) {
		m->server_guid = reader_bytes(bytes, SMB1_GUID_LEN);
		m->security_blob = reader_rest(bytes);
		return;
	}
	m->challenge = reader_bytes(bytes, challenge_len);
	m->domain = smb1_read_text(bytes, unicode);
	m->server = smb1_read_text(bytes, unicode);
}

// LANMAN 1.0 to 2.1
static void read_lanman_answer(struct reader *words, struct reader *bytes, struct smb1_negotiate_answer *m)
{
	m->security_mode = (uint8_t)reader_u16(words);
	reader_skip(words, 18);
	size_t challenge_len = reader_u16(words);
	m->challenge = reader_bytes(bytes, challenge_len);
	m->domain = smb1_read_text(bytes, false);
}

enum verdict smb1_negotiate_answer_decode(
	struct span message, const struct smb1_block *b, bool unicode, struct smb1_negotiate_answer *out)
{
	struct smb1_negotiate_answer m = { 0 };
	struct reader words = reader_make(b->words), bytes = smb1_bytes_reader(message, b);
	m.dialect_index = reader_u16(&words);
	if (word_count(b) >= SMB1_NEGOTIATE_NT_WORDS)
		read_nt_answer(&words, &bytes, unicode, &m);
	else if (word_count(b) == SMB1_NEGOTIATE_LANMAN_WORDS)
		read_lanman_answer(&words, &bytes, &m);
	reader_fail(&words, reader_verdict(&bytes));
	if (reader_ok(&words))
		*out = m;
	return reader_verdict(&words);
}

static void read_basic(
	struct reader *words, struct reader *bytes, bool is_nt, bool unicode, struct smb1_session_setup *m)
{
	size_t lm_len = reader_u16(words);
	size_t nt_len = is_nt ? reader_u16(words) : 0;
	m->lm_response = reader_bytes(bytes, lm_len);
	m->nt_response = reader_bytes(bytes, nt_len);
	m->account = smb1_read_text(bytes, unicode);
	m->domain = smb1_read_text(bytes, unicode);
}

enum verdict smb1_session_setup_decode(
	struct span message, const struct smb1_block *b, bool unicode, struct smb1_session_setup *out)
{
	struct smb1_session_setup m = { .extended = word_count(b) == SETUP_EXTENDED_WORDS };
	struct reader words = reader_make(b->words), bytes = smb1_bytes_reader(message, b);
	bool is_nt = word_count(b) == SETUP_NT_WORDS;
	reader_skip(&words, ANDX_LEN + 10); // sizes, session key
	reader_require(&words, m.extended || is_nt || word_count(b) == SETUP_LANMAN_WORDS, VERDICT_BAD_SIZE);
	if (m.extended)
		m.security_blob = reader_bytes(&bytes, reader_u16(&words));
	else
		read_basic(&words, &bytes, is_nt, unicode && is_nt, &m);
	reader_fail(&words, reader_verdict(&bytes));
	if (reader_ok(&words))
		*out = m;
	return reader_verdict(&words);
}

enum verdict smb1_session_setup_answer_decode(
	struct span message, const struct smb1_block *b, struct smb1_session_setup_answer *out)
{
	struct smb1_session_setup_answer m = { 0 };
	struct reader words = reader_make(b->words), bytes = smb1_bytes_reader(message, b);
	reader_skip(&words, ANDX_LEN);
	m.action = reader_u16(&words);
	if (word_count(b) >= SETUP_ANSWER_EXTENDED_WORDS)
		m.security_blob = reader_bytes(&bytes, reader_u16(&words));
	reader_fail(&words, reader_verdict(&bytes));
	if (reader_ok(&words))
		*out = m;
	return reader_verdict(&words);
}

enum verdict smb1_tree_connect_decode(
	struct span message, const struct smb1_block *b, bool unicode, struct smb1_tree_connect *out)
{
	struct reader words = reader_make(b->words), bytes = smb1_bytes_reader(message, b);
	reader_skip(&words, ANDX_LEN + 2); // flags
	reader_skip(&bytes, reader_u16(&words));
	struct smb1_tree_connect m = { .path = smb1_read_text(&bytes, unicode) };
	reader_fail(&words, reader_verdict(&bytes));
	if (reader_ok(&words))
		*out = m;
	return reader_verdict(&words);
}

struct span smb1_tree_connect_service(struct span message, const struct smb1_block *b)
{
	struct reader bytes = smb1_bytes_reader(message, b);
	return smb1_read_text(&bytes, false);
}
