// SPDX-License-Identifier: Apache-2.0
// Two more texts that hold a registry: registry.pol as LGPO.exe writes it out, and security templates.
#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "audit/lint/registry_reader.h"

static bool span_is(struct span s, const char *word)
{
	return s.len == strlen(word) && strncasecmp((const char *)s.data, word, s.len) == 0;
}

static struct span trimmed(struct span s)
{
	while (s.len > 0 && isspace(s.data[0]))
		s = span_make(s.data + 1, s.len - 1);
	while (s.len > 0 && isspace(s.data[s.len - 1]))
		s.len--;
	return s;
}

static bool take_prefix(struct span *s, const char *word)
{
	size_t len = strlen(word);
	if (s->len < len || strncasecmp((const char *)s->data, word, len) != 0)
		return false;
	*s = span_make(s->data + len, s->len - len);
	return true;
}

static char *copy_of(struct registry_reader *r, struct span s)
{
	char *text = arena_strndup(r->settings->arena, (const char *)s.data, s.len);
	r->settings->no_memory |= text == NULL;
	return text;
}

static const char *decimal(struct registry_reader *r, struct span s)
{
	char *text = copy_of(r, trimmed(s));
	char *end = text;
	unsigned long number = text != NULL ? strtoul(text, &end, 0) : 0;
	if (text != NULL && (*text == '\0' || *end != '\0'))
		return text;
	return text != NULL ? arena_printf(r->settings->arena, "%lu", number) : NULL;
}

// Each NUL as it is written, "\0", becomes a new line.
static void nuls_to_newlines(char *text)
{
	char *out = text;
	while (*text != '\0') {
		bool nul = text[0] == '\\' && text[1] == '0';
		*out++ = nul ? '\n' : *text;
		text += nul ? 2 : 1;
	}
	*out = '\0';
}

// "DWORD:1", "SZ:text", "EXSZ:text", "MULTISZ:a\0b", "DELETE" and others that delete.
static const char *policy_data(struct registry_reader *r, struct span s)
{
	if (take_prefix(&s, "DWORD:") || take_prefix(&s, "QWORD:"))
		return decimal(r, s);
	if (take_prefix(&s, "SZ:") || take_prefix(&s, "EXSZ:"))
		return copy_of(r, s);
	if (take_prefix(&s, "MULTISZ:")) {
		char *text = copy_of(r, s);
		if (text != NULL)
			nuls_to_newlines(text);
		return text;
	}
	if (span_is(s, "DELETE") || span_is(s, "DELETEALLVALUES") || span_is(s, "CLEAR"))
		return REGISTRY_DELETED;
	return copy_of(r, s);
}

static bool next_content(struct registry_reader *r, struct span *out)
{
	while (registry_next_line(r)) {
		*out = trimmed(registry_rest(r));
		if (out->len > 0 && out->data[0] != ';')
			return true;
	}
	return false;
}

// Four lines: Computer or User, the key, the value's name, what is done with it.
static void take_policy(struct registry_reader *r, struct span whose)
{
	struct span key, name, action;
	const char *root = span_is(whose, "Computer") ? "HKLM\\" : span_is(whose, "User") ? "HKCU\\" : NULL;
	if (root == NULL) {
		registry_fail(r, "an entry begins with a line Computer or User");
		return;
	}
	unsigned line = r->line;
	if (!next_content(r, &key) || !next_content(r, &name) || !next_content(r, &action)) {
		registry_fail(r, "an entry needs four lines: Computer or User, KEY, NAME, TYPE:DATA");
		return;
	}
	char *path = arena_printf(r->settings->arena, "%s%.*s", root, (int)key.len, (const char *)key.data);
	if (path != NULL)
		registry_enter(r, path, strlen(path), line, key);
	const char *label = copy_of(r, name);
	const char *value = policy_data(r, action);
	if (path == NULL || label == NULL || value == NULL)
		r->settings->no_memory = r->failed = true;
	else if (!r->failed)
		registry_add(r, label, value, r->line, action);
}

void registry_parse_policy(struct registry_reader *r)
{
	struct span line = trimmed(registry_rest(r));
	registry_mark_partial(r);
	if (line.len > 0 && line.data[0] != ';')
		take_policy(r, line);
	while (!r->failed && next_content(r, &line))
		take_policy(r, line);
}

// MACHINE\KEY\NAME=TYPE,DATA; a comma in a text of type 7 separates texts.
static void take_template_line(struct registry_reader *r, struct span line)
{
	const uint8_t *equals = memchr(line.data, '=', line.len);
	const uint8_t *slash = equals != NULL ? memrchr(line.data, '\\', (size_t)(equals - line.data)) : NULL;
	const uint8_t *line_end = line.data + line.len;
	const uint8_t *comma = slash != NULL ? memchr(equals, ',', (size_t)(line_end - equals)) : NULL;
	if (comma == NULL) {
		registry_fail(r, "a value needs the form MACHINE\\KEY\\NAME=TYPE,DATA");
		return;
	}
	struct span name = trimmed(span_make(slash + 1, (size_t)(equals - slash - 1)));
	struct span data = trimmed(span_make(comma + 1, (size_t)(line_end - comma - 1)));
	if (data.len >= 2 && data.data[0] == '"' && data.data[data.len - 1] == '"')
		data = span_make(data.data + 1, data.len - 2);
	registry_enter(r, (const char *)line.data, (size_t)(slash - line.data), r->line, line);
	const char *label = copy_of(r, name);
	char *value = copy_of(r, data);
	for (char *p = equals[1] == '7' ? value : NULL; p != NULL && *p != '\0'; p++)
		*p = *p == ',' ? '\n' : *p;
	if (label == NULL || value == NULL)
		r->failed = true;
	else if (!r->failed)
		registry_add(r, label, value, r->line, line);
}

void registry_parse_template(struct registry_reader *r)
{
	struct span line = trimmed(registry_rest(r));
	registry_mark_partial(r);
	bool inside = span_is(line, "[Registry Values]");
	while (!r->failed && next_content(r, &line)) {
		if (line.data[0] == '[')
			inside = span_is(line, "[Registry Values]");
		else if (inside)
			take_template_line(r, line);
	}
}
