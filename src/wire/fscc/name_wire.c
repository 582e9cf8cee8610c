// SPDX-License-Identifier: Apache-2.0
#include "wire/fscc/name_wire.h"

#include "base/utf16.h"

bool name_wire_ok(const char *name)
{
	return !name || utf16_len_of_utf8(name) <= UINT32_MAX;
}

uint32_t name_wire_len(const char *name)
{
	return name && name_wire_ok(name) ? (uint32_t)utf16_len_of_utf8(name) : 0;
}

static void writer_units(struct writer *w, uint32_t code_point)
{
	if (code_point < 0x10000) {
		writer_u16(w, (uint16_t)code_point);
		return;
	}
	writer_u16(w, (uint16_t)(0xD800 + ((code_point - 0x10000) >> 10)));
	writer_u16(w, (uint16_t)(0xDC00 + ((code_point - 0x10000) & 0x3FF)));
}

void writer_name(struct writer *w, const char *name)
{
	if (!name || !name_wire_ok(name))
		return;
	uint32_t code_point;
	while (writer_ok(w) && (code_point = utf8_next(&name)) != 0)
		writer_units(w, code_point);
}

const char *reader_name(struct reader *r, struct arena *a, size_t len)
{
	struct span utf16 = reader_bytes(r, len);
	const char *name = reader_ok(r) ? utf16_to_utf8(a, utf16) : NULL;
	reader_require(r, name != NULL, VERDICT_BAD_VALUE);
	return name;
}
