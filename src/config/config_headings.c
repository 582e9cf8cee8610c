// SPDX-License-Identifier: Apache-2.0
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/utf16.h"
#include "config/config_build.h"
#include "config/config_nearest.h"

enum { SHARE_NAME_CHARACTERS_MAX = 80 }; // MS-SRVS 2.2.4.23: what clients take

static bool share_name_valid(const char *name)
{
	size_t characters = 0;
	for (uint32_t c = utf8_next(&name); c != 0; c = utf8_next(&name)) {
		if (c == UTF8_INVALID || c < ' ' || (c < 0x80 && strchr("\"/\\[]:|<>+=;,*?", (int)c) != NULL))
			return false;
		characters++;
	}
	return characters >= 1 && characters <= SHARE_NAME_CHARACTERS_MAX;
}

static bool share_name_reserved(const char *name)
{
	static const char *const reserved[] = { "IPC$", "PIPE", "MAILSLOT" };
	for (size_t i = 0; i < ARRAY_LEN(reserved); i++) {
		if (strcasecmp(name, reserved[i]) == 0)
			return true;
	}
	return false;
}

// Splits "share My files" into its section and name; false when the word is no section's.
static bool heading_split(const char *text, enum config_section *section, const char **name)
{
	size_t word_len = strcspn(text, " \t");
	for (size_t i = 0; i < CONFIG_SECTION_COUNT; i++) {
		if (strlen(config_sections[i].word) == word_len &&
			strncmp(text, config_sections[i].word, word_len) == 0) {
			*section = (enum config_section)i;
			*name = text + word_len + strspn(text + word_len, " \t");
			return true;
		}
	}
	return false;
}

static void complain_unknown(struct build *b, const struct config_heading *h)
{
	char word[32] = "";
	strncat(word, h->text, strcspn(h->text, " \t") < 31 ? strcspn(h->text, " \t") : 31);
	for (size_t i = 0; i < CONFIG_SECTION_COUNT; i++) {
		if (word_is_near(
			    word, config_sections[i].word, word_distance(word, config_sections[i].word))) {
			BUILD_COMPLAIN(b, h->line, "there is no section [%.80s]; did you mean [%s]?", h->text,
				config_sections[i].heading);
			return;
		}
	}
	if (strcasecmp(h->text, "global") == 0)
		BUILD_COMPLAIN(b, h->line, "there is no section [%.80s]; did you mean [server]?", h->text);
	else
		BUILD_COMPLAIN(b, h->line, "there is no section [%.80s]; a share is headed [share %.80s]",
			h->text, h->text);
}

// Whether the name suits its section; complains otherwise.
static bool name_check(
	struct build *b, const struct config_heading *h, enum config_section section, const char *name)
{
	const struct config_section_info *info = &config_sections[section];
	if (!info->named && *name != 0) {
		BUILD_COMPLAIN(b, h->line, "[%s] has no name; write [%s]", info->word, info->heading);
		return false;
	}
	if (info->named && *name == 0) {
		BUILD_COMPLAIN(b, h->line, "[%s] needs a name; write [%s]", info->word, info->heading);
		return false;
	}
	if (section == CONFIG_SHARE && share_name_reserved(name)) {
		BUILD_COMPLAIN(
			b, h->line, "'%s' is a name of the protocol itself; give the share another", name);
		return false;
	}
	bool valid =
		!info->named || (section == CONFIG_SHARE ? share_name_valid(name) : user_name_valid(name));
	if (!valid)
		BUILD_COMPLAIN(b, h->line,
			"'%.100s' cannot name a %s; use at most %d characters, and none of %s", name,
			info->word,
			section == CONFIG_SHARE ? SHARE_NAME_CHARACTERS_MAX : USER_NAME_CHARACTERS_MAX,
			section == CONFIG_SHARE ? "\" / \\ [ ] : | < > + = ; , * ?"
						: "space, \" / \\ [ ] : ; | = , + * ? < > @ #");
	return valid;
}

static bool repeated(
	struct build *b, const struct config_heading *h, enum config_section section, const char *name)
{
	for (size_t i = 0; i < b->section_count; i++) {
		const struct build_section *s = &b->sections[i];
		if (s->section != section || strcasecmp(s->name, name) != 0)
			continue;
		BUILD_COMPLAIN(b, h->line,
			"[%s] was given in line %u already; put all its keys under one heading", h->text,
			s->heading->line);
		return true;
	}
	return false;
}

static void build_heading(struct build *b, const struct config_heading *h)
{
	enum config_section section;
	const char *name;
	if (!heading_split(h->text, &section, &name)) {
		complain_unknown(b, h);
		return;
	}
	if (!name_check(b, h, section, name) || repeated(b, h, section, name))
		return;
	unsigned *lines = calloc(config_key_count, sizeof(*lines));
	b->no_memory |= lines == NULL;
	b->sections[b->section_count++] =
		(struct build_section){ .section = section, .heading = h, .name = name, .lines = lines };
}

void build_headings(struct build *b)
{
	const struct config_document *d = b->document;
	b->sections = calloc(d->heading_count + 1, sizeof(*b->sections));
	b->section_count = 0;
	b->no_memory |= b->sections == NULL;
	if (!b->no_memory && d->headings[0].entry_count > 0)
		BUILD_COMPLAIN(b, d->headings[0].entries[0].line,
			"'%s' comes before any heading; put it under [server] or [share NAME]",
			d->headings[0].entries[0].key);
	for (size_t i = 1; i < d->heading_count && !b->no_memory; i++)
		build_heading(b, &d->headings[i]);
}
