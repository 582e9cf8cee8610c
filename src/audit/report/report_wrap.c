// SPDX-License-Identifier: Apache-2.0
#include "audit/report/report_wrap.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "base/utf16.h"

enum { LABEL_COLUMNS = 7, ROOM_MIN = 20 };

static int columns_of(uint32_t c)
{
	return (c >= 0x1100 && c <= 0x115f) || (c >= 0x2e80 && c <= 0xa4cf) || (c >= 0xac00 && c <= 0xd7a3) ||
			       (c >= 0xf900 && c <= 0xfaff) || (c >= 0xfe30 && c <= 0xfe6f) ||
			       (c >= 0xff00 && c <= 0xff60) || (c >= 0x1f300 && c <= 0x1faff) ||
			       (c >= 0x20000 && c <= 0x3fffd)
		       ? 2
		       : 1;
}

int report_columns(const char *text)
{
	int columns = 0;

	for (uint32_t c = utf8_next(&text); c != 0 && c != UTF8_INVALID; c = utf8_next(&text))
		columns += columns_of(c);
	return columns;
}

static int label_columns(const struct wrap_shape *shape)
{
	return !shape->label ? 0 : shape->gap ? shape->gap : LABEL_COLUMNS;
}

static void put_start(FILE *out, const struct wrap_shape *shape, bool first)
{
	int columns = label_columns(shape);

	fprintf(out, "%*s", shape->indent, "");
	if (columns)
		fprintf(out, "%-*s%s", columns - 1, first ? shape->label : "", " ");
}

// How many bytes of text make the next line of at most room columns; *next: where the one after begins.
static size_t line_len(const char *text, int room, const char **next)
{
	const char *at = text, *blank = NULL;
	int columns = 0;

	for (;;) {
		const char *before = at;
		uint32_t c = utf8_next(&at);

		if (c == 0 || c == UTF8_INVALID) {
			*next = before;
			return (size_t)(before - text);
		}
		if (c == ' ')
			blank = before;
		columns += columns_of(c);
		if (columns > room && before > text) {
			*next = blank ? blank + 1 : before;
			return (size_t)((blank ? blank : before) - text);
		}
	}
}

void report_wrap(FILE *out, struct wrap_shape shape, const char *text)
{
	int room = shape.width - shape.indent - label_columns(&shape);
	bool first = true;

	if (room < ROOM_MIN)
		room = ROOM_MIN;
	do {
		const char *next;
		size_t len = line_len(text, room, &next);

		put_start(out, &shape, first);
		fprintf(out, "%.*s\n", (int)len, text);
		if (next == text)
			return;
		text = next;
		first = false;
	} while (*text);
}

void report_wrap_lines(FILE *out, struct wrap_shape shape, const char *text)
{
	bool first = true;

	while (*text) {
		size_t len = strcspn(text, "\n");

		put_start(out, &shape, first);
		fprintf(out, "%.*s\n", (int)len, text);
		text += len + (text[len] != 0);
		first = false;
	}
}
