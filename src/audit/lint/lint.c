// SPDX-License-Identifier: Apache-2.0
// A file's way: read, recognised, parsed, judged.
#include "audit/lint/lint.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#include "audit/lint/lint_format.h"

static uint64_t now_us(void)
{
	struct timespec t;
	(void)clock_gettime(CLOCK_REALTIME, &t);
	return (uint64_t)t.tv_sec * 1000000 + (uint64_t)t.tv_nsec / 1000;
}

static bool subject_fail(struct audit_report *r, struct audit_subject *s, const char *error)
{
	s->outcome = AUDIT_UNREADABLE;
	s->error = error != NULL ? arena_strdup(&r->arena, error) : NULL;
	return s->error != NULL;
}

// A file that its own program would refuse: that is a finding too, so that it is in each form of report.
static bool report_malformed(struct lint_context *c)
{
	const struct lint_settings *settings = c->settings;
	struct lint_setting place = {
		.section = "",
		.name = "the file",
		.text = settings->error,
		.file = settings->error_file,
		.line = settings->error_line,
	};
	char text[640];
	if (settings->error_line != 0)
		(void)snprintf(text, sizeof(text), "%s:%u: %s", settings->error_file, settings->error_line,
			settings->error);
	else
		(void)snprintf(text, sizeof(text), "%s: %s", settings->error_file, settings->error);
	(void)lint_report_setting(c, "configuration_malformed", NULL, &place, "%s", settings->error);
	return subject_fail(c->report, c->subject, text) && !c->no_memory;
}

static bool judge_settings(struct audit_report *r, struct audit_subject *subject,
	const struct lint_format_kind *kind, const struct lint_settings *settings)
{
	struct lint_context c = { .report = r, .subject = subject, .settings = settings };
	if (settings->no_memory)
		return false;
	bool ok = settings->error == NULL || report_malformed(&c);
	lint_report_remarks(&c);
	if (settings->error != NULL || !ok)
		return ok && !c.no_memory;
	kind->judge(&c);
	return !c.no_memory;
}

bool lint_judge_text(struct audit_report *r, struct audit_subject *subject, const struct lint_text *t,
	enum lint_format format)
{
	const struct lint_format_kind *kind =
		format != LINT_UNKNOWN ? lint_format_find(format) : lint_format_recognise(t);
	struct arena arena;
	struct lint_settings settings;
	if (kind == NULL)
		return subject_fail(r, subject,
			"not a configuration that is known; say which it is with "
			"--format: " LINT_FORMAT_WORDS);
	subject->system = kind->system;
	subject->platform = kind->platform;
	subject->platform_known = true;
	arena_init(&arena, NULL, 0);
	lint_settings_init(&settings, kind->format, &arena);
	settings.alone = t->alone;
	kind->parse(&settings, t);
	bool ok = judge_settings(r, subject, kind, &settings);
	lint_settings_done(&settings);
	arena_reset(&arena);
	return ok;
}

static bool read_and_judge(
	struct audit_report *r, struct audit_subject *subject, const char *path, enum lint_format format)
{
	struct arena arena;
	struct lint_text text;
	const char *error;
	arena_init(&arena, NULL, 0);
	int rc = strcmp(path, "-") == 0 ? lint_text_read_input(&arena, path, &text, &error)
					: lint_text_read(&arena, path, &text, &error);
	bool ok = rc == 0 ? lint_judge_text(r, subject, &text, format) : subject_fail(r, subject, error);
	arena_reset(&arena);
	return ok;
}

bool lint_file(struct audit_report *r, const char *path, enum lint_format format)
{
	struct audit_subject *subject = report_add_subject(r, path, 0);
	if (subject == NULL)
		return false;
	subject->begun_us = now_us();
	bool ok = read_and_judge(r, subject, path, format);
	subject->ended_us = now_us();
	subject_conclude(subject);
	return ok;
}
