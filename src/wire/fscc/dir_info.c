// SPDX-License-Identifier: Apache-2.0
#include "wire/fscc/dir_info.h"

#include "wire/fscc/chain.h"
#include "wire/fscc/file_attributes.h"
#include "wire/fscc/name_wire.h"

enum { SHORT_NAME_LEN = 24, DIR_ALIGNMENT = 8 };

enum dir_id { ID_NONE, ID_64, ID_64_AFTER_4, ID_64_AFTER_2, ID_128 };

// What each class adds to the name, in the order of the wire: base, EaSize, ReparsePointTag, the
// file id where it comes first, the short name, the file id where it comes last.
struct dir_class {
	uint8_t level;
	uint8_t fixed_len;
	bool base; // times, sizes, attributes
	bool ea;
	bool tag;
	enum dir_id id_first;
	bool short_name;
	enum dir_id id_last;
};

static const struct dir_class classes[] = {
	{ FILE_DIRECTORY_INFORMATION, 64, true, false, false, ID_NONE, false, ID_NONE },
	{ FILE_FULL_DIRECTORY_INFORMATION, 68, true, true, false, ID_NONE, false, ID_NONE },
	{ FILE_BOTH_DIRECTORY_INFORMATION, 94, true, true, false, ID_NONE, true, ID_NONE },
	{ FILE_NAMES_INFORMATION, 12, false, false, false, ID_NONE, false, ID_NONE },
	{ FILE_ID_BOTH_DIRECTORY_INFORMATION, 104, true, true, false, ID_NONE, true, ID_64_AFTER_2 },
	{ FILE_ID_FULL_DIRECTORY_INFORMATION, 80, true, true, false, ID_64_AFTER_4, false, ID_NONE },
	{ FILE_ID_EXTD_DIRECTORY_INFORMATION, 88, true, true, true, ID_128, false, ID_NONE },
	{ FILE_ID_EXTD_BOTH_DIRECTORY_INFORMATION, 114, true, true, true, ID_128, true, ID_NONE },
	{ FILE_ID_64_EXTD_DIRECTORY_INFORMATION, 80, true, true, true, ID_64, false, ID_NONE },
	{ FILE_ID_64_EXTD_BOTH_DIRECTORY_INFORMATION, 106, true, true, true, ID_64, true, ID_NONE },
};

static const struct dir_class *class_find(uint8_t level)
{
	for (size_t i = 0; i < ARRAY_LEN(classes); i++) {
		if (classes[i].level == level)
			return &classes[i];
	}
	return NULL;
}

size_t dir_info_fixed_len(uint8_t level)
{
	const struct dir_class *class = class_find(level);
	return class ? class->fixed_len : 0;
}

static void encode_base(const struct dir_info *e, struct writer *w)
{
	writer_u64(w, e->times.creation);
	writer_u64(w, e->times.last_access);
	writer_u64(w, e->times.last_write);
	writer_u64(w, e->times.change);
	writer_u64(w, e->end_of_file);
	writer_u64(w, e->allocation_size);
	writer_u32(w, e->attributes);
}

static void encode_short_name(const char *name, struct writer *w)
{
	uint32_t len = name_wire_len(name);
	if (len > SHORT_NAME_LEN)
		len = 0; // not an 8.3 name
	writer_u8(w, (uint8_t)len);
	writer_u8(w, 0);
	if (len > 0)
		writer_name(w, name);
	writer_zeros(w, SHORT_NAME_LEN - len);
}

static void encode_id(enum dir_id kind, const struct dir_info *e, struct writer *w)
{
	if (kind == ID_NONE)
		return;
	if (kind == ID_128) {
		writer_bytes(w, e->file_id_128, sizeof(e->file_id_128));
		return;
	}
	if (kind != ID_64)
		writer_zeros(w, kind == ID_64_AFTER_4 ? 4 : 2);
	writer_u64(w, e->file_id);
}

static void encode_entry(const struct dir_class *class, const struct dir_info *e, struct writer *w)
{
	// MS-FSCC 2.4.8: for reparse points EaSize holds the tag, where the tag has no field of its own.
	bool tag_as_ea = !class->tag && (e->attributes & FILE_ATTRIBUTE_REPARSE_POINT);
	writer_u32(w, 0); // NextEntryOffset
	writer_u32(w, e->file_index);
	if (class->base)
		encode_base(e, w);
	writer_u32(w, name_wire_len(e->name));
	if (class->ea)
		writer_u32(w, tag_as_ea ? e->reparse_tag : e->ea_size);
	if (class->tag)
		writer_u32(w, e->reparse_tag);
	encode_id(class->id_first, e, w);
	if (class->short_name)
		encode_short_name(e->short_name, w);
	encode_id(class->id_last, e, w);
	writer_name(w, e->name);
}

struct dir_info_list dir_info_begin(struct writer *w, uint8_t level)
{
	return (struct dir_info_list){ .w = w, .level = level, .start = w->pos, .last = w->pos };
}

enum dir_append dir_info_append(struct dir_info_list *list, const struct dir_info *entry)
{
	const struct dir_class *class = class_find(list->level);
	if (!class || !name_wire_ok(entry->name) || !name_wire_ok(entry->short_name))
		return DIR_APPEND_BAD_NAME;
	struct chain chain = { list->w, DIR_ALIGNMENT, list->start, list->last, list->count };
	size_t before = list->w->pos, at = chain_open(&chain);
	encode_entry(class, entry, list->w);
	if (!chain_close(&chain, before, at))
		return DIR_APPEND_FULL;
	list->last = chain.last;
	list->count = chain.count;
	return DIR_APPEND_OK;
}

struct dir_walk dir_walk_begin(struct span bytes, uint8_t level)
{
	struct dir_walk walk = { .r = reader_make(bytes), .level = level };
	reader_require(&walk.r, class_find(level) != NULL, VERDICT_BAD_VALUE);
	return walk;
}

static void decode_base(struct reader *r, struct dir_info *e)
{
	e->times.creation = reader_u64(r);
	e->times.last_access = reader_u64(r);
	e->times.last_write = reader_u64(r);
	e->times.change = reader_u64(r);
	e->end_of_file = reader_u64(r);
	e->allocation_size = reader_u64(r);
	e->attributes = reader_u32(r);
}

static const char *decode_short_name(struct reader *r, struct arena *a)
{
	uint8_t len = reader_u8(r);
	reader_skip(r, 1);
	struct reader field = reader_make(reader_bytes(r, SHORT_NAME_LEN));
	const char *name = len && reader_ok(r) ? reader_name(&field, a, len) : NULL;
	reader_require(r, reader_ok(&field), VERDICT_BAD_SIZE);
	return name;
}

static void decode_id(enum dir_id kind, struct reader *r, struct dir_info *e)
{
	if (kind == ID_NONE)
		return;
	if (kind == ID_128) {
		reader_copy(r, e->file_id_128, sizeof(e->file_id_128));
		return;
	}
	if (kind != ID_64)
		reader_skip(r, kind == ID_64_AFTER_4 ? 4 : 2);
	e->file_id = reader_u64(r);
}

static struct dir_info decode_entry(const struct dir_class *class, struct reader *r, struct arena *a)
{
	struct dir_info e = { 0 };
	reader_skip(r, 4);
	e.file_index = reader_u32(r);
	if (class->base)
		decode_base(r, &e);
	uint32_t name_len = reader_u32(r);
	if (class->ea)
		e.ea_size = reader_u32(r);
	if (class->tag)
		e.reparse_tag = reader_u32(r);
	decode_id(class->id_first, r, &e);
	if (class->short_name)
		e.short_name = decode_short_name(r, a);
	decode_id(class->id_last, r, &e);
	e.name = reader_name(r, a, name_len);
	if (class->ea && !class->tag && (e.attributes & FILE_ATTRIBUTE_REPARSE_POINT)) {
		e.reparse_tag = e.ea_size;
		e.ea_size = 0;
	}
	return e;
}

bool dir_walk_next(struct dir_walk *walk, struct arena *a, struct dir_info *out)
{
	const struct dir_class *class = class_find(walk->level);
	struct reader bytes;
	if (!class || !chain_next(&walk->r, &walk->done, DIR_ALIGNMENT, class->fixed_len, &bytes))
		return false;
	struct dir_info entry = decode_entry(class, &bytes, a);
	reader_require(&walk->r, reader_ok(&bytes), bytes.verdict);
	if (!reader_ok(&walk->r))
		return false;
	*out = entry;
	return true;
}
