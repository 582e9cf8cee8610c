// SPDX-License-Identifier: Apache-2.0
#include <errno.h>
#include <string.h>

#include "config/config_build.h"
#include "config/config_value.h"

unsigned build_line(const struct build_section *s, const char *key)
{
	const struct config_key *known = config_key_find(s->section, key);
	unsigned line = known != NULL ? s->lines[known - config_keys] : 0;
	return line != 0 ? line : s->heading->line;
}

static void complain_unknown(struct build *b, const struct build_section *s, const struct config_entry *e)
{
	const struct config_key *near = config_key_nearest(s->section, e->key);
	if (near != NULL) {
		BUILD_COMPLAIN(b, e->line, "[%s] has no key '%s'; did you mean '%s'?", s->heading->text,
			e->key, near->name);
		return;
	}
	for (enum config_section other = 0; other < CONFIG_SECTION_COUNT; other++) {
		if (config_key_find(other, e->key) != NULL) {
			BUILD_COMPLAIN(b, e->line, "[%s] has no key '%s'; it belongs under [%s]",
				s->heading->text, e->key, config_sections[other].heading);
			return;
		}
	}
	BUILD_COMPLAIN(b, e->line, "[%s] has no key '%s'; signet.conf(5) lists those it has",
		s->heading->text, e->key);
}

static void build_entry(struct build *b, struct build_section *s, const struct config_entry *e, void *object)
{
	const struct config_key *key = config_key_find(s->section, e->key);
	struct value_error error;
	if (key == NULL) {
		complain_unknown(b, s, e);
		return;
	}
	unsigned *line = &s->lines[key - config_keys];
	if (*line != 0) {
		BUILD_COMPLAIN(
			b, e->line, "'%s' was given in line %u already; keep one of them", e->key, *line);
		return;
	}
	*line = e->line;
	int rc = config_value_decode(key, e->value, object, &error);
	b->no_memory |= rc == -ENOMEM;
	if (rc == -EINVAL)
		BUILD_COMPLAIN(b, e->line, "%s = %.60s: %s; %s", e->key, e->value, error.what, error.todo);
}

static void build_default(
	struct build *b, const struct build_section *s, const struct config_key *key, void *object)
{
	struct value_error error;
	if (key->value == NULL) {
		BUILD_COMPLAIN(b, s->heading->line, "[%s] has no %s; add %s = %s", s->heading->text,
			key->name, key->name, key->syntax);
		return;
	}
	if (*key->value == 0 && key->type != CONFIG_TEXT)
		return;
	int rc = config_value_decode(key, key->value, object, &error);
	b->no_memory |= rc == -ENOMEM;
	// Only a mistake in the table gets here, and then no configuration works: tests see it.
	if (rc == -EINVAL)
		BUILD_COMPLAIN(b, 0, "default %s = %s: %s", key->name, key->value, error.what);
}

void build_keys(struct build *b, struct build_section *s, void *object)
{
	for (size_t i = 0; i < s->heading->entry_count && !b->no_memory; i++)
		build_entry(b, s, &s->heading->entries[i], object);
	for (size_t i = 0; i < config_key_count && !b->no_memory; i++) {
		if (config_keys[i].section == s->section && s->lines[i] == 0)
			build_default(b, s, &config_keys[i], object);
	}
}
