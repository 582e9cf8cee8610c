// SPDX-License-Identifier: Apache-2.0
#include "server/state/notify_buffer.h"

#include <stdlib.h>
#include <string.h>

#include "base/utf16.h"
#include "wire/fscc/notify_info.h"

enum { CAP_MIN = 256, NAME_LEN_MAX = 4096 };

void notify_buffer_init(struct notify_buffer *b, size_t limit)
{
	*b = (struct notify_buffer){ .limit = limit };
}

void notify_buffer_done(struct notify_buffer *b)
{
	free(b->bytes);
	*b = (struct notify_buffer){ .limit = b->limit };
}

bool notify_buffer_empty(const struct notify_buffer *b)
{
	return b->count == 0 && !b->overflow;
}

void notify_buffer_overflow(struct notify_buffer *b)
{
	notify_buffer_done(b);
	b->overflow = true;
}

static bool buffer_grow(struct notify_buffer *b)
{
	size_t cap = b->cap == 0 ? CAP_MIN : 2 * b->cap;
	if (cap > b->limit)
		cap = b->limit;
	uint8_t *bytes = cap > b->cap ? realloc(b->bytes, cap) : NULL;
	if (bytes == NULL)
		return false;
	b->bytes = bytes;
	b->cap = cap;
	return true;
}

// Whether the record that starts at pos says the same as the one before it.
static bool repeats_last(const struct notify_buffer *b, size_t pos, size_t end)
{
	size_t last_len = b->len - b->last;
	const size_t skip = 4; // NextEntryOffset
	return b->count > 0 && end - pos == last_len &&
	       memcmp(b->bytes + pos + skip, b->bytes + b->last + skip, last_len - skip) == 0;
}

static void forget_appended(struct notify_buffer *b)
{
	struct writer w = writer_make(b->bytes, b->cap);
	w.pos = b->len;
	writer_patch_u32(&w, b->last, 0); // NextEntryOffset of what is the last record again
}

static bool try_append(struct notify_buffer *b, uint32_t action, const char *name)
{
	struct writer w = writer_make(b->bytes, b->cap);
	w.pos = b->len;
	struct notify_list list = { .w = &w, .start = 0, .last = b->last, .count = b->count };
	if (!notify_list_append(&list, action, name))
		return false;
	bool modified = action == FILE_ACTION_MODIFIED || action == FILE_ACTION_MODIFIED_STREAM;
	if (modified && repeats_last(b, list.last, w.pos)) {
		forget_appended(b);
		return true;
	}
	b->len = w.pos;
	b->last = list.last;
	b->count = list.count;
	return true;
}

void notify_buffer_append(struct notify_buffer *b, uint32_t action, const char *name)
{
	char wire_name[NAME_LEN_MAX];
	size_t len = strlen(name);
	if (b->overflow || utf16_len_of_utf8(name) == SIZE_MAX)
		return;
	if (len >= sizeof(wire_name)) {
		notify_buffer_overflow(b);
		return;
	}
	for (size_t i = 0; i <= len; i++)
		wire_name[i] = name[i] == '/' ? '\\' : name[i];
	while (!try_append(b, action, wire_name)) {
		if (buffer_grow(b))
			continue;
		notify_buffer_overflow(b);
		return;
	}
}

bool notify_buffer_take(struct notify_buffer *b, size_t max, uint8_t **bytes, size_t *len)
{
	bool fits = !b->overflow && b->len <= max;
	if (fits) {
		*bytes = b->bytes;
		*len = b->len;
		b->bytes = NULL;
	}
	notify_buffer_done(b);
	return fits;
}
