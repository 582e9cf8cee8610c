// SPDX-License-Identifier: Apache-2.0
#include "wire/fscc/fsctl.h"
#include "wire/fscc/name_wire.h"

#define REPARSE_TAG_MICROSOFT 0x80000000u
enum { SYMLINK_FIXED_LEN = 12 };

enum verdict fsctl_reparse_decode(struct span bytes, struct fsctl_reparse *out)
{
	struct reader r = reader_make(bytes);
	struct fsctl_reparse reparse = { 0 };
	reparse.tag = reader_u32(&r);
	uint16_t len = reader_u16(&r);
	reader_skip(&r, 2);
	// 0 to 2 are reserved (MS-FSCC 2.1.2.1).
	reader_require(&r, reparse.tag > 2, VERDICT_BAD_VALUE);
	reparse.has_guid = !(reparse.tag & REPARSE_TAG_MICROSOFT);
	if (reparse.has_guid)
		reparse.guid = reader_guid(&r);
	reader_require(&r, len <= REPARSE_DATA_LEN_MAX && len == reader_left(&r), VERDICT_BAD_SIZE);
	reparse.data = reader_bytes(&r, len);
	if (reader_ok(&r))
		*out = reparse;
	return reader_verdict(&r);
}

void fsctl_reparse_encode(const struct fsctl_reparse *reparse, struct writer *w)
{
	writer_u32(w, reparse->tag);
	writer_u16(w, (uint16_t)reparse->data.len);
	writer_u16(w, 0);
	if (reparse->has_guid)
		writer_guid(w, &reparse->guid);
	writer_span(w, reparse->data);
}

static const char *name_at(struct reader *r, struct arena *a, uint16_t offset, uint16_t len)
{
	struct reader name =
		reader_make(reader_at(r, (size_t)SYMLINK_FIXED_LEN + offset, len, SYMLINK_FIXED_LEN));
	const char *text = reader_ok(r) ? reader_name(&name, a, len) : NULL;
	reader_require(r, reader_ok(&name), name.verdict);
	return text;
}

enum verdict fsctl_symlink_decode(struct span data, struct arena *a, struct fsctl_symlink *out)
{
	struct reader r = reader_make(data);
	uint16_t substitute_offset = reader_u16(&r);
	uint16_t substitute_len = reader_u16(&r);
	uint16_t print_offset = reader_u16(&r);
	uint16_t print_len = reader_u16(&r);
	struct fsctl_symlink symlink = { .flags = reader_u32(&r) };
	symlink.substitute_name = name_at(&r, a, substitute_offset, substitute_len);
	symlink.print_name = name_at(&r, a, print_offset, print_len);
	if (reader_ok(&r))
		*out = symlink;
	return reader_verdict(&r);
}

bool fsctl_symlink_encode(const struct fsctl_symlink *symlink, struct writer *w)
{
	uint32_t substitute_len = name_wire_len(symlink->substitute_name);
	uint32_t print_len = name_wire_len(symlink->print_name);
	if (!name_wire_ok(symlink->substitute_name) || !name_wire_ok(symlink->print_name) ||
		substitute_len + print_len > REPARSE_DATA_LEN_MAX - SYMLINK_FIXED_LEN)
		return false;
	writer_u16(w, 0);
	writer_u16(w, (uint16_t)substitute_len);
	writer_u16(w, (uint16_t)substitute_len);
	writer_u16(w, (uint16_t)print_len);
	writer_u32(w, symlink->flags);
	writer_name(w, symlink->substitute_name);
	writer_name(w, symlink->print_name);
	return true;
}
