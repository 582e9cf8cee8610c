// SPDX-License-Identifier: Apache-2.0
// smb.conf as Samba reads it: names and values in any spelling become the ones that testparm writes.
#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "audit/lint/lint_format.h"
#include "audit/lint/lint_lines.h"
#include "audit/lint/rules_samba.h"
#include "audit/lint/samba_reader.h"

enum { NEAREST_LOOKUPS_MAX = 100 };

// An unknown name is passed over by Samba in silence: what was meant does not happen.
static void remark_unknown(struct samba_reader *r, const char *name, const struct lint_place *where)
{
	const char *what = samba_parameter_of_other_version(name);
	if (what != NULL) {
		(void)lint_settings_remark(r->settings, "setting_unknown", name, where,
			"'%.60s' %s (%s): it has no effect there", name, what, samba_parameters_version);
		return;
	}
	const char *near = r->nearest++ < NEAREST_LOOKUPS_MAX ? samba_parameter_nearest(name) : NULL;
	(void)lint_settings_remark(r->settings, "setting_unknown", name, where,
		"Samba has no parameter '%.60s' and ignores it%s%s%s", name,
		near != NULL ? "; did you mean '" : "", near != NULL ? near : "", near != NULL ? "'?" : "");
}

static void add_unknown(
	struct samba_reader *r, const char *name, const char *value, const struct lint_place *where)
{
	// A module's own option: nobody but the module knows them.
	bool parametric = strchr(name, ':') != NULL;
	struct lint_setting *added;
	if (lint_settings_add(r->settings, r->section, name, value, where, &added))
		added->ignored = !parametric;
	if (!parametric)
		remark_unknown(r, name, where);
}

static void note_names(struct samba_reader *r, const struct lint_setting *setting)
{
	if (strcmp(setting->name, "netbios name") == 0)
		r->netbios_name = setting;
	else if (strcmp(setting->name, "workgroup") == 0)
		r->workgroup = setting;
}

static void add_known(struct samba_reader *r, const struct samba_parameter *written, const char *value,
	const struct lint_place *where)
{
	struct lint_settings *s = r->settings;
	const struct samba_parameter *p = samba_parameter_resolve(written);
	const char *meant = samba_parameter_value(written, value, s->arena, &s->no_memory);
	struct lint_setting *added;
	if (meant == NULL) {
		lint_settings_fail(s, where->file, where->line,
			"'%.60s' cannot be '%.60s': Samba does not start with it", written->name, value);
		return;
	}
	if (!lint_settings_add(s, r->section, p->name, meant, where, &added))
		return;
	added->known = p;
	if (p->scope == SAMBA_GLOBAL && strcmp(r->section, "global") == 0)
		note_names(r, added);
	else if (p->scope == SAMBA_GLOBAL) {
		added->ignored = true;
		(void)lint_settings_remark(s, "setting_without_effect", p->name, where,
			"'%s' counts in [global] alone, and this is [%.60s]", p->name, r->section);
	}
}

static void take_setting(struct samba_reader *r, const struct lint_text *t, char *name, const char *value,
	const struct lint_place *where)
{
	const struct samba_parameter *p = samba_parameter_find(name);
	if (p == NULL) {
		add_unknown(r, name, value, where);
		return;
	}
	add_known(r, p, value, where);
	if (strcmp(p->name, "include") == 0)
		samba_read_include(r, t, value, where);
	else if (strcmp(p->name, "copy") == 0)
		samba_copy_section(r, value, where);
}

static void take_heading(struct samba_reader *r, char *text, const struct lint_place *where)
{
	char *close = strchr(text, ']');
	if (close == NULL) {
		lint_settings_fail(r->settings, where->file, where->line, "a heading without its ']'");
		return;
	}
	*close = 0;
	lint_squeeze(text + 1);
	if (text[1] == 0) {
		lint_settings_fail(r->settings, where->file, where->line, "a heading without a name");
		return;
	}
	bool global = lint_name_equal(text + 1, "global") || lint_name_equal(text + 1, "globals");
	const struct lint_section *section = lint_section_find(r->settings, global ? "global" : text + 1);
	if (section != NULL && section->line != 0 && !global)
		(void)lint_settings_remark(r->settings, "setting_contradiction", section->name, where,
			"[%.60s] was begun in line %u already: both are one", section->name, section->line);
	section = lint_section_add(r->settings, global ? "global" : text + 1, where);
	if (section != NULL)
		r->section = section->name;
}

static void remark_ignored_line(
	struct samba_reader *r, const struct lint_line *line, const struct lint_place *where)
{
	(void)lint_settings_remark(r->settings, "setting_unknown", line->raw, where,
		"neither a heading nor NAME = VALUE: Samba ignores the line");
}

static void take_line(struct samba_reader *r, const struct lint_text *t, struct lint_line *line)
{
	const struct lint_place where = { .file = t->file, .line = line->number, .text = line->raw };
	char *name;
	char *value;
	if (line->has_nul)
		lint_settings_fail(r->settings, t->file, line->number, "a NUL byte: this is not text");
	else if (line->text[0] == 0 || line->text[0] == '#' || line->text[0] == ';')
		return;
	else if (line->text[0] == '[')
		take_heading(r, line->text, &where);
	else if (!lint_split(line->text, &name, &value))
		remark_ignored_line(r, line, &where);
	else if (*name == 0)
		lint_settings_fail(r->settings, t->file, line->number, "a value without a name");
	else
		take_setting(r, t, name, value, &where);
}

void samba_read_text(struct samba_reader *r, const struct lint_text *t)
{
	struct lint_settings *s = r->settings;
	struct lint_lines lines;
	struct lint_line line;
	if (!lint_lines_init(&lines, s->arena, t, true)) {
		s->no_memory = true;
		return;
	}
	while (s->error == NULL && !s->no_memory && lint_lines_next(&lines, &line))
		take_line(r, t, &line);
}

static struct samba_reader reader_start(struct lint_settings *s, const struct lint_text *t)
{
	struct samba_reader r = { .settings = s, .section = "global", .files = 1, .bytes = t->len };
	// What comes before any heading is of [global] too; its line is told when it comes.
	const struct lint_place nowhere = { .file = t->file };
	(void)!lint_section_add(s, "global", &nowhere);
	return r;
}

// With `config file` smbd reads that other file, and nothing of this one counts.
static void read_other_file(struct lint_settings *s, const struct lint_text *t)
{
	const struct lint_setting *other = lint_find(s, "global", "config file");
	struct samba_reader r = { .settings = s,
		.netbios_name = lint_find(s, "global", "netbios name"),
		.workgroup = lint_find(s, "global", "workgroup") };
	struct lint_text text;
	const char *error;
	bool varies = false;
	if (other == NULL || *other->value == 0)
		return;
	const struct lint_place where = { other->file, other->line, other->text };
	const char *path = samba_expand_path(&r, t, other->value, &varies);
	if (path == NULL || varies || s->alone || lint_text_read(s->arena, path, &text, &error) != 0) {
		struct lint_remark *remark = lint_settings_remark(s, "configuration_malformed", NULL, &where,
			"config file = %.200s was not read: what it says counts, and not this file",
			other->value);
		if (remark != NULL)
			remark->open = true;
		return;
	}
	// What was read stays in the arena, but is no setting any more.
	lint_settings_done(s);
	lint_settings_init(s, s->format, s->arena);
	(void)lint_settings_remark(s, "setting_without_effect", "config file", &where,
		"smbd reads %.200s in place of this file: nothing else here counts", path);
	r = reader_start(s, &text);
	samba_read_text(&r, &text);
}

static void parse(struct lint_settings *s, const struct lint_text *t)
{
	struct samba_reader r = reader_start(s, t);
	samba_read_text(&r, t);
	if (s->error == NULL && !s->no_memory)
		read_other_file(s, t);
}

// By how many of its lines are settings that Samba knows.
static unsigned recognise(const struct lint_text *t)
{
	struct arena arena;
	struct lint_lines lines;
	struct lint_line line;
	unsigned known = 0;
	unsigned all = 0;
	bool global = false;
	arena_init(&arena, NULL, 0);
	bool ok = lint_lines_init(&lines, &arena, t, true);
	for (unsigned i = 0; ok && i < 2000 && lint_lines_next(&lines, &line); i++) {
		char *name;
		char *value;
		if (line.text[0] == '[')
			global |= strncasecmp(line.text, "[global", 7) == 0;
		if (line.text[0] == '#' || line.text[0] == ';' || !lint_split(line.text, &name, &value))
			continue;
		all++;
		known += samba_parameter_find(name) != NULL ? 1 : 0;
	}
	arena_reset(&arena);
	return all == 0 ? (global ? 20 : 0) : 60 * known / all + (global && known > 0 ? 20 : 0);
}

const struct lint_format_kind lint_format_samba = {
	.format = LINT_SAMBA,
	.word = "samba",
	.system = "smb.conf",
	.names = { "smb.conf", "samba" },
	.platform = PLATFORM_SAMBA,
	.recognise = recognise,
	.parse = parse,
	.judge = rules_samba,
};
