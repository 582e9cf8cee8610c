// SPDX-License-Identifier: Apache-2.0
#include "wire/kerberos/pac_ndr.h"

#include "base/utf16.h"
#include "wire/dcerpc/ndr.h"

enum {
	SERIALIZATION_VERSION = 1,
	LITTLE_ENDIAN_MARK = 0x10,
	COMMON_HEADER_LEN = 8,
	NAME_UNITS_MAX = 1024,
};

void pac_headers_decode(struct reader *r)
{
	reader_require(r, reader_u8(r) == SERIALIZATION_VERSION, VERDICT_BAD_VALUE);
	reader_require(r, reader_u8(r) == LITTLE_ENDIAN_MARK, VERDICT_BAD_VALUE);
	reader_require(r, reader_u16(r) == COMMON_HEADER_LEN, VERDICT_BAD_VALUE);
	(void)reader_u32(r); // filler
	uint32_t object_len = reader_u32(r);
	(void)reader_u32(r);
	reader_require(r, object_len <= reader_left(r), VERDICT_TRUNCATED);
	reader_require(r, ndr_read_pointer(r), VERDICT_BAD_VALUE);
}

struct pac_text_head pac_text_head_decode(struct reader *r)
{
	struct pac_text_head t = { .length = ndr_read_u16(r) };

	(void)ndr_read_u16(r); // MaximumLength: the array that follows has its own
	t.present = ndr_read_pointer(r);
	reader_require(r, t.length % 2 == 0 && (t.present || t.length == 0), VERDICT_BAD_VALUE);
	return t;
}

// A conformant and varying array of characters without a terminator (C706 14.3.3.4).
const char *pac_text_decode(struct reader *r, struct arena *a, const struct pac_text_head *head)
{
	if (!head->present)
		return arena_strdup(a, "");
	uint32_t max_count = ndr_read_u32(r);
	uint32_t offset = ndr_read_u32(r);
	uint32_t count = ndr_read_count(r, NAME_UNITS_MAX);
	reader_require(r, offset == 0 && count <= max_count && count == head->length / 2u, VERDICT_BAD_VALUE);
	struct span units = reader_bytes(r, 2 * (size_t)count);
	const char *text = reader_ok(r) ? utf16_to_utf8(a, units) : NULL;
	reader_require(r, text != NULL, VERDICT_BAD_VALUE);
	return text;
}
