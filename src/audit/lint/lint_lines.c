// SPDX-License-Identifier: Apache-2.0
#include "audit/lint/lint_lines.h"

#include <ctype.h>
#include <string.h>

// The length of the physical line at an offset, without its end.
static size_t line_len(const struct lint_text *t, size_t offset, size_t *next)
{
	const char *start = t->text + offset;
	const char *newline = memchr(start, '\n', t->len - offset);
	size_t len = newline != NULL ? (size_t)(newline - start) : t->len - offset;
	*next = offset + len + (newline != NULL ? 1 : 0);
	while (len > 0 && start[len - 1] == '\r')
		len--;
	return len;
}

static bool is_comment(const char *start, size_t len)
{
	while (len > 0 && (*start == ' ' || *start == '\t')) {
		start++;
		len--;
	}
	return len > 0 && (*start == '#' || *start == ';');
}

// Where the logical line at the cursor ends, and of how many lines it is. A comment is one line, whatever it
// ends in.
static size_t logical_end(const struct lint_lines *l, unsigned *count)
{
	size_t next = l->offset;
	bool goes_on = l->continued && !is_comment(l->text->text + next, l->text->len - next);
	*count = 0;
	for (;;) {
		size_t at = next;
		size_t len = line_len(l->text, at, &next);
		++*count;
		if (!goes_on || len == 0 || l->text->text[at + len - 1] != '\\' || next == l->text->len)
			return next;
	}
}

// The physical lines one after the other, without the backslashes between them.
static char *join_lines(const struct lint_lines *l, unsigned count)
{
	char *text = l->buffer;
	size_t len = 0;
	size_t at = l->offset;
	for (unsigned i = 0; i < count; i++) {
		size_t next;
		size_t more = line_len(l->text, at, &next);
		memcpy(text + len, l->text->text + at, more);
		len += more;
		if (i + 1 < count)
			len--;
		at = next;
	}
	text[len] = 0;
	return text;
}

static char *trim(char *text)
{
	while (isspace((unsigned char)*text))
		text++;
	size_t len = strlen(text);
	while (len > 0 && isspace((unsigned char)text[len - 1]))
		len--;
	text[len] = 0;
	return text;
}

bool lint_lines_init(struct lint_lines *l, struct arena *a, const struct lint_text *t, bool continued)
{
	*l = (struct lint_lines){ .text = t, .number = 1, .continued = continued };
	l->buffer = arena_alloc(a, t->len + 1);
	return l->buffer != NULL;
}

static void keep_raw(const char *start, size_t len, struct lint_line *out)
{
	if (len > LINT_LINE_MAX)
		len = LINT_LINE_MAX;
	memcpy(out->raw_text, start, len);
	out->raw_text[len] = 0;
	out->raw = trim(out->raw_text);
}

bool lint_lines_next(struct lint_lines *l, struct lint_line *out)
{
	if (l->offset >= l->text->len)
		return false;
	size_t end = logical_end(l, &out->count);
	const char *start = l->text->text + l->offset;
	out->number = l->number;
	out->has_nul = memchr(start, 0, end - l->offset) != NULL;
	keep_raw(start, end - l->offset, out);
	out->text = trim(join_lines(l, out->count));
	l->offset = end;
	l->number += out->count;
	return true;
}

void lint_squeeze(char *text)
{
	char *to = text;
	const char *from = text + strspn(text, " \t\r\n\f\v");
	while (*from != 0) {
		size_t blanks = strspn(from, " \t\r\n\f\v");
		from += blanks;
		if (blanks > 0 && *from != 0)
			*to++ = ' ';
		if (*from != 0)
			*to++ = *from++;
	}
	*to = 0;
}

bool lint_split(char *text, char **name, char **value)
{
	char *equals = strchr(text, '=');
	if (equals == NULL)
		return false;
	*equals = 0;
	*name = text;
	*value = equals + 1;
	lint_squeeze(*name);
	lint_squeeze(*value);
	return true;
}
