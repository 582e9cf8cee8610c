// SPDX-License-Identifier: Apache-2.0
// docs/audit-report.md describes this form. Subject by subject, a line each, so that ten thousand hosts do
// not have to be in memory twice and two reports can be compared line by line.
#include <errno.h>

#include "audit/report/report.h"
#include "audit/report/report_summary.h"
#include "audit/report/report_value.h"

static json_t *evidence_values(struct value_builder *b, const struct evidence *e)
{
	json_t *all = value_array(b);

	for (; e; e = e->next) {
		json_t *one = value_object(b);

		value_set(b, one, "sent", value_text(b, e->sent));
		value_set(b, one, "received", value_text(b, e->received));
		value_append(b, all, one);
	}
	return all;
}

static json_t *fix_values(struct value_builder *b, const struct audit_subject *s, const struct check *check)
{
	json_t *all = value_array(b);

	for (enum platform p = 0; p < PLATFORM_COUNT; p++) {
		json_t *one;

		if (!check->remedy[p] || !subject_wants_remedy(s, p))
			continue;
		one = value_object(b);
		value_set(b, one, "platform", value_literal(b, platform_name(p)));
		value_set(b, one, "text", value_literal(b, check->remedy[p]));
		value_append(b, all, one);
	}
	return all;
}

static json_t *finding_value(
	struct value_builder *b, const struct audit_subject *s, const struct audit_finding *f)
{
	json_t *o = value_object(b);

	value_set(b, o, "id", value_literal(b, f->check->id));
	value_set(b, o, "title", value_literal(b, f->check->title));
	value_set(b, o, "severity", value_literal(b, audit_severity_name(f->severity)));
	value_set(b, o, "grade", value_char(b, f->grade));
	value_set(b, o, "subject", value_text(b, f->subject));
	value_set(b, o, "summary", value_text(b, finding_message(f)));
	value_set(b, o, "evidence", evidence_values(b, f->evidence));
	value_set(b, o, "file", value_text(b, f->file));
	value_set(b, o, "line", f->line ? json_integer(f->line) : json_null());
	value_set(b, o, "known", json_boolean(f->known));
	value_set(b, o, "waiver", value_text(b, f->waiver));
	value_set(b, o, "fix", fix_values(b, s, f->check));
	value_set(b, o, "may_break", value_literal(b, f->check->may_break));
	value_set(b, o, "references", value_references(b, f->check));
	return o;
}

static json_t *open_values(struct value_builder *b, const struct open_question *q)
{
	json_t *all = value_array(b);

	for (; q; q = q->next) {
		json_t *one = value_object(b);

		value_set(b, one, "id", value_literal(b, q->check->id));
		value_set(b, one, "reason", value_text(b, q->reason));
		value_append(b, all, one);
	}
	return all;
}

static json_t *subject_value(
	struct value_builder *b, const struct audit_report *r, const struct audit_subject *s)
{
	json_t *o = value_object(b), *findings = value_array(b);

	value_set(b, o, r->is_lint ? "file" : "address", value_text(b, s->address));
	if (!r->is_lint)
		value_set(b, o, "port", json_integer(s->port));
	value_set(b, o, "name", value_text(b, s->name));
	value_set(b, o, "system", value_text(b, s->system));
	value_set(b, o, "platform", value_literal(b, s->platform_known ? platform_name(s->platform) : NULL));
	value_set(b, o, "outcome", value_literal(b, outcome_name(s->outcome)));
	value_set(b, o, "error", value_text(b, s->error));
	value_set(b, o, "grade", value_char(b, s->grade));
	value_set(b, o, "begun", value_time(b, s->begun_us));
	value_set(b, o, "ended", value_time(b, s->ended_us));
	for (const struct audit_finding *f = s->findings; f; f = f->next)
		value_append(b, findings, finding_value(b, s, f));
	value_set(b, o, "findings", findings);
	value_set(b, o, "open", open_values(b, s->open));
	return o;
}

static json_t *summary_value(struct value_builder *b, const struct audit_report *r)
{
	struct report_summary sum = report_summarise(r);
	json_t *o = value_object(b), *grades = value_object(b), *findings = value_object(b);

	value_set(b, o, r->is_lint ? "files" : "hosts", json_integer((json_int_t)sum.subjects));
	value_set(b, o, r->is_lint ? "read" : "answered", json_integer((json_int_t)sum.answered));
	value_set(b, o, "worst", value_char(b, sum.worst));
	for (size_t i = 0; i < SUMMARY_GRADES; i++)
		value_set(
			b, grades, (char[]){ summary_grades[i], 0 }, json_integer((json_int_t)sum.grades[i]));
	value_set(b, o, "grades", grades);
	for (size_t i = SUMMARY_SEVERITIES; i-- > 0;)
		value_set(b, findings, audit_severity_name((enum audit_severity)i),
			json_integer((json_int_t)sum.findings[i]));
	value_set(b, o, "findings", findings);
	value_set(b, o, "known", json_integer((json_int_t)sum.known));
	value_set(b, o, "waived", json_integer((json_int_t)sum.waived));
	value_set(b, o, "open", json_integer((json_int_t)sum.open));
	return o;
}

static json_t *note_values(struct value_builder *b, const struct audit_report *r)
{
	json_t *all = value_array(b);

	for (const struct report_note *n = r->notes; n; n = n->next)
		value_append(b, all, value_text(b, n->text));
	return all;
}

static int write_member(struct value_builder *b, FILE *out, const char *key, json_t *value, const char *after)
{
	int result;

	fprintf(out, "\"%s\":", key);
	result = value_write(b, out, value);
	fputs(after, out);
	return result;
}

static int write_head(struct value_builder *b, FILE *out, const struct audit_report *r)
{
	int result;

	fprintf(out, "{\"format\":\"signet-%s\",\"version\":1,\"program\":\"signet %s\",\n",
		r->is_lint ? "lint" : "audit", SIGNET_VERSION);
	result = write_member(b, out, "command", value_text(b, r->command), ",\n");
	if (result == 0)
		result = write_member(b, out, "begun", value_time(b, r->begun_us), ",");
	if (result == 0)
		result = write_member(b, out, "ended", value_time(b, r->ended_us), ",\n");
	if (result == 0)
		result = write_member(b, out, "summary", summary_value(b, r), ",\n");
	if (result == 0)
		result = write_member(b, out, "notes", note_values(b, r), ",\n");
	return result;
}

int report_write_json(FILE *out, const struct audit_report *r)
{
	struct value_builder b;
	int result;

	value_builder_init(&b);
	result = write_head(&b, out, r);
	fprintf(out, "\"%s\":[", r->is_lint ? "files" : "hosts");
	for (const struct audit_subject *s = r->subjects; s && result == 0; s = s->next) {
		fputs(s == r->subjects ? "\n" : ",\n", out);
		result = value_write(&b, out, subject_value(&b, r, s));
	}
	fputs("\n]}\n", out);
	value_builder_done(&b);
	return result == 0 && ferror(out) ? -EIO : result;
}
