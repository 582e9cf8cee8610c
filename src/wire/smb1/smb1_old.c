// SPDX-License-Identifier: Apache-2.0
#include "wire/smb1/smb1_file.h"

// The commands before LANMAN 1.0 (MS-CIFS 2.2.4.3, 2.2.4.4, 2.2.4.11, 2.2.4.12).
enum verdict smb1_old_open_decode(
	struct span message, const struct smb1_block *b, bool unicode, struct smb1_create *out)
{
	enum { MODE_BOTH = 2 };
	struct reader words = reader_make(b->words);
	struct smb1_create m = { 0 };
	struct span second;
	uint16_t mode = reader_u16(&words);
	// CREATE has attributes there, and opens for both.
	m.desired_access = smb1_access_of_mode(b->command == SMB1_OPEN ? mode : MODE_BOTH);
	reader_fail(&words, smb1_names_decode(message, b, unicode, &m.name, &second));
	if (reader_ok(&words))
		*out = m;
	return reader_verdict(&words);
}

enum verdict smb1_old_open_answer_decode(const struct smb1_block *b, struct smb1_create_answer *out)
{
	enum { CREATED = 2, OPENED = 1 };
	struct reader words = reader_make(b->words);
	struct smb1_create_answer m = { .fid = reader_u16(&words) };
	m.action = b->command == SMB1_OPEN ? OPENED : CREATED;
	if (reader_ok(&words))
		*out = m;
	return reader_verdict(&words);
}

enum verdict smb1_old_transfer_decode(
	struct span message, const struct smb1_block *b, struct smb1_transfer *out)
{
	struct reader words = reader_make(b->words), bytes = smb1_bytes_reader(message, b);
	struct smb1_transfer m = { .fid = reader_u16(&words) };
	m.len = reader_u16(&words);
	m.offset = reader_u32(&words);
	if (b->command == SMB1_WRITE) {
		reader_skip(&bytes, 3); // format, length
		m.data = reader_rest(&bytes);
	}
	reader_fail(&words, reader_verdict(&bytes));
	if (reader_ok(&words))
		*out = m;
	return reader_verdict(&words);
}

enum verdict smb1_old_transfer_answer_decode(
	struct span message, const struct smb1_block *b, struct smb1_transfer *out)
{
	struct reader words = reader_make(b->words), bytes = smb1_bytes_reader(message, b);
	struct smb1_transfer m = { .len = reader_u16(&words) };
	if (b->command == SMB1_READ) {
		reader_skip(&bytes, 3); // format, length
		m.data = reader_rest(&bytes);
	}
	reader_fail(&words, reader_verdict(&bytes));
	if (reader_ok(&words))
		*out = m;
	return reader_verdict(&words);
}
