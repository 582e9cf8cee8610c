// SPDX-License-Identifier: Apache-2.0
// What was found and what stays open, told once: ten pipes with the same fault are one thing to mend.
#include <string.h>

#include "audit/report/report_text.h"
#include "audit/report/report_wrap.h"

enum { EVIDENCE_SHOWN = 3, SUBJECTS_SHOWN = 40, INDENT = 12 };

static const char *colour_of_severity(enum audit_severity s)
{
	static const char *const colours[] = {
		[AUDIT_INFO] = "36",
		[AUDIT_LOW] = "34",
		[AUDIT_MEDIUM] = "33",
		[AUDIT_HIGH] = "31",
		[AUDIT_CRITICAL] = "1;31",
	};

	return colours[s];
}

static void put_wrapped(struct text_report *t, const char *label, const char *text)
{
	report_wrap(t->out, (struct wrap_shape){ .indent = INDENT, .label = label, .width = t->width }, text);
}

// --- findings ---------------------------------------------------------------------------------------

static bool text_same(const char *a, const char *b)
{
	return a == b || (a && b && strcmp(a, b) == 0);
}

static bool is_alike(const struct audit_finding *a, const struct audit_finding *b)
{
	return a->check == b->check && a->subject && b->subject && !a->file && !b->file &&
	       a->severity == b->severity && a->grade == b->grade && a->known == b->known &&
	       text_same(a->waiver, b->waiver) && text_same(a->summary, b->summary);
}

// f and those after it that say the same of other shares or pipes; *after: the first that does not.
static size_t count_alike(const struct audit_finding *f, const struct audit_finding **after)
{
	size_t count = 1;

	for (*after = f->next; *after && is_alike(f, *after); *after = (*after)->next)
		count++;
	return count;
}

static void put_title(struct text_report *t, const struct audit_finding *f, size_t count)
{
	const char *subject = f->subject && count == 1 ? text_clean(t, f->subject) : NULL;
	int columns = INDENT + report_columns(f->check->title) + report_columns(f->check->id) + 4;
	char severity[16];

	if (subject)
		columns += report_columns(subject) + 2;
	(void)snprintf(severity, sizeof(severity), "%-8s", audit_severity_name(f->severity));
	fputs("  ", t->out);
	text_put_coloured(t, f->waiver ? "2" : colour_of_severity(f->severity), severity);
	fputs("  ", t->out);
	text_put_coloured(t, "1", f->check->title);
	if (subject)
		fprintf(t->out, ": %s", subject);
	if (columns > t->width)
		fprintf(t->out, "\n%*s(%s)", INDENT, "", f->check->id);
	else
		fprintf(t->out, "  (%s)", f->check->id);
	fprintf(t->out, "%s\n", f->known ? " known" : "");
}

static void put_subjects(struct text_report *t, const struct audit_finding *f, size_t count)
{
	size_t shown = count < SUBJECTS_SHOWN ? count : SUBJECTS_SHOWN;
	const char *all = text_clean(t, f->subject);

	for (size_t i = 1; i < shown && all; i++) {
		f = f->next;
		all = arena_printf(&t->arena, "%s, %s", all, text_clean(t, f->subject));
	}
	if (count > shown && all)
		all = arena_printf(&t->arena, "%s and %zu more", all, count - shown);
	put_wrapped(t, "which", all ? all : "");
}

static void put_place(struct text_report *t, const struct audit_finding *f)
{
	const char *file = f->file ? text_clean(t, f->file) : NULL;

	if (file && f->line)
		file = arena_printf(&t->arena, "%s:%u", file, f->line);
	if (file)
		put_wrapped(t, "at", file);
}

// What was sent is not said again for each thing that it brought.
static void put_evidence(struct text_report *t, const struct audit_finding *f)
{
	const char *sent = "";
	unsigned count = 0, more = 0;

	for (const struct evidence *e = f->evidence; e; e = e->next) {
		if (++count > EVIDENCE_SHOWN) {
			more++;
			continue;
		}
		if (*e->sent && strcmp(e->sent, sent) != 0)
			put_wrapped(t, t->report->is_lint ? "read" : "sent", text_clean(t, e->sent));
		if (*e->received)
			put_wrapped(t, t->report->is_lint ? "line" : "came", text_clean(t, e->received));
		sent = e->sent;
	}
	if (more)
		fprintf(t->out, "%*s%-6s %u more like it\n", INDENT, "", "", more);
}

static void put_fix(struct text_report *t, const struct audit_subject *s, const struct check *check)
{
	if (!s->platform_known || !check->remedy[s->platform])
		return;
	report_wrap_lines(t->out, (struct wrap_shape){ .indent = INDENT, .label = "fix", .width = t->width },
		check->remedy[s->platform]);
}

void text_put_findings(struct text_report *t, const struct audit_subject *s)
{
	const struct audit_finding *after;

	for (const struct audit_finding *f = s->findings; f; f = after) {
		size_t count = count_alike(f, &after);

		put_title(t, f, count);
		if (f->waiver)
			put_wrapped(t, "waived", text_clean(t, f->waiver));
		if (f->summary)
			put_wrapped(t, NULL, text_clean(t, f->summary));
		if (count > 1)
			put_subjects(t, f, count);
		put_place(t, f);
		put_evidence(t, f);
		if (!f->waiver)
			put_fix(t, s, f->check);
	}
}

// --- open questions ---------------------------------------------------------------------------------

static bool is_told(const struct audit_subject *s, const struct open_question *q)
{
	for (const struct open_question *before = s->open; before != q; before = before->next) {
		if (strcmp(before->reason, q->reason) == 0)
			return true;
	}
	return false;
}

static const char *checks_with_reason(struct text_report *t, const struct open_question *first)
{
	const char *all = first->check->id;

	for (const struct open_question *q = first->next; q && all; q = q->next) {
		if (strcmp(q->reason, first->reason) == 0)
			all = arena_printf(&t->arena, "%s, %s", all, q->check->id);
	}
	return all;
}

void text_put_open(struct text_report *t, const struct audit_subject *s)
{
	for (const struct open_question *q = s->open; q; q = q->next) {
		const char *checks = is_told(s, q) ? NULL : checks_with_reason(t, q);
		const char *text =
			checks ? arena_printf(&t->arena, "%s: %s", text_clean(t, q->reason), checks) : NULL;

		if (text)
			report_wrap(t->out,
				(struct wrap_shape){
					.indent = 2, .label = "open", .width = t->width, .gap = 10 },
				text);
	}
}
