// SPDX-License-Identifier: Apache-2.0
#include <errno.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "audit/report/report.h"
#include "audit/report/report_clean.h"
#include "audit/report/report_summary.h"
#include "audit/report/report_text.h"
#include "audit/report/report_wrap.h"

enum { WIDTH_STANDARD = 100, WIDTH_MIN = 60, WIDTH_MAX = 120, COUNTS_COLUMNS = 51 };

static int width_of(FILE *out)
{
	struct winsize size;
	int fd = fileno(out);

	if (fd < 0 || !isatty(fd) || ioctl(fd, TIOCGWINSZ, &size) != 0 || size.ws_col == 0)
		return WIDTH_STANDARD;
	return size.ws_col < WIDTH_MIN ? WIDTH_MIN : size.ws_col > WIDTH_MAX ? WIDTH_MAX : size.ws_col;
}

const char *text_clean(struct text_report *t, const char *text)
{
	const char *c = report_clean(&t->arena, text);

	return c ? c : "";
}

void text_put_coloured(struct text_report *t, const char *colour, const char *text)
{
	if (t->colour)
		fprintf(t->out, "\033[%sm%s\033[0m", colour, text);
	else
		fputs(text, t->out);
}

static const char *colour_of_grade(char grade)
{
	switch (grade) {
	case 'A':
	case 'B':
		return "1;32";
	case 'C':
		return "1;33";
	case '?':
		return "2";
	default:
		return "1;31";
	}
}

static const char *subject_title(struct text_report *t, const struct audit_subject *s)
{
	const char *address = text_clean(t, s->address), *title = address;

	if (!t->report->is_lint)
		title = address_is_ipv6(s->address) ? arena_printf(&t->arena, "[%s]:%u", address, s->port)
						    : arena_printf(&t->arena, "%s:%u", address, s->port);
	return title ? title : "";
}

static void put_subject(struct text_report *t, const struct audit_subject *s)
{
	char grade[2] = { s->grade, 0 };

	text_put_coloured(t, "1", subject_title(t, s));
	if (s->name && strcmp(s->name, s->address) != 0)
		fprintf(t->out, "  %s", text_clean(t, s->name));
	if (s->system)
		fprintf(t->out, "  %s", text_clean(t, s->system));
	fputs("  grade ", t->out);
	text_put_coloured(t, colour_of_grade(s->grade), grade);
	fputc('\n', t->out);
	if (s->error)
		report_wrap(t->out,
			(struct wrap_shape){ .indent = 2,
				.label = outcome_name(s->outcome),
				.width = t->width,
				.gap = 10 },
			text_clean(t, s->error));
	text_put_findings(t, s);
	text_put_open(t, s);
	fputc('\n', t->out);
	arena_reset(&t->arena);
}

static int title_width(struct text_report *t)
{
	int widest = 4;

	for (const struct audit_subject *s = t->report->subjects; s; s = s->next) {
		int width = report_columns(subject_title(t, s));

		if (width > widest)
			widest = width;
		arena_reset(&t->arena);
	}
	return widest > t->width - COUNTS_COLUMNS ? t->width - COUNTS_COLUMNS : widest;
}

static void put_padded(FILE *out, const char *text, int width)
{
	int columns = report_columns(text);

	fprintf(out, "%s%*s", text, columns < width ? width - columns : 0, "");
}

// A grade is worth as much as was asked.
static size_t count_open(const struct audit_subject *s)
{
	size_t count = 0;

	for (const struct open_question *q = s->open; q; q = q->next)
		count++;
	return count;
}

static void put_row(struct text_report *t, const struct audit_subject *s, int width)
{
	size_t counts[SUMMARY_SEVERITIES];
	char grade[2] = { s->grade, 0 };

	fputs("  ", t->out);
	text_put_coloured(t, colour_of_grade(s->grade), grade);
	fputs("    ", t->out);
	put_padded(t->out, subject_title(t, s), width);
	if (s->outcome == AUDIT_UNREACHABLE || s->outcome == AUDIT_UNREADABLE) {
		fprintf(t->out, "  %s\n", outcome_name(s->outcome));
	} else {
		subject_count_findings(s, counts);
		fprintf(t->out, "  %8zu %6zu %6zu %6zu %6zu %6zu%s\n", counts[AUDIT_CRITICAL],
			counts[AUDIT_HIGH], counts[AUDIT_MEDIUM], counts[AUDIT_LOW], counts[AUDIT_INFO],
			count_open(s), s->outcome == AUDIT_PARTIAL ? "  partial" : "");
	}
	arena_reset(&t->arena);
}

static void put_table(struct text_report *t)
{
	struct report_summary sum = report_summarise(t->report);
	const char *what = t->report->is_lint ? "file" : "host";
	int width = title_width(t);

	fputs("grade  ", t->out);
	put_padded(t->out, what, width);
	fprintf(t->out, "  critical   high medium    low   info   open\n");
	for (const struct audit_subject *s = t->report->subjects; s; s = s->next)
		put_row(t, s, width);
	fprintf(t->out, "\n%zu %s%s:", sum.subjects, what, sum.subjects == 1 ? "" : "s");
	for (size_t i = 0; i < SUMMARY_GRADES; i++) {
		if (sum.grades[i])
			fprintf(t->out, " %zu %c", sum.grades[i], summary_grades[i]);
	}
	if (sum.waived)
		fprintf(t->out, ", %zu waived", sum.waived);
	if (sum.known)
		fprintf(t->out, ", %zu known", sum.known);
	if (sum.open)
		fprintf(t->out, ", %zu question%s open", sum.open, sum.open == 1 ? "" : "s");
	fputc('\n', t->out);
}

int report_write_text(FILE *out, const struct audit_report *r, bool colour)
{
	struct text_report t = { .out = out, .report = r, .width = width_of(out), .colour = colour };

	arena_init(&t.arena, NULL, 0);
	for (const struct audit_subject *s = r->subjects; s; s = s->next) {
		// Those with nothing to say stand in the table; one host alone is always shown.
		if (s->findings || s->open || s->error || r->subject_count == 1)
			put_subject(&t, s);
	}
	put_table(&t);
	for (const struct report_note *n = r->notes; n; n = n->next)
		report_wrap(out, (struct wrap_shape){ .label = "note", .width = t.width },
			text_clean(&t, n->text));
	arena_reset(&t.arena);
	return ferror(out) ? -EIO : 0;
}
