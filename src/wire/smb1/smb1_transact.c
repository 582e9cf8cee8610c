// SPDX-License-Identifier: Apache-2.0
#include "wire/smb1/smb1_transact.h"

// --- parts ------------------------------------------------------------------------------------------

// len bytes at an offset from the header, or as many of them as there are.
static struct span part_at(struct span message, size_t offset, size_t len)
{
	if (offset >= message.len)
		return span_make(NULL, 0);
	size_t left = message.len - offset;
	return span_make(message.data + offset, len < left ? len : left);
}

// Counts are of two bytes in TRANSACTION2, of four in NT_TRANSACT.
static size_t read_count(struct reader *words, size_t width)
{
	return width == 2 ? reader_u16(words) : reader_u32(words);
}

static void read_totals(struct reader *words, size_t width, struct smb1_part *p)
{
	p->parameters_total = read_count(words, width);
	p->data_total = read_count(words, width);
}

static struct span read_part(struct reader *words, size_t width, struct span message)
{
	size_t len = read_count(words, width), offset = read_count(words, width);
	return part_at(message, offset, len);
}

static void read_placed_parts(struct reader *words, size_t width, struct span message, struct smb1_part *p)
{
	p->parameters = read_part(words, width, message);
	p->parameters_at = read_count(words, width);
	p->data = read_part(words, width, message);
	p->data_at = read_count(words, width);
}

static enum verdict finish(const struct reader *words, const struct smb1_part *p, struct smb1_part *out)
{
	if (reader_ok(words))
		*out = *p;
	return reader_verdict(words);
}

// MS-CIFS 2.2.4.46.1
enum verdict smb1_trans2_decode(struct span message, const struct smb1_block *b, struct smb1_part *out)
{
	struct reader words = reader_make(b->words);
	struct smb1_part p = { 0 };
	read_totals(&words, 2, &p);
	reader_skip(&words, 14); // limits, flags, timeout
	p.parameters = read_part(&words, 2, message);
	p.data = read_part(&words, 2, message);
	reader_skip(&words, 2); // how many words follow
	p.function = reader_u16(&words);
	return finish(&words, &p, out);
}

// MS-CIFS 2.2.4.47.1
enum verdict smb1_trans2_secondary_decode(
	struct span message, const struct smb1_block *b, struct smb1_part *out)
{
	struct reader words = reader_make(b->words);
	struct smb1_part p = { 0 };
	read_totals(&words, 2, &p);
	read_placed_parts(&words, 2, message, &p);
	return finish(&words, &p, out);
}

// MS-CIFS 2.2.4.46.2
enum verdict smb1_trans2_answer_decode(struct span message, const struct smb1_block *b, struct smb1_part *out)
{
	struct reader words = reader_make(b->words);
	struct smb1_part p = { 0 };
	read_totals(&words, 2, &p);
	reader_skip(&words, 2);
	read_placed_parts(&words, 2, message, &p);
	return finish(&words, &p, out);
}

// MS-CIFS 2.2.4.62.1
enum verdict smb1_nt_transact_decode(struct span message, const struct smb1_block *b, struct smb1_part *out)
{
	struct reader words = reader_make(b->words);
	struct smb1_part p = { 0 };
	reader_skip(&words, 3);
	read_totals(&words, 4, &p);
	reader_skip(&words, 8); // limits
	p.parameters = read_part(&words, 4, message);
	p.data = read_part(&words, 4, message);
	reader_skip(&words, 1); // how many words follow
	p.function = reader_u16(&words);
	return finish(&words, &p, out);
}

// MS-CIFS 2.2.4.62.2
enum verdict smb1_nt_transact_answer_decode(
	struct span message, const struct smb1_block *b, struct smb1_part *out)
{
	struct reader words = reader_make(b->words);
	struct smb1_part p = { 0 };
	reader_skip(&words, 3);
	read_totals(&words, 4, &p);
	read_placed_parts(&words, 4, message, &p);
	return finish(&words, &p, out);
}

// --- opens ------------------------------------------------------------------------------------------

static enum verdict finish_create(
	const struct reader *r, const struct smb1_create *m, struct smb1_create *out)
{
	if (reader_ok(r))
		*out = *m;
	return reader_verdict(r);
}

static enum verdict finish_answer(
	const struct reader *r, const struct smb1_create_answer *m, struct smb1_create_answer *out)
{
	if (reader_ok(r))
		*out = *m;
	return reader_verdict(r);
}

// MS-CIFS 2.2.6.1.1
enum verdict smb1_open2_decode(struct span parameters, bool unicode, struct smb1_create *out)
{
	struct reader r = reader_make(parameters);
	struct smb1_create m = { 0 };
	reader_skip(&r, 2); // flags
	m.desired_access = smb1_access_of_mode(reader_u16(&r));
	reader_skip(&r, 24); // attributes, time, mode, size
	m.name = smb1_read_text(&r, unicode);
	return finish_create(&r, &m, out);
}

// MS-CIFS 2.2.6.1.2; ActionTaken is as OPEN_ANDX has it.
enum verdict smb1_open2_answer_decode(struct span parameters, struct smb1_create_answer *out)
{
	enum { ATTRIBUTE_DIRECTORY = 0x10 };
	struct reader r = reader_make(parameters);
	struct smb1_create_answer m = { 0 };
	m.fid = reader_u16(&r);
	m.directory = (reader_u16(&r) & ATTRIBUTE_DIRECTORY) != 0;
	reader_skip(&r, 14); // time, size, access, kind, pipe state
	m.action = reader_u16(&r) & 0x3u;
	return finish_answer(&r, &m, out);
}

// MS-CIFS 2.2.7.1.1
enum verdict smb1_nt_transact_create_decode(struct span parameters, bool unicode, struct smb1_create *out)
{
	struct reader r = reader_make(parameters);
	struct smb1_create m = { 0 };
	reader_skip(&r, 8); // flags, root
	m.desired_access = reader_u32(&r);
	reader_skip(&r, 16); // size, attributes, sharing
	m.disposition = reader_u32(&r);
	m.options = reader_u32(&r);
	reader_skip(&r, 8); // lengths of the descriptor and of attributes
	size_t len = reader_u32(&r);
	reader_skip(&r, 5); // impersonation, tracking
	if (unicode)
		reader_align(&r, 2); // parameters begin at a multiple of four (MS-CIFS 3.2.4.1.5)
	m.name = reader_bytes(&r, len);
	return finish_create(&r, &m, out);
}

// MS-CIFS 2.2.7.1.2
enum verdict smb1_nt_transact_create_answer_decode(struct span parameters, struct smb1_create_answer *out)
{
	struct reader r = reader_make(parameters);
	struct smb1_create_answer m = { 0 };
	reader_skip(&r, 2); // oplock
	m.fid = reader_u16(&r);
	m.action = reader_u32(&r);
	reader_skip(&r, 4 + 32 + 4 + 16 + 4); // error, times, attributes, sizes, kind, pipe state
	m.directory = reader_u8(&r) != 0;
	return finish_answer(&r, &m, out);
}

enum {
	POSIX_WRITE_ONLY = 0x02,
	POSIX_READ_WRITE = 0x04,
	POSIX_DIRECTORY = 0x200,
	OPTION_DIRECTORY = 0x01, // FILE_DIRECTORY_FILE
};

// Its access mode in OPEN_ANDX's terms: 0 read, 1 write, 2 both.
static uint16_t mode_of_posix(uint32_t flags)
{
	if ((flags & POSIX_READ_WRITE) != 0)
		return 2;
	return (flags & POSIX_WRITE_ONLY) != 0 ? 1 : 0;
}

enum verdict smb1_posix_open_decode(struct span data, struct smb1_create *out)
{
	struct reader r = reader_make(data);
	struct smb1_create m = { 0 };
	reader_skip(&r, 4); // oplock
	uint32_t flags = reader_u32(&r);
	m.desired_access = smb1_access_of_mode(mode_of_posix(flags));
	m.options = (flags & POSIX_DIRECTORY) != 0 ? OPTION_DIRECTORY : 0;
	return finish_create(&r, &m, out);
}

enum verdict smb1_posix_open_answer_decode(struct span data, struct smb1_create_answer *out)
{
	struct reader r = reader_make(data);
	struct smb1_create_answer m = { 0 };
	reader_skip(&r, 2); // oplock
	m.fid = reader_u16(&r);
	m.action = reader_u32(&r);
	return finish_answer(&r, &m, out);
}

// --- names and information --------------------------------------------------------------------------

static enum verdict read_name(struct reader *r, bool unicode, struct span *name)
{
	struct span text = smb1_read_text(r, unicode);
	if (reader_ok(r))
		*name = text;
	return reader_verdict(r);
}

// MS-CIFS 2.2.6.6.1, 2.2.6.7.1
enum verdict smb1_path_info_decode(struct span parameters, bool unicode, uint16_t *level, struct span *name)
{
	struct reader r = reader_make(parameters);
	*level = reader_u16(&r);
	reader_skip(&r, 4);
	return read_name(&r, unicode, name);
}

// MS-CIFS 2.2.6.14.1
enum verdict smb1_create_directory_decode(struct span parameters, bool unicode, struct span *name)
{
	struct reader r = reader_make(parameters);
	reader_skip(&r, 4);
	return read_name(&r, unicode, name);
}

// MS-CIFS 2.2.6.9.1
enum verdict smb1_set_file_info_decode(struct span parameters, uint16_t *fid, uint16_t *level)
{
	struct reader r = reader_make(parameters);
	*fid = reader_u16(&r);
	*level = reader_u16(&r);
	return reader_verdict(&r);
}

// MS-CIFS 2.2.6.2.1
enum verdict smb1_find_first_decode(struct span parameters, bool unicode, struct span *pattern)
{
	struct reader r = reader_make(parameters);
	reader_skip(&r, 12); // attributes, count, flags, level, storage
	return read_name(&r, unicode, pattern);
}

enum verdict smb1_rename_info_decode(struct span data, bool unicode, struct span *name)
{
	struct reader r = reader_make(data);
	reader_skip(&r, 8); // whether to replace; root
	size_t len = reader_u32(&r);
	struct span text = reader_bytes(&r, len);
	struct reader inner = reader_make(text);
	if (!reader_ok(&r))
		return reader_verdict(&r);
	return read_name(&inner, unicode, name);
}
