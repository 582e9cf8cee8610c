// SPDX-License-Identifier: Apache-2.0
// Signet's own configuration: read by the server's own reader, so that what it refuses is refused here in the
// same words; only the lines are looked up beside it.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "audit/lint/lint_format.h"
#include "audit/lint/lint_lines.h"
#include "audit/lint/rules_signet.h"
#include "config/config.h"
#include "config/config_document.h"
#include "config/config_schema.h"

// "FILE:LINE: what" without its beginning; the line is 0 when there is none.
static const char *message_body(const char *message, const char *file, unsigned *line)
{
	size_t len = strlen(file);
	char *end;
	*line = 0;
	if (strncmp(message, file, len) != 0 || message[len] != ':')
		return message;
	unsigned long number = strtoul(message + len + 1, &end, 10);
	if (*end != ':')
		return message + len + 1 + strspn(message + len + 1, " ");
	*line = (unsigned)number;
	return end + 1 + strspn(end + 1, " ");
}

static void take_messages(struct lint_settings *s, const char *file, const struct config_messages *m)
{
	for (size_t i = 0; i < m->count; i++) {
		unsigned line;
		const char *body = message_body(m->lines[i], file, &line);
		const struct lint_place where = { file, line, body };
		if (i == 0)
			lint_settings_fail(s, file, line, "%s", body);
		else
			(void)lint_settings_remark(s, "configuration_malformed", NULL, &where, "%s", body);
	}
	if (m->count == 0 && s->signet == NULL)
		s->no_memory = true;
}

// The line of an entry, as it stands: both go through the file from its beginning.
static const char *raw_line(struct lint_lines *lines, struct lint_line *line, unsigned number)
{
	while (line->number < number) {
		if (!lint_lines_next(lines, line))
			return NULL;
	}
	return line->number == number ? line->raw : NULL;
}

static void take_document(
	struct lint_settings *s, const struct lint_text *t, const struct config_document *document)
{
	struct lint_lines lines;
	struct lint_line line = { 0 };
	if (!lint_lines_init(&lines, s->arena, t, true)) {
		s->no_memory = true;
		return;
	}
	for (size_t h = 0; h < document->heading_count; h++) {
		const struct config_heading *heading = &document->headings[h];
		char *name = arena_strdup(s->arena, heading->text);
		const struct lint_place where = { t->file, heading->line, NULL };
		if (name != NULL)
			lint_squeeze(name);
		if (name == NULL || (heading->line != 0 && lint_section_add(s, name, &where) == NULL))
			return;
		for (size_t e = 0; e < heading->entry_count; e++) {
			const struct config_entry *entry = &heading->entries[e];
			const struct lint_place place = { t->file, entry->line,
				raw_line(&lines, &line, entry->line) };
			if (!lint_settings_add(s, name, entry->key, entry->value, &place, NULL))
				return;
		}
	}
}

static void parse(struct lint_settings *s, const struct lint_text *t)
{
	struct config_document document = { 0 };
	struct config_messages errors = { 0 };
	struct config_messages ignored = { 0 };
	if (t->len > CONFIG_FILE_LEN_MAX) {
		lint_settings_fail(s, t->file, 0, "larger than a configuration may be");
		return;
	}
	s->signet = config_parse(t->file, t->text, t->len, &errors);
	take_messages(s, t->file, &errors);
	if (s->signet != NULL && config_document_read(t->file, t->text, t->len, &document, &ignored) == 0)
		take_document(s, t, &document);
	config_document_done(&document);
	config_messages_done(&ignored);
	config_messages_done(&errors);
}

// "server", or "share NAME" and its like.
static int section_of_heading(const char *text)
{
	for (int i = 0; i < CONFIG_SECTION_COUNT; i++) {
		size_t len = strlen(config_sections[i].word);
		bool named = config_sections[i].named;
		if (strncmp(text, config_sections[i].word, len) == 0 &&
			(named ? text[len] == ' ' || text[len] == '\t' : text[len] == 0))
			return i;
	}
	return -1;
}

static int section_of_line(char *text)
{
	char *close = strchr(text, ']');
	if (close == NULL)
		return -1;
	*close = 0;
	text += 1 + strspn(text + 1, " \t");
	for (size_t len = strlen(text); len > 0 && text[len - 1] == ' '; len--)
		text[len - 1] = 0;
	return section_of_heading(text);
}

static unsigned recognise(const struct lint_text *t)
{
	struct arena arena;
	struct lint_lines lines;
	struct lint_line line;
	unsigned known = 0;
	unsigned all = 0;
	unsigned headings = 0;
	int section = -1;
	arena_init(&arena, NULL, 0);
	bool ok = lint_lines_init(&lines, &arena, t, true);
	for (unsigned i = 0; ok && i < 2000 && lint_lines_next(&lines, &line); i++) {
		char *name;
		char *value;
		if (line.text[0] == '[') {
			section = section_of_line(line.text);
			headings += section >= 0 ? 1 : 0;
		} else if (line.text[0] != '#' && line.text[0] != ';' &&
			   lint_split(line.text, &name, &value)) {
			all++;
			known += section >= 0 && config_key_find((enum config_section)section, name) != NULL;
		}
	}
	arena_reset(&arena);
	if (headings == 0)
		return 0;
	return 20 + (all == 0 ? 0 : 70 * known / all);
}

const struct lint_format_kind lint_format_signet = {
	.format = LINT_SIGNET,
	.word = "signet",
	.system = "signet.conf",
	.names = { "signet" },
	.platform = PLATFORM_SIGNET,
	.recognise = recognise,
	.parse = parse,
	.judge = rules_signet,
};
