// SPDX-License-Identifier: Apache-2.0
#include "audit/report/report_html_parts.h"
#include "audit/report/report_summary.h"

enum { CHECKS_MAX = 256 }; // of the catalogue; more are not counted here

const char *html_grade_class(char grade)
{
	static const char *const classes[] = { "A", "B", "C", "D", "E", "F" };

	return grade >= 'A' && grade <= 'F' ? classes[grade - 'A'] : "q";
}

void html_put_severity(struct html_page *p, enum audit_severity s)
{
	fprintf(p->xml.out, "<span class=\"sev %s\">%s</span>", audit_severity_name(s),
		audit_severity_name(s));
}

// The circle is 100 units long, so lengths are percents; the first arc begins at the top.
static void put_donut(FILE *out, const struct report_summary *sum)
{
	double at = 25;

	fputs("<svg class=\"donut\" viewBox=\"0 0 42 42\" role=\"img\" aria-label=\"Grades\">\n"
	      "<circle class=\"ring\" cx=\"21\" cy=\"21\" r=\"15.9155\"/>\n",
		out);
	for (size_t i = 0; i < SUMMARY_GRADES; i++) {
		double part = sum->subjects ? 100.0 * (double)sum->grades[i] / (double)sum->subjects : 0;

		if (sum->grades[i] == 0)
			continue;
		fprintf(out,
			"<circle class=\"arc f%s\" cx=\"21\" cy=\"21\" r=\"15.9155\" stroke-dasharray=\"%.3f "
			"%.3f\" "
			"stroke-dashoffset=\"%.3f\"/>\n",
			html_grade_class(summary_grades[i]), part, 100 - part, at);
		at -= part;
	}
	fprintf(out,
		"<text x=\"21\" y=\"23.2\" font-size=\"12\" font-weight=\"700\">%c</text>\n"
		"<text x=\"21\" y=\"28.4\" font-size=\"3.4\">%s</text>\n</svg>\n",
		sum->worst, sum->subjects == 1 ? "grade" : "worst grade");
}

static void put_bar(FILE *out, const char *class, double percent)
{
	fprintf(out,
		"<svg viewBox=\"0 0 100 6\" preserveAspectRatio=\"none\" aria-hidden=\"true\">"
		"<rect class=\"track\" width=\"100\" height=\"6\"/>"
		"<rect class=\"bar %s\" width=\"%.2f\" height=\"6\"/></svg>",
		class, percent);
}

static void put_grades(FILE *out, const struct report_summary *sum)
{
	char class[] = "fA";

	fputs("<ul class=\"grades\">\n", out);
	for (size_t i = 0; i < SUMMARY_GRADES; i++) {
		const char *grade = html_grade_class(summary_grades[i]);

		if (sum->grades[i] == 0 && (summary_grades[i] == '?' || summary_grades[i] == 'E'))
			continue;
		class[1] = *grade;
		fprintf(out, "<li><span class=\"badge g%s\">%c</span>", grade, summary_grades[i]);
		put_bar(out, class,
			sum->subjects ? 100.0 * (double)sum->grades[i] / (double)sum->subjects : 0);
		fprintf(out, "<span class=\"n\">%zu</span></li>\n", sum->grades[i]);
	}
	fputs("</ul>\n", out);
}

// Of one host alone, grades say nothing: its findings by severity do.
static void put_severities(FILE *out, const struct report_summary *sum)
{
	size_t all = 0;

	for (size_t i = 0; i < SUMMARY_SEVERITIES; i++)
		all += sum->findings[i];
	fputs("<ul class=\"grades by-severity\">\n", out);
	for (size_t i = SUMMARY_SEVERITIES; i-- > 0;) {
		const char *name = audit_severity_name((enum audit_severity)i);

		fprintf(out, "<li><span class=\"sev %s\">%s</span>", name, name);
		put_bar(out, name, all ? 100.0 * (double)sum->findings[i] / (double)all : 0);
		fprintf(out, "<span class=\"n\">%zu</span></li>\n", sum->findings[i]);
	}
	fputs("</ul>\n", out);
}

void html_put_overview(struct html_page *p)
{
	struct report_summary sum = report_summarise(p->report);
	FILE *out = p->xml.out;

	fputs("<section class=\"overview\" aria-label=\"Overview\">\n", out);
	put_donut(out, &sum);
	if (sum.subjects == 1)
		put_severities(out, &sum);
	else
		put_grades(out, &sum);
	fprintf(out, "<p class=\"counts\"><span><b>%zu</b>%s%s</span>", sum.subjects,
		p->report->is_lint ? "file" : "host", sum.subjects == 1 ? "" : "s");
	for (size_t i = SUMMARY_SEVERITIES; i-- > 0;) {
		if (sum.findings[i])
			fprintf(out, "<span class=\"%s\"><b>%zu</b>%s</span>",
				audit_severity_name((enum audit_severity)i), sum.findings[i],
				audit_severity_name((enum audit_severity)i));
	}
	if (sum.waived)
		fprintf(out, "<span><b>%zu</b>waived</span>", sum.waived);
	if (sum.known)
		fprintf(out, "<span><b>%zu</b>known</span>", sum.known);
	if (sum.open)
		fprintf(out, "<span><b>%zu</b>open</span>", sum.open);
	fputs("</p>\n</section>\n", out);
}

// A check's findings: in how many subjects, and how grave the worst of them is.
struct common_finding {
	size_t count;
	enum audit_severity worst;
};

static void count_finding(struct common_finding *c, const struct audit_finding *f, bool first)
{
	if (c->count == 0 || f->severity > c->worst)
		c->worst = f->severity;
	c->count += first;
}

// By the catalogue's order.
static void count_subjects(const struct audit_report *r, struct common_finding all[CHECKS_MAX])
{
	for (const struct audit_subject *s = r->subjects; s; s = s->next) {
		bool seen[CHECKS_MAX] = { false };

		for (const struct audit_finding *f = s->findings; f; f = f->next) {
			size_t i = (size_t)(f->check - audit_checks);

			if (f->waiver || i >= CHECKS_MAX)
				continue;
			count_finding(&all[i], f, !seen[i]);
			seen[i] = true;
		}
	}
}

static bool is_before(const struct common_finding *a, const struct common_finding *b)
{
	return a->worst > b->worst || (a->worst == b->worst && a->count > b->count);
}

// The worst first, then the most frequent; each call takes one. CHECKS_MAX: there is none left.
static size_t take_next(struct common_finding all[CHECKS_MAX], struct common_finding *taken)
{
	size_t best = CHECKS_MAX;

	for (size_t i = 0; i < audit_check_count && i < CHECKS_MAX; i++) {
		if (all[i].count && (best == CHECKS_MAX || is_before(&all[i], &all[best])))
			best = i;
	}
	if (best < CHECKS_MAX) {
		*taken = all[best];
		all[best].count = 0;
	}
	return best;
}

static void put_common_row(struct html_page *p, const struct check *check, const struct common_finding *c)
{
	FILE *out = p->xml.out;

	fputs("<tr><td>", out);
	html_put_severity(p, c->worst);
	fprintf(out, "</td><td><a href=\"#check-%s\">", check->id);
	xml_put_literal(&p->xml, check->title);
	fprintf(out, "</a></td><td class=\"wide mono dim\">%s</td><td class=\"n\">%zu</td></tr>\n", check->id,
		c->count);
}

void html_put_common(struct html_page *p)
{
	struct common_finding all[CHECKS_MAX] = { 0 }, taken;

	if (p->report->subject_count < 2)
		return;
	count_subjects(p->report, all);
	fprintf(p->xml.out,
		"<h2>What was found</h2>\n<div class=\"card\"><table>\n<tr><th>severity</th><th>finding</th>"
		"<th class=\"wide\">identifier</th><th class=\"n\">%s</th></tr>\n",
		p->report->is_lint ? "files" : "hosts");
	for (size_t i = take_next(all, &taken); i < CHECKS_MAX; i = take_next(all, &taken))
		put_common_row(p, &audit_checks[i], &taken);
	fputs("</table></div>\n", p->xml.out);
}

void html_put_filter(struct html_page *p)
{
	struct report_summary sum = report_summarise(p->report);
	FILE *out = p->xml.out;

	if (p->report->subject_count < 2)
		fputs("<div hidden>", out);
	fputs("<div class=\"filter\"><input type=\"search\" id=\"find\" placeholder=\"Find name, finding, "
	      "share&hellip;\" "
	      "aria-label=\"Find\">",
		out);
	for (size_t i = 0; i < SUMMARY_GRADES; i++) {
		if (sum.grades[i])
			fprintf(out,
				"<label><input type=\"checkbox\" value=\"%c\" checked aria-label=\"grade "
				"%c\">"
				"<span class=\"badge g%s\">%c</span></label>",
				summary_grades[i], summary_grades[i], html_grade_class(summary_grades[i]),
				summary_grades[i]);
	}
	fputs("<button type=\"button\" id=\"unfold\">Open all</button><output id=\"shown\"></output></div>\n",
		out);
	if (p->report->subject_count < 2)
		fputs("</div>\n", out);
}
