// SPDX-License-Identifier: Apache-2.0
#include "audit/report/report_clean.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "base/utf16.h"

enum { PIECE_LEN = 16, REPLACEMENT = 0xfffd };

// C0, DEL and C1, marks and changes of direction, what has no width, the ends of lines, tags.
static bool is_steering(uint32_t c)
{
	return c < 0x20 || (c >= 0x7f && c < 0xa0) || c == 0xad || c == 0x061c || c == 0x180e ||
	       (c >= 0x200b && c <= 0x200f) || (c >= 0x2028 && c <= 0x202e) || (c >= 0x2060 && c <= 0x206f) ||
	       c == 0xfeff || (c >= 0xfff9 && c <= 0xfffb) || (c >= 0xe0000 && c <= 0xe0fff);
}

// XML has no such characters, not even escaped.
static bool is_no_character(uint32_t c)
{
	return c == UTF8_INVALID || (c >= 0xd800 && c <= 0xdfff) || (c & 0xfffe) == 0xfffe;
}

static size_t put_one(char piece[PIECE_LEN], uint32_t c)
{
	if (is_no_character(c))
		c = REPLACEMENT;
	if (c == '\t')
		c = ' ';
	if (is_steering(c))
		return (size_t)snprintf(piece, PIECE_LEN, c < 0x80 ? "\\x%02x" : "\\u{%x}", c);
	return utf8_put(piece, c);
}

const char *report_clean(struct arena *a, const char *text)
{
	char out[REPORT_TEXT_MAX + 4], piece[PIECE_LEN];
	size_t used = 0;

	if (!text)
		return NULL;
	while (*text) {
		uint32_t c = utf8_next(&text);
		size_t len = put_one(piece, c);

		if (c == UTF8_INVALID)
			text++;
		if (used + len > REPORT_TEXT_MAX) {
			memcpy(out + used, "...", 4);
			used += 3;
			break;
		}
		memcpy(out + used, piece, len);
		used += len;
	}
	return arena_strndup(a, out, used);
}

void report_clean_line(char *line, size_t size)
{
	struct arena scratch;
	const char *clean;

	arena_init(&scratch, NULL, 0);
	clean = report_clean(&scratch, line);
	(void)snprintf(line, size, "%s", clean ? clean : "");
	arena_reset(&scratch);
}
