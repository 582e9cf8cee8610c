// SPDX-License-Identifier: Apache-2.0
#include "wire/fscc/ea_list.h"

#include <string.h>

#include "base/reader.h"
#include "wire/fscc/chain.h"

enum { EA_ALIGNMENT = 4, EA_FIXED_LEN = 8, EA_NAME_FIXED_LEN = 5, EA_FIRST = 8 };

bool ea_name_valid(const char *name)
{
	size_t len = strlen(name);
	if (len == 0 || len > EA_NAME_LEN_MAX)
		return false;
	for (const char *p = name; *p; p++) {
		if ((unsigned char)*p < 0x20 || strchr("\\/:*?\"<>|,+=[];", *p))
			return false;
	}
	return true;
}

static char ascii_lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c + 'a' - 'A') : c;
}

bool ea_name_equal(const char *a, const char *b)
{
	while (*a && ascii_lower(*a) == ascii_lower(*b)) {
		a++;
		b++;
	}
	return ascii_lower(*a) == ascii_lower(*b);
}

// Room for one more element, doubling; false when memory or the limit is out.
static bool items_grow(struct arena *a, void **items, size_t size, size_t count, size_t *capacity)
{
	if (count < *capacity)
		return true;
	size_t more = *capacity ? *capacity * 2 : EA_FIRST;
	void *grown = count < EA_LIST_MAX ? arena_alloc(a, more * size) : NULL;
	if (!grown)
		return false;
	if (count > 0)
		memcpy(grown, *items, count * size);
	*items = grown;
	*capacity = more;
	return true;
}

// The name and the NUL behind it; NULL when memory is out. A NUL inside makes the name invalid,
// which an impossible name says.
static const char *reader_ea_name(struct reader *r, size_t len, struct arena *a)
{
	struct span bytes = reader_bytes(r, len);
	uint8_t terminator = reader_u8(r);
	reader_require(r, terminator == 0, VERDICT_BAD_VALUE);
	if (!reader_ok(r))
		return "";
	if (len > 0 && memchr(bytes.data, 0, len))
		return arena_strdup(a, "");
	return arena_strndup(a, len > 0 ? (const char *)bytes.data : "", len);
}

static struct nt_status fail_at(struct nt_status status, size_t offset, uint32_t *error_offset)
{
	if (error_offset)
		*error_offset = (uint32_t)offset;
	return status;
}

static struct ea decode_ea(struct reader *r, struct arena *a)
{
	struct ea ea = { 0 };
	reader_skip(r, 4);
	ea.flags = reader_u8(r);
	uint8_t name_len = reader_u8(r);
	uint16_t value_len = reader_u16(r);
	ea.name = reader_ea_name(r, name_len, a);
	ea.value = reader_bytes(r, value_len);
	return ea;
}

struct nt_status ea_list_decode(
	struct span bytes, struct arena *a, struct ea_list *out, uint32_t *error_offset)
{
	struct reader r = reader_make(bytes), entry;
	void *items = NULL;
	size_t count = 0, capacity = 0, offset = 0;
	bool done = false;
	while (chain_next(&r, &done, EA_ALIGNMENT, EA_FIXED_LEN, &entry)) {
		struct ea ea = decode_ea(&entry, a);
		if (!reader_ok(&entry))
			return fail_at(STATUS(EA_LIST_INCONSISTENT), offset, error_offset);
		if (!ea.name || !items_grow(a, &items, sizeof(ea), count, &capacity))
			return STATUS(NO_MEMORY);
		if (!ea_name_valid(ea.name))
			return fail_at(STATUS(INVALID_EA_NAME), offset, error_offset);
		((struct ea *)items)[count++] = ea;
		offset = r.pos;
	}
	if (!reader_ok(&r))
		return fail_at(STATUS(EA_LIST_INCONSISTENT), offset, error_offset);
	*out = (struct ea_list){ .items = items, .count = count };
	return STATUS(SUCCESS);
}

struct nt_status ea_name_list_decode(
	struct span bytes, struct arena *a, struct ea_name_list *out, uint32_t *error_offset)
{
	struct reader r = reader_make(bytes), entry;
	void *names = NULL;
	size_t count = 0, capacity = 0, offset = 0;
	bool done = false;
	while (chain_next(&r, &done, EA_ALIGNMENT, EA_NAME_FIXED_LEN, &entry)) {
		reader_skip(&entry, 4);
		uint8_t len = reader_u8(&entry);
		const char *name = reader_ea_name(&entry, len, a);
		if (!reader_ok(&entry))
			return fail_at(STATUS(EA_LIST_INCONSISTENT), offset, error_offset);
		if (!name || !items_grow(a, &names, sizeof(name), count, &capacity))
			return STATUS(NO_MEMORY);
		if (!ea_name_valid(name))
			return fail_at(STATUS(INVALID_EA_NAME), offset, error_offset);
		((const char **)names)[count++] = name;
		offset = r.pos;
	}
	if (!reader_ok(&r))
		return fail_at(STATUS(EA_LIST_INCONSISTENT), offset, error_offset);
	*out = (struct ea_name_list){ .names = names, .count = count };
	return STATUS(SUCCESS);
}

static bool encode_ea(const struct ea *ea, struct chain *chain)
{
	struct writer *w = chain->w;
	size_t name_len = strlen(ea->name), before = w->pos, entry = chain_open(chain);
	if (name_len > EA_NAME_LEN_MAX || ea->value.len > UINT16_MAX)
		w->overflow = true;
	writer_u32(w, 0);
	writer_u8(w, ea->flags);
	writer_u8(w, (uint8_t)name_len);
	writer_u16(w, (uint16_t)ea->value.len);
	writer_bytes(w, ea->name, name_len + 1);
	writer_span(w, ea->value);
	return chain_close(chain, before, entry);
}

size_t ea_list_encode(const struct ea_list *list, size_t first, struct writer *w)
{
	struct chain chain = { .w = w, .alignment = EA_ALIGNMENT, .start = w->pos, .last = w->pos };
	size_t i = first;
	while (i < list->count && encode_ea(&list->items[i], &chain))
		i++;
	return i > first ? i - first : 0;
}

bool ea_name_list_encode(const struct ea_name_list *list, struct writer *w)
{
	struct chain chain = { .w = w, .alignment = EA_ALIGNMENT, .start = w->pos, .last = w->pos };
	for (size_t i = 0; i < list->count; i++) {
		size_t len = strlen(list->names[i]), before = w->pos, entry = chain_open(&chain);
		if (len > EA_NAME_LEN_MAX)
			return false;
		writer_u32(w, 0);
		writer_u8(w, (uint8_t)len);
		writer_bytes(w, list->names[i], len + 1);
		if (!chain_close(&chain, before, entry))
			return false;
	}
	return true;
}

size_t ea_list_len(const struct ea_list *list)
{
	size_t len = 0;
	for (size_t i = 0; i < list->count; i++) {
		len = (len + EA_ALIGNMENT - 1) & ~(size_t)(EA_ALIGNMENT - 1);
		len += EA_FIXED_LEN + strlen(list->items[i].name) + 1 + list->items[i].value.len;
	}
	return len;
}

uint32_t ea_list_ea_size(const struct ea_list *list)
{
	size_t len = list->count ? 4 : 0;
	for (size_t i = 0; i < list->count; i++)
		len += 4 + strlen(list->items[i].name) + 1 + list->items[i].value.len;
	return len > UINT32_MAX ? UINT32_MAX : (uint32_t)len;
}
