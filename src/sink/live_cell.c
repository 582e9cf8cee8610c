// SPDX-License-Identifier: Apache-2.0
#include "sink/live_cell.h"

#include <string.h>
#include <wchar.h>

locale_t live_cell_locale(void)
{
	return newlocale(LC_CTYPE_MASK, "C.UTF-8", (locale_t)0);
}

struct glyph {
	const char *bytes;
	size_t len, columns;
};

static struct glyph next_glyph(const char **text, mbstate_t *state)
{
	wchar_t c;
	const char *at = *text;
	size_t len = mbrtowc(&c, at, strlen(at), state);
	if (len == 0 || len > strlen(at)) { // it is not valid
		memset(state, 0, sizeof(*state));
		*text = at + 1;
		return (struct glyph){ "?", 1, 1 };
	}
	*text = at + len;
	int columns = wcwidth(c);
	// What has no width could be heaped upon a neighbour without end.
	return columns == 1 || columns == 2 ? (struct glyph){ at, len, (size_t)columns }
					    : (struct glyph){ "?", 1, 1 };
}

static void put_bytes(struct live_cell_line *l, const char *bytes, size_t len)
{
	if (l->used + len + 1 > l->size)
		return;
	memcpy(l->text + l->used, bytes, len);
	l->used += len;
	l->text[l->used] = '\0';
}

static void fill(struct live_cell_line *l, size_t columns)
{
	for (; columns > 0; columns--, l->columns++)
		put_bytes(l, " ", 1);
}

static size_t columns_of(const char *text)
{
	mbstate_t state = { 0 };
	size_t columns = 0;
	while (*text != '\0')
		columns += next_glyph(&text, &state).columns;
	return columns;
}

static void put_cut(struct live_cell_line *l, const char *text, size_t columns)
{
	mbstate_t state = { 0 };
	bool whole = columns_of(text) <= columns;
	size_t room = whole ? columns : columns - 1;
	while (*text != '\0') {
		struct glyph g = next_glyph(&text, &state);
		if (g.columns > room)
			break;
		put_bytes(l, g.bytes, g.len);
		room -= g.columns;
		l->columns += g.columns;
	}
	if (!whole) {
		put_bytes(l, "~", 1);
		l->columns++;
	}
}

// Without the locale nothing but ASCII is valid, and the rest appears as '?'.
static void put(struct live_cell_line *l, const char *text, size_t columns, bool right, bool filled)
{
	size_t room = l->columns_max - l->columns;
	columns = columns < room ? columns : room;
	if (columns == 0)
		return;
	locale_t before = l->locale == (locale_t)0 ? (locale_t)0 : uselocale(l->locale);
	size_t wanted = columns_of(text), begin = l->columns;
	if (right && filled && wanted < columns)
		fill(l, columns - wanted);
	put_cut(l, text, columns - (l->columns - begin));
	if (filled)
		fill(l, columns - (l->columns - begin));
	if (before != (locale_t)0)
		(void)uselocale(before);
}

void live_cell_put(struct live_cell_line *l, const char *text, size_t columns, bool right)
{
	put(l, text, columns, right, true);
}

void live_cell_append(struct live_cell_line *l, const char *text)
{
	put(l, text, l->columns_max, false, false);
}

void live_cell_style(struct live_cell_line *l, const char *style)
{
	const char *sequence = style == NULL ? "\033[0m" : style;
	if (l->colour)
		put_bytes(l, sequence, strlen(sequence));
}

size_t live_cell_columns(const char *text, locale_t locale)
{
	locale_t before = locale == (locale_t)0 ? (locale_t)0 : uselocale(locale);
	size_t columns = columns_of(text);
	if (before != (locale_t)0)
		(void)uselocale(before);
	return columns;
}
