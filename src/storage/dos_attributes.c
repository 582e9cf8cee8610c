// SPDX-License-Identifier: Apache-2.0
#include "storage/dos_attributes.h"

#include <errno.h>

#include "base/filetime.h"
#include "storage/fd_xattr.h"
#include "storage/file_times.h"

// valid_flags of the blob's versions from 3 on.
#define VALID_ATTRIBUTES 0x01u
#define VALID_CREATE_TIME 0x10u

#define VERSION_WRITTEN 5
#define ENCODED_LEN 24
// "0x" and 8 digits.
#define HEX_TEXT_MAX 10

uint32_t dos_attributes_present(uint32_t stored, bool is_directory)
{
	uint32_t kept = stored & (DOS_ATTRIBUTES_STORED & ~FILE_ATTRIBUTE_DIRECTORY);
	// A directory has no data to be sparse; TEMPORARY is refused on one (MS-FSA 2.1.5.15.2).
	if (is_directory)
		return (kept & ~(FILE_ATTRIBUTE_SPARSE_FILE | FILE_ATTRIBUTE_TEMPORARY)) |
		       FILE_ATTRIBUTE_DIRECTORY;
	return kept ? kept : FILE_ATTRIBUTE_NORMAL;
}

static uint64_t earliest(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

void dos_attributes_default(const struct statx *st, struct dos_attributes *out)
{
	struct file_times times;
	file_times_of_statx(st, &times);
	uint64_t created = times.creation;
	if (!created)
		created = earliest(earliest(times.last_write, times.change), times.last_access);
	*out = (struct dos_attributes){
		.attributes = dos_attributes_present(
			S_ISREG(st->stx_mode) ? FILE_ATTRIBUTE_ARCHIVE : 0, S_ISDIR(st->stx_mode)),
		.create_time = created ? created : 1,
	};
}

// Who may not read a file's data may not read its user attributes either, but may still see the file.
static bool means_absent(ssize_t err)
{
	return err == -ENODATA || err == -ENOTSUP || err == -EACCES || err == -EPERM || err == -ERANGE;
}

int dos_attributes_load(int fd, const struct statx *st, struct dos_attributes *out)
{
	uint8_t blob[DOS_ATTRIBUTES_BLOB_MAX];
	ssize_t len = fd_xattr_get(fd, DOS_ATTRIBUTES_XATTR, blob, sizeof(blob));
	if (len < 0 && !means_absent(len))
		return (int)len;
	dos_attributes_default(st, out);
	uint32_t attributes;
	uint64_t create_time;
	if (len < 0 ||
		dos_attributes_decode(span_make(blob, (size_t)len), &attributes, &create_time) != VERDICT_OK)
		return 0;
	out->attributes = dos_attributes_present(attributes, S_ISDIR(st->stx_mode));
	if (create_time)
		out->create_time = create_time;
	out->stored = true;
	return 0;
}

int dos_attributes_save(int fd, const struct dos_attributes *in)
{
	uint8_t blob[ENCODED_LEN];
	struct writer w = writer_make(blob, sizeof(blob));
	dos_attributes_encode(&w, in->attributes, in->create_time);
	return fd_xattr_set(fd, DOS_ATTRIBUTES_XATTR, writer_since(&w, 0), 0);
}

void dos_attributes_encode(struct writer *w, uint32_t attributes, uint64_t create_time)
{
	size_t start = w->pos;
	writer_u8(w, 0); // attrib_hex: the empty string; only Samba 3.0 wanted it
	writer_align(w, 2, start);
	writer_u16(w, VERSION_WRITTEN);
	writer_u16(w, VERSION_WRITTEN); // the union's discriminant
	writer_align(w, 4, start);
	writer_u32(w, VALID_ATTRIBUTES | (create_time ? VALID_CREATE_TIME : 0));
	writer_u32(w, attributes & DOS_ATTRIBUTES_STORED);
	writer_u64(w, create_time);
}

// The fields of one version after the discriminant.
struct stored_info {
	uint32_t attributes;
	uint64_t create_time;
};

static void decode_info1(struct reader *r, struct stored_info *out)
{
	out->attributes = reader_u32(r);
	reader_skip(r, 4 + 8 + 8); // ea_size, size, alloc_size: of then, the file knows better
	out->create_time = reader_u64(r);
	reader_skip(r, 8); // change_time
}

// The creation time of this version is not used: no flag says whether it is there (as Samba).
static void decode_info2(struct reader *r, struct stored_info *out)
{
	reader_skip(r, 4); // flags
	out->attributes = reader_u32(r);
	reader_skip(r, 4 + 8 + 8 + 8 + 8 + 8); // sizes and times; a name follows
}

static void decode_info3(struct reader *r, struct stored_info *out)
{
	uint32_t valid = reader_u32(r);
	out->attributes = reader_u32(r);
	reader_skip(r, 4 + 8 + 8);
	uint64_t created = reader_u64(r);
	reader_skip(r, 8);
	out->create_time = valid & VALID_CREATE_TIME ? created : 0;
}

static void decode_info4_and_5(struct reader *r, uint16_t version, struct stored_info *out)
{
	uint32_t valid = reader_u32(r);
	out->attributes = reader_u32(r);
	if (version == 4)
		reader_skip(r, 8); // itime, once the source of the file id
	uint64_t created = reader_u64(r);
	out->create_time = valid & VALID_CREATE_TIME ? created : 0;
}

static void decode_info(struct reader *r, uint16_t version, struct stored_info *out)
{
	switch (version) {
	case 1:
		decode_info1(r, out);
		break;
	case 2:
		decode_info2(r, out);
		break;
	case 3:
		decode_info3(r, out);
		break;
	case 4:
	case 5:
		decode_info4_and_5(r, version, out);
		break;
	default:
		reader_fail(r, VERDICT_BAD_VALUE);
	}
}

static int hex_digit(uint8_t c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if ((c | 0x20) >= 'a' && (c | 0x20) <= 'f')
		return (c | 0x20) - 'a' + 10;
	return -1;
}

// "0x22": all there was before Samba 3.2, with or without a NUL.
static void decode_hex(struct reader *r, struct span text, struct stored_info *out)
{
	bool prefixed = text.len > 2 && text.data[0] == '0' && (text.data[1] | 0x20) == 'x';
	reader_require(r, prefixed && text.len <= HEX_TEXT_MAX, VERDICT_BAD_VALUE);
	for (size_t i = 2; reader_ok(r) && i < text.len; i++) {
		int digit = hex_digit(text.data[i]);
		reader_require(r, digit >= 0, VERDICT_BAD_VALUE);
		out->attributes = out->attributes << 4 | (uint32_t)(digit & 0xf);
	}
}

// attrib_hex, up to its NUL, which may be missing at the blob's end.
static struct span read_attrib_hex(struct reader *r)
{
	size_t start = r->pos;
	size_t len = 0;
	while (reader_left(r) && reader_u8(r) != 0)
		len++;
	return span_make(r->base + start, len);
}

enum verdict dos_attributes_decode(struct span blob, uint32_t *attributes, uint64_t *create_time)
{
	struct reader r = reader_make(blob);
	struct stored_info info = { 0 };
	reader_require(&r, blob.len > 0, VERDICT_TRUNCATED);
	reader_require(&r, blob.len <= DOS_ATTRIBUTES_BLOB_MAX, VERDICT_TOO_LONG);
	struct span text = read_attrib_hex(&r);
	if (reader_ok(&r) && reader_left(&r) == 0) {
		decode_hex(&r, text, &info);
	} else {
		reader_align(&r, 2);
		uint16_t version = reader_u16(&r);
		reader_require(&r, reader_u16(&r) == version, VERDICT_BAD_VALUE);
		reader_align(&r, 4);
		decode_info(&r, version, &info);
	}
	// Trailing bytes are allowed: version 2 ends with a name, and NDR readers do not mind.
	enum verdict v = reader_verdict(&r);
	if (v != VERDICT_OK)
		return v;
	*attributes = info.attributes & DOS_ATTRIBUTES_STORED;
	*create_time = info.create_time;
	return VERDICT_OK;
}
