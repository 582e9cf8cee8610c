// SPDX-License-Identifier: Apache-2.0
#include "audit/lint/lint_settings.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "config/config.h"

void lint_settings_init(struct lint_settings *s, enum lint_format format, struct arena *arena)
{
	*s = (struct lint_settings){ .format = format, .arena = arena };
	s->last = &s->first;
	s->last_section = &s->sections;
	s->last_remark = &s->remarks;
}

void lint_settings_done(struct lint_settings *s)
{
	HASH_CLEAR(hh, s->index);
	config_unref(s->signet);
	s->signet = NULL;
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

bool lint_name_equal(const char *a, const char *b)
{
	for (;; a++, b++) {
		while (is_blank(*a))
			a++;
		while (is_blank(*b))
			b++;
		if (tolower((unsigned char)*a) != tolower((unsigned char)*b))
			return false;
		if (*a == 0)
			return true;
	}
}

char *lint_name_normalise(struct arena *a, const char *name)
{
	char *copy = arena_strdup(a, name);
	char *to = copy;
	if (copy == NULL)
		return NULL;
	for (const char *c = name; *c != 0; c++) {
		if (!is_blank(*c))
			*to++ = (char)tolower((unsigned char)*c);
	}
	*to = 0;
	return copy;
}

bool lint_value_is(const struct lint_setting *setting, const char *word)
{
	return setting != NULL && strcasecmp(setting->value, word) == 0;
}

void lint_settings_fail(struct lint_settings *s, const char *file, unsigned line, const char *fmt, ...)
{
	char text[512];
	va_list ap;
	if (s->error != NULL)
		return;
	va_start(ap, fmt);
	(void)vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	s->error = arena_strdup(s->arena, text);
	s->error_file = file;
	s->error_line = line;
	s->no_memory |= s->error == NULL;
}

static struct lint_remark *remark_new(struct lint_settings *s, const char *id, const char *subject,
	const struct lint_place *where, const char *summary)
{
	struct lint_remark *remark = arena_zalloc(s->arena, sizeof(*remark));
	if (remark == NULL)
		return NULL;
	remark->id = id;
	remark->subject = subject != NULL ? arena_strdup(s->arena, subject) : NULL;
	remark->summary = arena_strdup(s->arena, summary);
	remark->place.section = "";
	remark->place.name = arena_printf(s->arena, "line %u", where->line);
	remark->place.text = arena_strdup(s->arena, where->text != NULL ? where->text : "");
	remark->place.file = where->file;
	remark->place.line = where->line;
	bool complete = remark->summary != NULL && remark->place.name != NULL && remark->place.text != NULL &&
			(subject == NULL || remark->subject != NULL);
	return complete ? remark : NULL;
}

struct lint_remark *lint_settings_remark(struct lint_settings *s, const char *id, const char *subject,
	const struct lint_place *where, const char *fmt, ...)
{
	char text[512];
	va_list ap;
	if (s->remark_count == LINT_REMARKS_MAX)
		return NULL;
	va_start(ap, fmt);
	(void)vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	struct lint_remark *remark = remark_new(s, id, subject, where, text);
	if (remark == NULL) {
		s->no_memory = true;
		return NULL;
	}
	*s->last_remark = remark;
	s->last_remark = &remark->next;
	s->remark_count++;
	return remark;
}

static char *lower_case(struct arena *a, const char *name)
{
	char *copy = arena_strdup(a, name);
	for (char *c = copy; c != NULL && *c != 0; c++)
		*c = (char)tolower((unsigned char)*c);
	return copy;
}

static struct lint_section *section_of_key(const struct lint_settings *s, const char *key)
{
	struct lint_section *found = NULL;
	HASH_FIND_STR(s->index, key, found);
	return found;
}

struct lint_section *lint_section_find(const struct lint_settings *s, const char *name)
{
	char key[256] = { 0 };
	size_t len = strlen(name);
	if (len >= sizeof(key))
		return NULL;
	for (size_t i = 0; i <= len; i++)
		key[i] = (char)tolower((unsigned char)name[i]);
	return section_of_key(s, key);
}

static struct lint_section *section_new(
	struct lint_settings *s, const char *name, const char *key, const struct lint_place *where)
{
	struct lint_section *section = arena_zalloc(s->arena, sizeof(*section));
	if (section == NULL)
		return NULL;
	section->name = arena_strdup(s->arena, name);
	section->key = key;
	section->file = where->file;
	section->line = where->line;
	section->order = ++s->order;
	section->last = &section->first;
	HASH_ADD_KEYPTR(hh, s->index, section->key, strlen(section->key), section);
	*s->last_section = section;
	s->last_section = &section->next;
	s->section_count++;
	return section->name != NULL ? section : NULL;
}

struct lint_section *lint_section_add(
	struct lint_settings *s, const char *name, const struct lint_place *where)
{
	const char *key = lower_case(s->arena, name);
	struct lint_section *section = key != NULL ? section_of_key(s, key) : NULL;
	if (section != NULL)
		return section;
	if (s->section_count == LINT_SECTIONS_MAX) {
		lint_settings_fail(
			s, where->file, where->line, "more than %d sections", (int)LINT_SECTIONS_MAX);
		return NULL;
	}
	section = key != NULL ? section_new(s, name, key, where) : NULL;
	s->no_memory |= section == NULL;
	return section;
}

static struct lint_setting *setting_new(struct lint_settings *s, const struct lint_section *section,
	const char *name, const char *value, const struct lint_place *where)
{
	struct lint_setting *setting = arena_zalloc(s->arena, sizeof(*setting));
	if (setting == NULL)
		return NULL;
	setting->section = section->name;
	setting->name = arena_strdup(s->arena, name);
	setting->value = arena_strdup(s->arena, value);
	setting->text = where->text != NULL ? arena_strdup(s->arena, where->text)
					    : arena_printf(s->arena, "%s = %s", name, value);
	setting->file = where->file;
	setting->line = where->line;
	setting->order = ++s->order;
	return setting->name != NULL && setting->value != NULL && setting->text != NULL ? setting : NULL;
}

bool lint_settings_add(struct lint_settings *s, const char *section_name, const char *name, const char *value,
	const struct lint_place *where, struct lint_setting **out)
{
	struct lint_section *section = lint_section_add(s, section_name, where);
	if (section == NULL)
		return false;
	if (s->count == LINT_SETTINGS_MAX) {
		lint_settings_fail(
			s, where->file, where->line, "more than %d settings", (int)LINT_SETTINGS_MAX);
		return false;
	}
	struct lint_setting *setting = setting_new(s, section, name, value, where);
	if (setting == NULL) {
		s->no_memory = true;
		return false;
	}
	*s->last = setting;
	s->last = &setting->next;
	*section->last = setting;
	section->last = &setting->next_in_section;
	s->count++;
	if (out != NULL)
		*out = setting;
	return true;
}

const struct lint_setting *lint_section_setting(const struct lint_section *section, const char *name)
{
	const struct lint_setting *found = NULL;
	for (const struct lint_setting *i = section != NULL ? section->first : NULL; i != NULL;
		i = i->next_in_section) {
		if (!i->ignored && lint_name_equal(i->name, name))
			found = i;
	}
	return found;
}

const struct lint_setting *lint_find(const struct lint_settings *s, const char *section, const char *name)
{
	return lint_section_setting(lint_section_find(s, section), name);
}
