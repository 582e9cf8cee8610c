// SPDX-License-Identifier: Apache-2.0
#include "wire/smb1/smb1_file.h"

enum {
	ANDX_LEN = 4,
	BUFFER_FORMAT_TEXT = 0x04,
	OPEN_FOR_READING = 0x00120089, // FILE_GENERIC_READ, ..._WRITE, both
	OPEN_FOR_WRITING = 0x00120116,
	READ_WORDS_WITH_HIGH = 12,
	WRITE_WORDS_WITH_HIGH = 14,
};

static size_t word_count(const struct smb1_block *b)
{
	return b->words.len / 2;
}

// len bytes at an offset from the header, or as many of them as there are.
static struct span data_at(struct span message, size_t offset, size_t len)
{
	if (offset >= message.len)
		return span_make(NULL, 0);
	size_t left = message.len - offset;
	return span_make(message.data + offset, len < left ? len : left);
}

// MS-CIFS 2.2.4.64.1
enum verdict smb1_nt_create_decode(
	struct span message, const struct smb1_block *b, bool unicode, struct smb1_create *out)
{
	struct reader words = reader_make(b->words), bytes = smb1_bytes_reader(message, b);
	struct smb1_create m = { 0 };
	reader_skip(&words, ANDX_LEN + 11); // name length, flags, root
	m.desired_access = reader_u32(&words);
	reader_skip(&words, 16); // size, attributes, sharing
	m.disposition = reader_u32(&words);
	m.options = reader_u32(&words);
	m.name = smb1_read_text(&bytes, unicode);
	reader_fail(&words, reader_verdict(&bytes));
	if (reader_ok(&words))
		*out = m;
	return reader_verdict(&words);
}

// MS-CIFS 2.2.4.64.2
enum verdict smb1_nt_create_answer_decode(const struct smb1_block *b, struct smb1_create_answer *out)
{
	struct reader words = reader_make(b->words);
	struct smb1_create_answer m = { 0 };
	reader_skip(&words, ANDX_LEN + 1);
	m.fid = reader_u16(&words);
	m.action = reader_u32(&words);
	reader_skip(&words, 32 + 4 + 16 + 4); // times, attributes, sizes, pipe state
	m.directory = reader_u8(&words) != 0;
	if (reader_ok(&words))
		*out = m;
	return reader_verdict(&words);
}

// AccessMode (MS-CIFS 2.2.4.41.1): 0 read, 1 write, 2 both, 3 execute.
uint32_t smb1_access_of_mode(uint16_t mode)
{
	switch (mode & 0x7) {
	case 1:
		return OPEN_FOR_WRITING;
	case 2:
		return OPEN_FOR_READING | OPEN_FOR_WRITING;
	default:
		return OPEN_FOR_READING;
	}
}

enum verdict smb1_open_decode(
	struct span message, const struct smb1_block *b, bool unicode, struct smb1_create *out)
{
	struct reader words = reader_make(b->words), bytes = smb1_bytes_reader(message, b);
	struct smb1_create m = { 0 };
	reader_skip(&words, ANDX_LEN + 2);
	m.desired_access = smb1_access_of_mode(reader_u16(&words));
	m.name = smb1_read_text(&bytes, unicode);
	reader_fail(&words, reader_verdict(&bytes));
	if (reader_ok(&words))
		*out = m;
	return reader_verdict(&words);
}

// OpenResults: 1 opened, 2 created, 3 truncated; as CreateAction has them.
enum verdict smb1_open_answer_decode(const struct smb1_block *b, struct smb1_create_answer *out)
{
	enum { ATTRIBUTE_DIRECTORY = 0x10 };
	struct reader words = reader_make(b->words);
	struct smb1_create_answer m = { 0 };
	reader_skip(&words, ANDX_LEN);
	m.fid = reader_u16(&words);
	m.directory = (reader_u16(&words) & ATTRIBUTE_DIRECTORY) != 0;
	reader_skip(&words, 14);
	m.action = reader_u16(&words) & 0x3u;
	if (reader_ok(&words))
		*out = m;
	return reader_verdict(&words);
}

enum verdict smb1_read_decode(const struct smb1_block *b, struct smb1_transfer *out)
{
	struct reader words = reader_make(b->words);
	struct smb1_transfer m = { 0 };
	reader_skip(&words, ANDX_LEN);
	m.fid = reader_u16(&words);
	m.offset = reader_u32(&words);
	m.len = reader_u16(&words);
	reader_skip(&words, 8);
	if (word_count(b) >= READ_WORDS_WITH_HIGH)
		m.offset |= (uint64_t)reader_u32(&words) << 32;
	if (reader_ok(&words))
		*out = m;
	return reader_verdict(&words);
}

enum verdict smb1_read_answer_decode(
	struct span message, const struct smb1_block *b, struct smb1_transfer *out)
{
	struct reader words = reader_make(b->words);
	struct smb1_transfer m = { 0 };
	reader_skip(&words, ANDX_LEN + 6);
	m.len = reader_u16(&words);
	size_t offset = reader_u16(&words);
	m.len |= (uint32_t)reader_u16(&words) << 16;
	m.data = data_at(message, offset, m.len);
	if (reader_ok(&words))
		*out = m;
	return reader_verdict(&words);
}

enum verdict smb1_write_decode(struct span message, const struct smb1_block *b, struct smb1_transfer *out)
{
	struct reader words = reader_make(b->words);
	struct smb1_transfer m = { 0 };
	reader_skip(&words, ANDX_LEN);
	m.fid = reader_u16(&words);
	m.offset = reader_u32(&words);
	reader_skip(&words, 8); // timeout, mode, remaining
	uint32_t high = reader_u16(&words);
	m.len = reader_u16(&words) | high << 16;
	size_t offset = reader_u16(&words);
	if (word_count(b) >= WRITE_WORDS_WITH_HIGH)
		m.offset |= (uint64_t)reader_u32(&words) << 32;
	m.data = data_at(message, offset, m.len);
	if (reader_ok(&words))
		*out = m;
	return reader_verdict(&words);
}

enum verdict smb1_write_answer_decode(const struct smb1_block *b, uint32_t *count)
{
	struct reader words = reader_make(b->words);
	reader_skip(&words, ANDX_LEN);
	uint32_t low = reader_u16(&words);
	reader_skip(&words, 2);
	uint32_t high = reader_u16(&words);
	if (reader_ok(&words))
		*count = low | high << 16;
	return reader_verdict(&words);
}

enum verdict smb1_close_decode(const struct smb1_block *b, uint16_t *fid)
{
	struct reader words = reader_make(b->words);
	uint16_t found = reader_u16(&words);
	if (reader_ok(&words))
		*fid = found;
	return reader_verdict(&words);
}

static struct span read_name(struct reader *bytes, bool unicode)
{
	reader_require(bytes, reader_u8(bytes) == BUFFER_FORMAT_TEXT, VERDICT_BAD_VALUE);
	return smb1_read_text(bytes, unicode);
}

enum verdict smb1_names_decode(struct span message, const struct smb1_block *b, bool unicode,
	struct span *first, struct span *second)
{
	struct reader bytes = smb1_bytes_reader(message, b);
	struct span a = read_name(&bytes, unicode);
	struct span z = reader_left(&bytes) > 0 ? read_name(&bytes, unicode) : span_make(NULL, 0);
	if (reader_ok(&bytes)) {
		*first = a;
		*second = z;
	}
	return reader_verdict(&bytes);
}

// MS-CIFS 2.2.4.66.1
enum verdict smb1_nt_rename_level(const struct smb1_block *b, uint16_t *level)
{
	struct reader words = reader_make(b->words);
	reader_skip(&words, 2);
	uint16_t found = reader_u16(&words);
	if (reader_ok(&words))
		*level = found;
	return reader_verdict(&words);
}

// MS-CIFS 2.2.4.33.1
enum verdict smb1_transaction_decode(
	struct span message, const struct smb1_block *b, struct smb1_transaction *out)
{
	struct reader words = reader_make(b->words);
	struct smb1_transaction m = { 0 };
	reader_skip(&words, 22); // totals, limits, flags, timeout, parameters
	size_t len = reader_u16(&words), offset = reader_u16(&words);
	unsigned int setup_count = reader_u8(&words);
	reader_skip(&words, 1);
	if (setup_count >= 2) {
		m.subcommand = reader_u16(&words);
		m.fid = reader_u16(&words);
	}
	m.data = data_at(message, offset, len);
	if (reader_ok(&words))
		*out = m;
	return reader_verdict(&words);
}

// MS-CIFS 2.2.4.34.1
enum verdict smb1_transaction_secondary_decode(
	struct span message, const struct smb1_block *b, struct span *data)
{
	struct reader words = reader_make(b->words);
	reader_skip(&words, 10);
	size_t len = reader_u16(&words), offset = reader_u16(&words);
	if (reader_ok(&words))
		*data = data_at(message, offset, len);
	return reader_verdict(&words);
}
