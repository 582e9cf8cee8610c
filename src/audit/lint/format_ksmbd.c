// SPDX-License-Identifier: Apache-2.0
// ksmbd.conf as ksmbd.mountd reads it: like smb.conf, but one bad line and nothing is read, no line goes on
// in the next, and of two equal settings the first counts.
#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "audit/lint/ksmbd_parameters.h"
#include "audit/lint/lint_format.h"
#include "audit/lint/lint_lines.h"

enum { NEAREST_LOOKUPS_MAX = 100, SHARE_NAME_LEN_MAX = 63 };

struct ksmbd_reader {
	struct lint_settings *settings;
	const char *section; // NULL: none yet
	unsigned nearest;
};

static void remark_unknown(struct ksmbd_reader *r, const char *name, const struct lint_place *where)
{
	const char *near = r->nearest++ < NEAREST_LOOKUPS_MAX ? ksmbd_parameter_nearest(name) : NULL;
	(void)lint_settings_remark(r->settings, "setting_unknown", name, where,
		"ksmbd has no parameter '%.60s' and ignores it%s%s%s", name,
		near != NULL ? "; did you mean '" : "", near != NULL ? near : "", near != NULL ? "'?" : "");
}

// ksmbd.mountd takes yes, 1, true and enable, in any case, and words that begin so; all else is no.
static const char *bool_value(const char *value, bool inverted)
{
	static const char *const yes[] = { "yes", "1", "true", "enable" };
	bool set = false;
	for (size_t i = 0; i < ARRAY_LEN(yes); i++)
		set |= strncasecmp(value, yes[i], strlen(yes[i])) == 0;
	return set != inverted ? "yes" : "no";
}

static bool is_set(struct ksmbd_reader *r, const char *name)
{
	// Names are compared letter by letter there, but who writes both "Guest Ok" and "guest ok" has the
	// same question.
	return lint_find(r->settings, r->section, name) != NULL;
}

static void add(struct ksmbd_reader *r, const struct ksmbd_parameter *p, const char *value,
	const struct lint_place *where)
{
	const char *name = p->inverse_of != NULL ? p->inverse_of : p->name;
	const char *meant = p->boolean ? bool_value(value, p->inverse_of != NULL) : value;
	bool global = strcasecmp(r->section, "global") == 0;
	bool twice = r->settings->count < 5000 && is_set(r, name);
	struct lint_setting *added;
	if (!lint_settings_add(r->settings, r->section, name, meant, where, &added))
		return;
	added->ignored = twice || (!global && !p->share);
	if (twice)
		(void)lint_settings_remark(r->settings, "setting_contradiction", name, where,
			"in [%.63s] it is set twice: ksmbd takes the first", r->section);
	else if (added->ignored)
		(void)lint_settings_remark(r->settings, "setting_without_effect", name, where,
			"'%s' counts in [global] alone, and this is [%.63s]", name, r->section);
}

static void take_setting(struct ksmbd_reader *r, struct lint_line *line, const struct lint_place *where)
{
	char *name;
	char *value;
	line->text[strcspn(line->text, "#;")] = 0;
	if (!lint_split(line->text, &name, &value) || *name == 0) {
		lint_settings_fail(r->settings, where->file, where->line,
			"neither a heading nor NAME = VALUE: ksmbd.mountd reads nothing of the file");
		return;
	}
	if (r->section == NULL) {
		lint_settings_fail(r->settings, where->file, where->line,
			"a setting before the first heading: ksmbd.mountd reads nothing of the file");
		return;
	}
	const struct ksmbd_parameter *p = ksmbd_parameter_find(name);
	if (p == NULL)
		remark_unknown(r, name, where);
	else
		add(r, p, value, where);
}

static void take_heading(struct ksmbd_reader *r, char *text, const struct lint_place *where)
{
	char *close = strchr(text, ']');
	const char *after = close != NULL ? close + 1 + strspn(close + 1, " \t") : "x";
	size_t len = close != NULL ? (size_t)(close - text) - 1 : 0;
	if (close == NULL || len == 0 || len > SHARE_NAME_LEN_MAX ||
		(*after != 0 && *after != '#' && *after != ';')) {
		lint_settings_fail(r->settings, where->file, where->line,
			"a heading is [NAME], of 1 to %d characters, and nothing after it but a comment",
			(int)SHARE_NAME_LEN_MAX);
		return;
	}
	*close = 0;
	const struct lint_section *section = lint_section_add(r->settings, text + 1, where);
	r->section = section != NULL ? section->name : NULL;
}

static void take_line(struct ksmbd_reader *r, const struct lint_text *t, struct lint_line *line)
{
	const struct lint_place where = { .file = t->file, .line = line->number, .text = line->raw };
	if (line->has_nul)
		lint_settings_fail(r->settings, t->file, line->number, "a NUL byte: this is not text");
	else if (line->text[0] == '[')
		take_heading(r, line->text, &where);
	else if (line->text[0] != 0 && line->text[0] != '#' && line->text[0] != ';')
		take_setting(r, line, &where);
}

static void parse(struct lint_settings *s, const struct lint_text *t)
{
	struct ksmbd_reader r = { .settings = s };
	struct lint_lines lines;
	struct lint_line line;
	s->no_memory |= !lint_lines_init(&lines, s->arena, t, false);
	while (s->error == NULL && !s->no_memory && lint_lines_next(&lines, &line))
		take_line(&r, t, &line);
}

// As smb.conf, and a little less: what is ksmbd's alone, or the file's name, must tell them apart.
static unsigned recognise(const struct lint_text *t)
{
	static const char *const only_here[] = { "ipc timeout", "kerberos keytab file",
		"kerberos service name", "kerberos support", "max active sessions", "max ip connections",
		"share:fake_fscaps", "smb3 encryption", "smbd max io size", "tcp port" };
	struct arena arena;
	struct lint_lines lines;
	struct lint_line line;
	unsigned known = 0;
	unsigned all = 0;
	unsigned own = 0;
	arena_init(&arena, NULL, 0);
	bool ok = lint_lines_init(&lines, &arena, t, false);
	for (unsigned i = 0; ok && i < 2000 && lint_lines_next(&lines, &line); i++) {
		char *name;
		char *value;
		if (line.text[0] == '#' || line.text[0] == ';' || !lint_split(line.text, &name, &value))
			continue;
		all++;
		known += ksmbd_parameter_find(name) != NULL ? 1 : 0;
		for (size_t w = 0; w < ARRAY_LEN(only_here); w++)
			own += lint_name_equal(name, only_here[w]) ? 1 : 0;
	}
	arena_reset(&arena);
	return all == 0 ? 0 : 60 * known / all + (own > 0 ? 30 : 0);
}

const struct lint_format_kind lint_format_ksmbd = {
	.format = LINT_KSMBD,
	.word = "ksmbd",
	.system = "ksmbd.conf",
	.names = { "ksmbd" },
	.platform = PLATFORM_KSMBD,
	.recognise = recognise,
	.parse = parse,
	.judge = rules_ksmbd,
};
