// SPDX-License-Identifier: Apache-2.0
#include <errno.h>

#include "audit/report/report_changes.h"
#include "audit/report/report_value.h"

static const char *const change_names[] = {
	[CHANGE_APPEARED] = "appeared",
	[CHANGE_WORSE] = "worse",
	[CHANGE_BETTER] = "better",
	[CHANGE_GONE] = "gone",
	[CHANGE_WAIVED] = "waived",
	[CHANGE_UNKNOWN] = "not_answered",
};

static void put_text_changes(FILE *out, const struct subject_change *c)
{
	static const char marks[] = {
		[CHANGE_APPEARED] = '+',
		[CHANGE_WORSE] = '+',
		[CHANGE_BETTER] = '-',
		[CHANGE_GONE] = '-',
		[CHANGE_WAIVED] = '~',
		[CHANGE_UNKNOWN] = '?',
	};

	for (const struct finding_change *f = c->findings; f; f = f->next) {
		fprintf(out, "  %c %-12s %-8s  %s", marks[f->kind], change_names[f->kind],
			audit_severity_name(f->finding->severity), f->finding->title);
		fprintf(out, f->finding->subject ? ": %s (%s)\n" : "%s (%s)\n",
			f->finding->subject ? f->finding->subject : "", f->finding->id);
	}
}

static void put_text_subject(FILE *out, const struct subject_change *c)
{
	if (!c->old)
		fprintf(out, "%s  new, grade %c\n", c->title, c->now->grade);
	else if (!c->now)
		fprintf(out, "%s  no longer asked, was %c\n", c->title, c->old->grade);
	else if (!c->now->answered && c->old->answered)
		fprintf(out, "%s  does not answer any more, was %c\n", c->title, c->old->grade);
	else if (c->old->grade == c->now->grade)
		fprintf(out, "%s  still %c\n", c->title, c->now->grade);
	else
		fprintf(out, "%s  %c -> %c\n", c->title, c->old->grade, c->now->grade);
	put_text_changes(out, c);
}

static void put_text(FILE *out, const struct report_changes *all)
{
	for (const struct subject_change *c = all->subjects; c; c = c->next)
		put_text_subject(out, c);
	fprintf(out, "%s%zu better, %zu worse, %zu the same\n", all->subjects ? "\n" : "", all->better,
		all->worse, all->same);
}

static json_t *finding_value(struct value_builder *b, const struct finding_change *f)
{
	json_t *o = value_object(b);

	value_set(b, o, "change", value_literal(b, change_names[f->kind]));
	value_set(b, o, "id", value_text(b, f->finding->id));
	value_set(b, o, "title", value_text(b, f->finding->title));
	value_set(b, o, "subject", value_text(b, f->finding->subject));
	value_set(b, o, "severity", value_literal(b, audit_severity_name(f->finding->severity)));
	value_set(b, o, "grade", value_char(b, f->finding->grade));
	value_set(b, o, "summary", value_text(b, f->finding->summary));
	return o;
}

static json_t *subject_value(struct value_builder *b, const struct subject_change *c)
{
	json_t *o = value_object(b), *findings = value_array(b);

	value_set(b, o, "subject", value_text(b, c->title));
	value_set(b, o, "old_grade", c->old ? value_char(b, c->old->grade) : json_null());
	value_set(b, o, "new_grade", c->now ? value_char(b, c->now->grade) : json_null());
	value_set(b, o, "worse", json_boolean(c->worse));
	value_set(b, o, "better", json_boolean(c->better));
	for (const struct finding_change *f = c->findings; f; f = f->next)
		value_append(b, findings, finding_value(b, f));
	value_set(b, o, "findings", findings);
	return o;
}

static int put_json(FILE *out, const struct report_changes *all, const char *old_begun, const char *new_begun)
{
	struct value_builder b;
	json_t *o, *subjects;
	int result;

	value_builder_init(&b);
	o = value_object(&b);
	subjects = value_array(&b);
	value_set(&b, o, "format", value_literal(&b, "signet-diff"));
	value_set(&b, o, "version", json_integer(1));
	value_set(&b, o, "old_begun", value_text(&b, old_begun));
	value_set(&b, o, "new_begun", value_text(&b, new_begun));
	value_set(&b, o, "better", json_integer((json_int_t)all->better));
	value_set(&b, o, "worse", json_integer((json_int_t)all->worse));
	value_set(&b, o, "same", json_integer((json_int_t)all->same));
	for (const struct subject_change *c = all->subjects; c; c = c->next)
		value_append(&b, subjects, subject_value(&b, c));
	value_set(&b, o, "subjects", subjects);
	result = value_write(&b, out, o);
	fputc('\n', out);
	value_builder_done(&b);
	return result;
}

static char worst_of(const struct report_changes *all)
{
	char worst = '?';

	for (const struct subject_change *c = all->subjects; c; c = c->next) {
		if (c->worse && c->now && (worst == '?' || grade_is_or_worse(c->now->grade, worst)))
			worst = c->now->grade;
	}
	return worst;
}

static int write_changes(FILE *out, struct arena *a, const struct earlier_report *old,
	const struct earlier_report *now, bool json, char *worst)
{
	struct report_changes all;
	int result = 0;

	if (!report_compare(&all, a, old, now))
		return -ENOMEM;
	*worst = worst_of(&all);
	if (json)
		result = put_json(out, &all, old->begun, now->begun);
	else
		put_text(out, &all);
	return result == 0 && ferror(out) ? -EIO : result;
}

int report_diff(FILE *out, const char *old_path, const char *new_path, bool json, char *worst,
	char error[REPORT_ERROR_LEN])
{
	struct earlier_report old, now = { 0 };
	struct arena scratch;
	int result = earlier_report_read(&old, old_path, error);

	if (result == 0)
		result = earlier_report_read(&now, new_path, error);
	if (result == 0 && old.is_lint != now.is_lint) {
		(void)snprintf(error, REPORT_ERROR_LEN,
			"%s and %s: one is of signet audit, the other of signet lint", old_path, new_path);
		result = -EINVAL;
	}
	arena_init(&scratch, NULL, 0);
	if (result == 0) {
		result = write_changes(out, &scratch, &old, &now, json, worst);
		if (result != 0)
			(void)snprintf(error, REPORT_ERROR_LEN, "the comparison cannot be written");
	}
	arena_reset(&scratch);
	earlier_report_done(&old);
	earlier_report_done(&now);
	return result;
}
