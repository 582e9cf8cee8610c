// SPDX-License-Identifier: Apache-2.0
#include "audit/lint/registry_reader.h"

#include <string.h>
#include <strings.h>

void registry_fail(struct registry_reader *r, const char *what)
{
	lint_settings_fail(r->settings, r->file, r->line, "%s", what);
	r->failed = true;
}

struct span registry_rest(const struct registry_reader *r)
{
	const char *newline = memchr(r->at, '\n', (size_t)(r->end - r->at));
	const char *stop = newline != NULL ? newline : r->end;
	if (stop > r->at && stop[-1] == '\r')
		stop--;
	return span_make(r->at, (size_t)(stop - r->at));
}

bool registry_next_line(struct registry_reader *r)
{
	const char *newline = memchr(r->at, '\n', (size_t)(r->end - r->at));
	if (newline == NULL || newline + 1 == r->end) {
		r->at = r->end;
		return false;
	}
	r->at = newline + 1;
	r->line++;
	return true;
}

static bool starts_with(const char *text, size_t len, const char *word)
{
	size_t n = strlen(word);
	return len >= n && strncasecmp(text, word, n) == 0;
}

static const struct {
	const char *said, *meant;
} roots[] = {
	{ "HKLM\\", "HKEY_LOCAL_MACHINE\\" },
	{ "MACHINE\\", "HKEY_LOCAL_MACHINE\\" },
	{ "HKEY_LOCAL_MACHINE\\", "HKEY_LOCAL_MACHINE\\" },
	{ "HKCU\\", "HKEY_CURRENT_USER\\" },
	{ "USER\\", "HKEY_CURRENT_USER\\" },
};

// ControlSet001 and its like are what CurrentControlSet links to.
static size_t control_set_len(const char *key, size_t len)
{
	static const char word[] = "SYSTEM\\ControlSet";
	const size_t n = sizeof(word) - 1;
	bool is_one = starts_with(key, len, word) && len > n + 3 && key[n + 3] == '\\';
	return is_one ? n + 3 : 0;
}

char *registry_key_name(struct arena *a, const char *key, size_t len)
{
	const char *root = "";
	for (size_t i = 0; i < ARRAY_LEN(roots); i++) {
		if (starts_with(key, len, roots[i].said)) {
			root = roots[i].meant;
			key += strlen(roots[i].said);
			len -= strlen(roots[i].said);
			break;
		}
	}
	size_t set = control_set_len(key, len);
	const char *middle = set > 0 ? "SYSTEM\\CurrentControlSet" : "";
	size_t room = REGISTRY_KEY_MAX - strlen(root) - strlen(middle);
	len = len - set < room ? len : room + set;
	return arena_printf(a, "%s%s%.*s", root, middle, (int)(len - set), key + set);
}

static struct lint_place place_of(struct registry_reader *r, unsigned line, struct span text)
{
	size_t len = text.len < LINT_LINE_MAX ? text.len : LINT_LINE_MAX;
	char *copy = arena_strndup(r->settings->arena, (const char *)text.data, len);
	r->settings->no_memory |= copy == NULL;
	return (struct lint_place){ .file = r->file, .line = line, .text = copy };
}

void registry_add(
	struct registry_reader *r, const char *name, const char *value, unsigned line, struct span text)
{
	struct lint_place place = place_of(r, line, text);
	if (r->section == NULL || strlen(name) > REGISTRY_NAME_MAX) {
		registry_fail(r,
			r->section == NULL ? "a value before the first [KEY]" : "a value's name is too long");
		return;
	}
	if (r->settings->no_memory || !lint_settings_add(r->settings, r->section, name, value, &place, NULL))
		r->failed = true;
}

void registry_enter(struct registry_reader *r, const char *key, size_t len, unsigned line, struct span text)
{
	struct lint_place place = place_of(r, line, text);
	r->section = registry_key_name(r->settings->arena, key, len);
	r->settings->no_memory |= r->section == NULL;
	if (r->settings->no_memory || lint_section_add(r->settings, r->section, &place) == NULL)
		r->failed = true;
}

void registry_mark_partial(struct registry_reader *r)
{
	const struct lint_place nowhere = { .file = r->file };
	if (lint_section_add(r->settings, REGISTRY_PARTIAL, &nowhere) == NULL)
		r->failed = true;
}
