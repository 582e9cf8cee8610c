// SPDX-License-Identifier: Apache-2.0
#include "wire/fscc/notify_info.h"

#include "wire/fscc/chain.h"
#include "wire/fscc/name_wire.h"

enum { NOTIFY_ALIGNMENT = 4, NOTIFY_FIXED_LEN = 12 };

struct notify_list notify_list_begin(struct writer *w)
{
	return (struct notify_list){ .w = w, .start = w->pos, .last = w->pos };
}

bool notify_list_append(struct notify_list *list, uint32_t action, const char *name)
{
	if (!name_wire_ok(name))
		return false;
	struct chain chain = { list->w, NOTIFY_ALIGNMENT, list->start, list->last, list->count };
	size_t before = list->w->pos, at = chain_open(&chain);
	writer_u32(list->w, 0); // NextEntryOffset
	writer_u32(list->w, action);
	writer_u32(list->w, name_wire_len(name));
	writer_name(list->w, name);
	if (!chain_close(&chain, before, at))
		return false;
	list->last = chain.last;
	list->count = chain.count;
	return true;
}

struct notify_walk notify_walk_begin(struct span bytes)
{
	return (struct notify_walk){ .r = reader_make(bytes) };
}

bool notify_walk_next(struct notify_walk *walk, struct arena *a, uint32_t *action, const char **name)
{
	struct reader entry;
	if (!chain_next(&walk->r, &walk->done, NOTIFY_ALIGNMENT, NOTIFY_FIXED_LEN, &entry))
		return false;
	reader_skip(&entry, 4);
	uint32_t what = reader_u32(&entry);
	uint32_t len = reader_u32(&entry);
	const char *text = reader_name(&entry, a, len);
	reader_require(&walk->r, reader_ok(&entry), entry.verdict);
	if (!reader_ok(&walk->r))
		return false;
	*action = what;
	*name = text;
	return true;
}
