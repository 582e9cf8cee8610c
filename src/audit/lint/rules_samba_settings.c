// SPDX-License-Identifier: Apache-2.0
// The file itself: what is set twice, is on its way out of Samba, or should not stand in a file.
#include <string.h>
#include <strings.h>

#include "audit/lint/samba_view.h"

static bool ends_with(const char *text, const char *end)
{
	size_t len = strlen(text);
	size_t n = strlen(end);
	return len >= n && strcasecmp(text + len - n, end) == 0;
}

// Samba itself has no parameter with a password, but its modules have, and the line must not be repeated in
// a report.
static void judge_secret(struct samba_view *v, const struct lint_setting *s)
{
	static const char *const ends[] = { "password", "passwd", "secret", "passphrase" };
	bool secret = false;
	if (*s->value == 0 || strchr(s->name, ':') == NULL)
		return;
	for (size_t i = 0; i < ARRAY_LEN(ends); i++)
		secret |= ends_with(s->name, ends[i]);
	if (!secret)
		return;
	struct lint_setting masked = *s;
	masked.text = "(the line is not repeated here)";
	(void)lint_report_setting(
		v->context, "credentials_in_file", s->name, &masked, "whoever reads the file has it");
}

static void judge_twice(struct samba_view *v, const struct lint_setting *first, const struct lint_setting *s)
{
	if (strcasecmp(first->value, s->value) == 0 || strcmp(s->name, "include") == 0 ||
		strcmp(s->name, "copy") == 0)
		return;
	struct audit_finding *f = lint_report_setting(v->context, "setting_contradiction",
		lint_subject(v->context, s->section, s->name), s,
		"in [%.60s] it is set twice, and the later one counts: line %u of %.200s said something else",
		s->section, first->line, first->file);
	lint_add_proof(v->context, f, &(struct lint_proof){ .setting = first });
	lint_rate(f, AUDIT_LOW, 'B');
}

static void judge_section(struct samba_view *v, const struct lint_section *section)
{
	const struct lint_setting *seen[SAMBA_PARAMETERS_MAX] = { 0 };
	for (const struct lint_setting *i = section->first; i != NULL; i = i->next_in_section) {
		const struct samba_parameter *p = i->ignored ? NULL : i->known;
		judge_secret(v, i);
		if (p == NULL)
			continue;
		size_t at = samba_parameter_index(p);
		if (seen[at] != NULL && !seen[at]->inherited)
			judge_twice(v, seen[at], i);
		seen[at] = i;
		if (p->deprecated)
			(void)lint_report_setting(v->context, "setting_deprecated", p->name, i,
				"Samba %s calls it deprecated: a later one will not have it",
				samba_parameters_version);
	}
}

void rules_samba_settings(struct samba_view *v)
{
	for (const struct lint_section *s = v->context->settings->sections; s != NULL; s = s->next)
		judge_section(v, s);
}
