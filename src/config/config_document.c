// SPDX-License-Identifier: Apache-2.0
#include "config/config_document.h"

#include <assert.h>
#include <errno.h>
#include <ini.h>
#include <stdlib.h>
#include <string.h>

#include "base/utf16.h"

// What libinih is given in place of a value that is longer than its buffer. No line can have it
// otherwise: control characters are refused before.
#define LONG_VALUE "\x1f"

// Reads for libinih, line by line.
struct source {
	struct config_document *document;
	struct config_messages *errors;
	const char *next; // unread text
	const char *end;
	unsigned next_line;
	unsigned line;          // the one that libinih has, by its first physical line
	char *joined;           // its text; as large as the file
	const char *long_value; // what LONG_VALUE stands for
	bool expect_entry;      // it should come back to handle_entry
	bool skip_entries;      // the heading was bad: its keys mean nothing
	bool no_memory;
};

#define COMPLAIN(source, what, ...)                                                                          \
	config_messages_add(                                                                                 \
		(source)->errors, "%s:%u: " what, (source)->document->file, (source)->line, ##__VA_ARGS__)

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r';
}

// One physical line appended at joined + len, without its end; returns the new length.
static size_t source_append_line(struct source *s, size_t len)
{
	const char *newline = memchr(s->next, '\n', (size_t)(s->end - s->next));
	const char *stop = newline != NULL ? newline : s->end;
	size_t more = (size_t)(stop - s->next);
	memcpy(s->joined + len, s->next, more);
	len += more;
	while (len > 0 && is_blank(s->joined[len - 1]))
		len--;
	s->next = newline != NULL ? newline + 1 : s->end;
	s->next_line++;
	s->joined[len] = 0;
	return len;
}

// The next logical line, white space at its ends removed; NULL at the end of the file.
static char *source_next_line(struct source *s)
{
	if (s->next == s->end)
		return NULL;
	s->line = s->next_line;
	size_t len = source_append_line(s, 0);
	const char *text = s->joined + strspn(s->joined, " \t");
	bool comment = *text == '#' || *text == ';';
	while (!comment && len > 0 && s->joined[len - 1] == '\\' && s->next < s->end) {
		s->joined[len - 1] = ' ';
		len = source_append_line(s, len);
	}
	// A NUL inside: text that text_clean refuses stands for the line.
	if (strlen(s->joined) != len)
		return strcpy(s->joined, LONG_VALUE);
	return s->joined + strspn(s->joined, " \t");
}

static bool text_clean(const char *text)
{
	for (uint32_t c = utf8_next(&text); c != 0; c = utf8_next(&text)) {
		if (c == UTF8_INVALID || (c >= 0xd800 && c <= 0xdfff) || (c < ' ' && c != '\t') || c == 0x7f)
			return false;
	}
	return true;
}

static int document_add_heading(struct config_document *d, unsigned line, const char *text, size_t len)
{
	struct config_heading *grown = reallocarray(d->headings, d->heading_count + 1, sizeof(*grown));
	if (grown == NULL)
		return -ENOMEM;
	d->headings = grown;
	char *copy = strndup(text, len);
	if (copy == NULL)
		return -ENOMEM;
	grown[d->heading_count++] = (struct config_heading){ .line = line, .text = copy };
	return 0;
}

// "[text]" and nothing after it but a comment.
static void source_take_heading(struct source *s, const char *line)
{
	const char *close = strchr(line, ']');
	const char *after = close != NULL ? close + 1 + strspn(close + 1, " \t") : "";
	s->skip_entries = close == NULL || (*after != 0 && *after != ';' && *after != '#');
	if (s->skip_entries) {
		COMPLAIN(s,
			"a heading needs the form [SECTION] or [SECTION NAME]; its keys are not looked at");
		return;
	}
	line += 1 + strspn(line + 1, " \t");
	while (close > line && is_blank(close[-1]))
		close--;
	size_t len = close > line ? (size_t)(close - line) : 0;
	s->no_memory |= document_add_heading(s->document, s->line, line, len) != 0;
}

// Where an inline comment begins, as libinih has it: at a semicolon after white space.
static void cut_comment(char *value)
{
	for (char *p = value; *p != 0; p++) {
		if (*p == ';' && p > value && is_blank(p[-1])) {
			*p = 0;
			break;
		}
	}
	for (size_t len = strlen(value); len > 0 && is_blank(value[len - 1]); len--)
		value[len - 1] = 0;
}

// "key = value" into libinih's buffer, a long value by its stand-in. False when it is neither.
static bool source_put_entry(struct source *s, char *line, char *out, size_t cap)
{
	size_t key_len = strcspn(line, "=:");
	if (line[key_len] == 0 || key_len == 0) {
		COMPLAIN(s, "'%.60s' is neither a heading nor KEY = VALUE; a comment starts with #", line);
		return false;
	}
	if (key_len > CONFIG_KEY_LEN_MAX) {
		COMPLAIN(s, "no key is as long as '%.60s'; put KEY = VALUE", line);
		return false;
	}
	if (strlen(line) + 3 <= cap) {
		strcpy(out, line);
		return true;
	}
	char *value = line + key_len + 1;
	value += strspn(value, " \t");
	cut_comment(value);
	s->long_value = value;
	memcpy(out, line, key_len);
	strcpy(out + key_len, "=" LONG_VALUE);
	return true;
}

// Classifies a logical line; what libinih shall split goes to out, everything else leaves it empty.
static void source_take_line(struct source *s, char *line, char *out, size_t cap)
{
	if (*line == 0 || *line == '#' || *line == ';')
		return;
	if (!text_clean(line)) {
		COMPLAIN(s, "the line has bytes that are no UTF-8 text; write it anew, as plain text");
		return;
	}
	if (*line == '[')
		source_take_heading(s, line);
	else if (!s->skip_entries)
		s->expect_entry = source_put_entry(s, line, out, cap);
}

// libinih's reader, with the contract of fgets.
static char *source_read(char *out, int cap, void *stream)
{
	struct source *s = stream;
	if (s->expect_entry)
		COMPLAIN(s, "the line cannot be read; put KEY = VALUE");
	s->expect_entry = false;
	s->long_value = NULL;
	assert(cap > CONFIG_KEY_LEN_MAX + 4);
	char *line = s->no_memory ? NULL : source_next_line(s);
	if (line == NULL)
		return NULL;
	*out = 0;
	source_take_line(s, line, out, (size_t)cap);
	return strcat(out, "\n");
}

// libinih's handler: nonzero is success.
static int handle_entry(void *user, const char *section, const char *key, const char *value)
{
	struct source *s = user;
	(void)section;
	s->expect_entry = false;
	if (strcmp(value, LONG_VALUE) == 0)
		value = s->long_value;
	struct config_heading *h = &s->document->headings[s->document->heading_count - 1];
	struct config_entry *grown = reallocarray(h->entries, h->entry_count + 1, sizeof(*grown));
	struct config_entry entry = { .line = s->line, .key = strdup(key), .value = strdup(value) };
	if (grown != NULL)
		h->entries = grown;
	if (grown == NULL || entry.key == NULL || entry.value == NULL) {
		free(entry.key);
		free(entry.value);
		s->no_memory = true;
		return 1;
	}
	h->entries[h->entry_count++] = entry;
	return 1;
}

int config_document_read(const char *file, const char *text, size_t len, struct config_document *out,
	struct config_messages *errors)
{
	struct source s = {
		.document = out, .errors = errors, .next = text, .end = text + len, .next_line = 1
	};
	*out = (struct config_document){ .file = file };
	if (len >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0)
		s.next += 3;
	s.joined = malloc(len + sizeof(LONG_VALUE));
	s.no_memory = s.joined == NULL || document_add_heading(out, 0, "", 0) != 0;
	// Bad lines were told by the reader already, each of them; libinih's result knows only the first.
	(void)ini_parse_stream(source_read, &s, handle_entry, &s);
	free(s.joined);
	return s.no_memory ? -ENOMEM : 0;
}

static void heading_done(struct config_heading *h)
{
	for (size_t i = 0; i < h->entry_count; i++) {
		free(h->entries[i].key);
		free(h->entries[i].value);
	}
	free(h->entries);
	free(h->text);
}

void config_document_done(struct config_document *d)
{
	for (size_t i = 0; i < d->heading_count; i++)
		heading_done(&d->headings[i]);
	free(d->headings);
	*d = (struct config_document){ 0 };
}
