// SPDX-License-Identifier: Apache-2.0
#include "audit/lint/lint_rules.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

// Where a setting is or would be, for the evidence: "server signing in [global]".
static const char *proof_place(struct arena *a, const struct lint_proof *p)
{
	const char *name = p->setting != NULL ? p->setting->name : p->name;
	const char *section = p->setting != NULL ? p->setting->section : p->section;
	if (section == NULL || *section == 0)
		return name;
	return arena_printf(a, "%s in [%s]", name, section);
}

static const char *proof_text(struct arena *a, const struct lint_proof *p)
{
	if (p->setting != NULL)
		return p->setting->text;
	if (p->standard == NULL)
		return "not set";
	if (*p->standard == 0)
		return "not set; the default is empty";
	return arena_printf(a, "not set; the default is %s", p->meaning != NULL ? p->meaning : p->standard);
}

void lint_add_proof(struct lint_context *c, struct audit_finding *finding, const struct lint_proof *proof)
{
	struct arena *a = &c->report->arena;
	if (finding == NULL)
		return;
	const char *place = proof_place(a, proof);
	const char *text = proof_text(a, proof);
	if (place == NULL || text == NULL || !finding_add_evidence(c->report, finding, place, text))
		c->no_memory = true;
}

static void finding_describe(struct lint_context *c, struct audit_finding *f, const struct lint_proof *proof,
	const char *summary, va_list ap) PRINTF_LIKE(4, 0);
static struct audit_finding *report_finding(struct lint_context *c, const char *id, const char *subject,
	const struct lint_proof *proof, const char *summary, va_list ap) PRINTF_LIKE(5, 0);

// The first that is said about a finding stays: it may be found more than once.
static void finding_describe(struct lint_context *c, struct audit_finding *f, const struct lint_proof *proof,
	const char *summary, va_list ap)
{
	struct arena *a = &c->report->arena;
	char text[512];
	if (f->file != NULL)
		return;
	f->file = arena_strdup(a, proof->setting != NULL ? proof->setting->file : c->subject->address);
	f->line = proof->setting != NULL ? proof->setting->line : 0;
	if (summary != NULL) {
		(void)vsnprintf(text, sizeof(text), summary, ap);
		f->summary = arena_strdup(a, text);
	}
	if (f->file == NULL || (summary != NULL && f->summary == NULL))
		c->no_memory = true;
}

static struct audit_finding *report_finding(struct lint_context *c, const char *id, const char *subject,
	const struct lint_proof *proof, const char *summary, va_list ap)
{
	struct audit_finding *f = report_add_finding(c->report, c->subject, id, subject);
	if (f == NULL) {
		c->no_memory = true;
		return NULL;
	}
	finding_describe(c, f, proof, summary, ap);
	lint_add_proof(c, f, proof);
	return f;
}

struct audit_finding *lint_report(struct lint_context *c, const char *id, const char *subject,
	const struct lint_proof *proof, const char *summary, ...)
{
	va_list ap;
	va_start(ap, summary);
	struct audit_finding *f = report_finding(c, id, subject, proof, summary, ap);
	va_end(ap);
	return f;
}

struct audit_finding *lint_report_setting(struct lint_context *c, const char *id, const char *subject,
	const struct lint_setting *setting, const char *summary, ...)
{
	struct lint_proof proof = { .setting = setting };
	va_list ap;
	va_start(ap, summary);
	struct audit_finding *f = report_finding(c, id, subject, &proof, summary, ap);
	va_end(ap);
	return f;
}

const char *lint_subject(struct lint_context *c, const char *section, const char *name)
{
	if (section == NULL || *section == 0 || strcmp(section, "global") == 0)
		return name;
	const char *subject = arena_printf(&c->report->arena, "%s: %s", section, name);
	c->no_memory |= subject == NULL;
	return subject;
}

void lint_rate(struct audit_finding *finding, enum audit_severity severity, char grade)
{
	if (finding == NULL)
		return;
	finding->severity = severity;
	finding->grade = grade;
}

void lint_report_remarks(struct lint_context *c)
{
	for (const struct lint_remark *i = c->settings->remarks; i != NULL; i = i->next) {
		if (i->open) {
			report_add_open(c->report, c->subject, i->id, i->summary);
			continue;
		}
		struct audit_finding *f =
			lint_report_setting(c, i->id, i->subject, &i->place, "%s", i->summary);
		if (i->mild)
			lint_rate(f, AUDIT_INFO, 'A');
	}
}
