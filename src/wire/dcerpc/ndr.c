// SPDX-License-Identifier: Apache-2.0
#include "wire/dcerpc/ndr.h"

#include "base/utf16.h"

enum { FIRST_REFERENT = 0x00020000, REFERENT_STEP = 4 };

uint8_t ndr_read_u8(struct reader *r)
{
	return reader_u8(r);
}

uint16_t ndr_read_u16(struct reader *r)
{
	reader_align(r, 2);
	return reader_u16(r);
}

uint32_t ndr_read_u32(struct reader *r)
{
	reader_align(r, 4);
	return reader_u32(r);
}

uint64_t ndr_read_u64(struct reader *r)
{
	reader_align(r, 8);
	return reader_u64(r);
}

bool ndr_read_pointer(struct reader *r)
{
	return ndr_read_u32(r) != 0;
}

uint32_t ndr_read_count(struct reader *r, uint32_t limit)
{
	uint32_t count = ndr_read_u32(r);
	reader_require(r, count <= limit, VERDICT_TOO_LONG);
	return reader_ok(r) ? count : 0;
}

char *ndr_read_string(struct reader *r, struct arena *a)
{
	uint32_t max_count = ndr_read_count(r, NDR_STRING_UNITS_MAX);
	uint32_t offset = ndr_read_u32(r);
	uint32_t actual_count = ndr_read_u32(r);
	// A [string] starts at 0 and carries its NUL (C706 14.3.4).
	reader_require(r, offset == 0 && actual_count > 0 && actual_count <= max_count, VERDICT_BAD_VALUE);
	struct span units = reader_bytes(r, 2 * (size_t)actual_count);
	if (!reader_ok(r) || units.len < 2)
		return NULL;
	size_t text_len = units.len - 2;
	reader_require(r, units.data[text_len] == 0 && units.data[text_len + 1] == 0, VERDICT_BAD_VALUE);
	char *text = reader_ok(r) ? utf16_to_utf8(a, span_make(units.data, text_len)) : NULL;
	reader_require(r, text != NULL, VERDICT_BAD_VALUE);
	return text;
}

char *ndr_read_string_pointer(struct reader *r, struct arena *a)
{
	return ndr_read_pointer(r) ? ndr_read_string(r, a) : NULL;
}

struct ndr_writer ndr_writer_make(struct writer *w)
{
	return (struct ndr_writer){ .w = w, .origin = w->pos, .next_referent = FIRST_REFERENT };
}

void ndr_write_align(struct ndr_writer *n, size_t alignment)
{
	writer_align(n->w, alignment, n->origin);
}

void ndr_write_u8(struct ndr_writer *n, uint8_t v)
{
	writer_u8(n->w, v);
}

void ndr_write_u16(struct ndr_writer *n, uint16_t v)
{
	ndr_write_align(n, 2);
	writer_u16(n->w, v);
}

void ndr_write_u32(struct ndr_writer *n, uint32_t v)
{
	ndr_write_align(n, 4);
	writer_u32(n->w, v);
}

void ndr_write_u64(struct ndr_writer *n, uint64_t v)
{
	ndr_write_align(n, 8);
	writer_u64(n->w, v);
}

void ndr_write_pointer(struct ndr_writer *n, bool present)
{
	ndr_write_u32(n, present ? n->next_referent : 0);
	if (present)
		n->next_referent += REFERENT_STEP;
}

void ndr_write_string(struct ndr_writer *n, const char *text)
{
	size_t len = utf16_len_of_utf8(text);
	if (len > 2 * (size_t)(NDR_STRING_UNITS_MAX - 1)) {
		text = "";
		len = 0;
	}
	uint32_t units = (uint32_t)(len / 2) + 1;
	ndr_write_u32(n, units);
	ndr_write_u32(n, 0);
	ndr_write_u32(n, units);
	(void)writer_utf16(n->w, text);
	writer_u16(n->w, 0);
}

void ndr_write_string_pointer(struct ndr_writer *n, const char *text_or_null)
{
	ndr_write_pointer(n, text_or_null != NULL);
	if (text_or_null != NULL)
		ndr_write_string(n, text_or_null);
}
