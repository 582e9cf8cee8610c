// SPDX-License-Identifier: Apache-2.0
// For those who read tests: a suite a host, a test case a check. What cannot be told is skipped, what is
// waived too; a finding that takes nothing from the grade passes and says what it saw.
#include <errno.h>

#include "audit/report/report.h"
#include "audit/report/report_summary.h"
#include "audit/report/report_value.h"
#include "audit/report/report_xml.h"

struct junit_counts {
	size_t tests, failures, errors, skipped;
};

static bool subject_failed(const struct audit_subject *s)
{
	return s->outcome == AUDIT_UNREACHABLE || s->outcome == AUDIT_UNREADABLE;
}

static bool finding_fails(const struct audit_finding *f)
{
	return !f->waiver && f->grade > 'A';
}

static bool check_is_open(const struct audit_subject *s, const struct check *check)
{
	for (const struct open_question *q = s->open; q; q = q->next) {
		if (q->check == check)
			return true;
	}
	return false;
}

static bool check_was_found(const struct audit_subject *s, const struct check *check)
{
	for (const struct audit_finding *f = s->findings; f; f = f->next) {
		if (f->check == check)
			return true;
	}
	return false;
}

// Only what was asked of a host that answered everything can have passed.
static bool check_passed(
	const struct audit_report *r, const struct audit_subject *s, const struct check *check)
{
	return !r->is_lint && s->outcome == AUDIT_DONE && (check->how & CHECK_OBSERVED) &&
	       !check_is_open(s, check) && !check_was_found(s, check);
}

static struct junit_counts subject_counts(const struct audit_report *r, const struct audit_subject *s)
{
	struct junit_counts c = { .tests = 1, .errors = subject_failed(s) };

	for (const struct audit_finding *f = s->findings; f; f = f->next) {
		c.tests++;
		c.failures += finding_fails(f);
		c.skipped += f->waiver != NULL;
	}
	for (const struct open_question *q = s->open; q; q = q->next) {
		c.tests++;
		c.skipped++;
	}
	for (size_t i = 0; i < audit_check_count; i++)
		c.tests += check_passed(r, s, &audit_checks[i]);
	return c;
}

static void put_counts(FILE *out, const struct junit_counts *c)
{
	fprintf(out, " tests=\"%zu\" failures=\"%zu\" errors=\"%zu\" skipped=\"%zu\"", c->tests, c->failures,
		c->errors, c->skipped);
}

static void put_seconds(FILE *out, uint64_t begun_us, uint64_t ended_us)
{
	uint64_t us = ended_us > begun_us ? ended_us - begun_us : 0;

	fprintf(out, " time=\"%llu.%03u\"", (unsigned long long)(us / 1000000), (unsigned)(us / 1000 % 1000));
}

static void open_case(
	struct xml_writer *w, const struct audit_subject *s, const char *name, const char *subject)
{
	fputs("    <testcase", w->out);
	xml_put_attribute(w, "classname", s->address);
	fputs(" name=\"", w->out);
	xml_put_literal(w, name);
	if (subject) {
		fputs(": ", w->out);
		xml_put_text(w, subject);
	}
	fputs("\" time=\"0.000\"", w->out);
}

static void put_evidence(struct xml_writer *w, const struct audit_finding *f)
{
	if (f->file) {
		xml_put_text(w, f->file);
		fprintf(w->out, ":%u\n", f->line);
	}
	for (const struct evidence *e = f->evidence; e; e = e->next) {
		xml_put_text(w, e->sent);
		fputs("\n  ", w->out);
		xml_put_text(w, e->received);
		fputc('\n', w->out);
	}
}

static void put_remedies(struct xml_writer *w, const struct audit_subject *s, const struct check *check)
{
	for (enum platform p = 0; p < PLATFORM_COUNT; p++) {
		if (!check->remedy[p] || !subject_wants_remedy(s, p))
			continue;
		fprintf(w->out, "fix for %s:\n", platform_name(p));
		xml_put_literal(w, check->remedy[p]);
		fputc('\n', w->out);
	}
}

static void put_finding(struct xml_writer *w, const struct audit_subject *s, const struct audit_finding *f)
{
	open_case(w, s, f->check->id, f->subject);
	if (f->waiver) {
		fputs("><skipped", w->out);
		xml_put_attribute(w, "message", f->waiver);
		fputs("/></testcase>\n", w->out);
		return;
	}
	fputs(finding_fails(f) ? "><failure" : "><system-out>", w->out);
	if (finding_fails(f)) {
		xml_put_attribute(w, "type", audit_severity_name(f->severity));
		xml_put_attribute(w, "message", finding_message(f));
		fputc('>', w->out);
		put_evidence(w, f);
		put_remedies(w, s, f->check);
	} else {
		xml_put_text(w, finding_message(f));
		fputc('\n', w->out);
		put_evidence(w, f);
	}
	fputs(finding_fails(f) ? "</failure></testcase>\n" : "</system-out></testcase>\n", w->out);
}

static void put_open(struct xml_writer *w, const struct audit_subject *s)
{
	for (const struct open_question *q = s->open; q; q = q->next) {
		open_case(w, s, q->check->id, NULL);
		fputs("><skipped", w->out);
		xml_put_attribute(w, "message", q->reason);
		fputs("/></testcase>\n", w->out);
	}
}

// The host or file itself is a case too, so that a suite is never empty.
static void put_reached(struct xml_writer *w, const struct audit_report *r, const struct audit_subject *s)
{
	open_case(w, s, r->is_lint ? "read" : "reached", NULL);
	if (!subject_failed(s)) {
		fputs("/>\n", w->out);
		return;
	}
	fputs("><error", w->out);
	xml_put_attribute(w, "type", outcome_name(s->outcome));
	xml_put_attribute(w, "message", s->error ? s->error : outcome_name(s->outcome));
	fputs("/></testcase>\n", w->out);
}

static void put_subject(struct xml_writer *w, const struct audit_report *r, const struct audit_subject *s)
{
	struct junit_counts c = subject_counts(r, s);
	char time[VALUE_TIME_LEN];

	fputs("  <testsuite name=\"", w->out);
	xml_put_text(w, s->address);
	if (!r->is_lint)
		fprintf(w->out, " port %u", s->port);
	fputc('"', w->out);
	put_counts(w->out, &c);
	put_seconds(w->out, s->begun_us, s->ended_us);
	value_format_time(s->begun_us ? s->begun_us : r->begun_us, time);
	time[19] = 0; // the de-facto schema knows neither fractions nor zones
	xml_put_attribute(w, "timestamp", time);
	xml_put_attribute(w, "hostname", r->is_lint ? "localhost" : s->address);
	fprintf(w->out, ">\n    <properties><property name=\"grade\" value=\"%c\"/></properties>\n",
		s->grade);
	put_reached(w, r, s);
	for (const struct audit_finding *f = s->findings; f; f = f->next)
		put_finding(w, s, f);
	put_open(w, s);
	for (size_t i = 0; i < audit_check_count; i++) {
		if (!check_passed(r, s, &audit_checks[i]))
			continue;
		open_case(w, s, audit_checks[i].id, NULL);
		fputs("/>\n", w->out);
	}
	fputs("  </testsuite>\n", w->out);
}

int report_write_junit(FILE *out, const struct audit_report *r)
{
	struct junit_counts all = { 0 };
	struct xml_writer w;

	for (const struct audit_subject *s = r->subjects; s; s = s->next) {
		struct junit_counts c = subject_counts(r, s);

		all.tests += c.tests;
		all.failures += c.failures;
		all.errors += c.errors;
		all.skipped += c.skipped;
	}
	xml_init(&w, out);
	fprintf(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"signet %s\"",
		r->is_lint ? "lint" : "audit");
	put_counts(out, &all);
	put_seconds(out, r->begun_us, r->ended_us);
	fputs(">\n", out);
	for (const struct audit_subject *s = r->subjects; s; s = s->next)
		put_subject(&w, r, s);
	fputs("</testsuites>\n", out);
	xml_done(&w);
	return ferror(out) ? -EIO : 0;
}
