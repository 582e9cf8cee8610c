// SPDX-License-Identifier: Apache-2.0
#include <string.h>

#include "audit/report/report_html_parts.h"
#include "audit/report/report_summary.h"

enum { EVIDENCE_SHOWN = 8 };

static bool in_full(const struct html_page *p)
{
	return p->report->subject_count <= HTML_SUBJECTS_IN_FULL;
}

static void put_tagged(struct html_page *p, const char *before, const char *text, const char *after)
{
	fputs(before, p->xml.out);
	xml_put_text(&p->xml, text);
	fputs(after, p->xml.out);
}

static void put_who(struct html_page *p, const struct audit_subject *s)
{
	put_tagged(p, "<span class=\"who any\"><b>", s->address, "</b>");
	if (!p->report->is_lint)
		fprintf(p->xml.out, "<span class=\"dim\">:%u</span>", s->port);
	if (s->name && strcmp(s->name, s->address) != 0)
		put_tagged(p, " ", s->name, "");
	if (s->system)
		put_tagged(p, " <span class=\"dim\">", s->system, "</span>");
	fputs("</span>", p->xml.out);
}

static void put_tally(struct html_page *p, const struct audit_subject *s)
{
	size_t counts[SUMMARY_SEVERITIES];

	subject_count_findings(s, counts);
	fputs("<span class=\"tally\">", p->xml.out);
	for (size_t i = SUMMARY_SEVERITIES; i-- > 0;) {
		if (counts[i])
			fprintf(p->xml.out, "<span class=\"%s\">%zu %s</span>",
				audit_severity_name((enum audit_severity)i), counts[i],
				audit_severity_name((enum audit_severity)i));
	}
	if (s->outcome != AUDIT_DONE)
		fprintf(p->xml.out, "<span class=\"dim\">%s</span>", outcome_name(s->outcome));
	fputs("</span>", p->xml.out);
}

static void put_heading(struct html_page *p, const struct audit_finding *f)
{
	fputs("<h3 class=\"any\">", p->xml.out);
	xml_put_literal(&p->xml, f->check->title);
	if (f->subject)
		put_tagged(p, ": ", f->subject, "");
	fprintf(p->xml.out, "</h3> <a class=\"id mono dim\" href=\"#check-%s\">%s</a>", f->check->id,
		f->check->id);
	if (f->known)
		fputs(" <span class=\"tag\">known</span>", p->xml.out);
	if (f->waiver)
		fputs(" <span class=\"tag\">waived</span>", p->xml.out);
}

static void put_evidence(struct html_page *p, const struct audit_finding *f)
{
	unsigned count = 0;

	fputs("<dl class=\"proof\">", p->xml.out);
	if (f->file) {
		put_tagged(p, "<dt>where</dt><dd class=\"mono any\">", f->file, "");
		if (f->line)
			fprintf(p->xml.out, ":%u", f->line);
		fputs("</dd>", p->xml.out);
	}
	for (const struct evidence *e = f->evidence; e && count < EVIDENCE_SHOWN; e = e->next, count++) {
		if (*e->sent)
			put_tagged(p,
				p->report->is_lint ? "<dt>read</dt><dd class=\"mono any\">"
						   : "<dt>sent</dt><dd class=\"mono any\">",
				e->sent, "</dd>");
		if (*e->received)
			put_tagged(p,
				p->report->is_lint ? "<dt>line</dt><dd class=\"mono any\">"
						   : "<dt>came back</dt><dd class=\"mono any\">",
				e->received, "</dd>");
	}
	fputs("</dl>\n", p->xml.out);
}

static const char *platform_title(enum platform p)
{
	static const char *const titles[PLATFORM_COUNT] = {
		[PLATFORM_SAMBA] = "Samba",
		[PLATFORM_KSMBD] = "ksmbd",
		[PLATFORM_WINDOWS_POWERSHELL] = "Windows, in PowerShell",
		[PLATFORM_WINDOWS_REGISTRY] = "Windows, in the registry",
		[PLATFORM_SIGNET] = "Signet",
	};

	return titles[p];
}

// The fix for the host's own system is open; where that is not known, each can be unfolded.
void html_put_remedies(struct html_page *p, const struct check *check, const struct audit_subject *s)
{
	bool single = s && s->platform_known;

	for (enum platform i = 0; i < PLATFORM_COUNT; i++) {
		if (!check->remedy[i] || (s && !subject_wants_remedy(s, i)))
			continue;
		fprintf(p->xml.out, "<details class=\"fix\"%s><summary>Fix for %s</summary><pre>",
			single && i == s->platform ? " open" : "", platform_title(i));
		xml_put_literal(&p->xml, check->remedy[i]);
		fputs("</pre></details>\n", p->xml.out);
	}
	if (!check->may_break)
		return;
	fputs("<p class=\"label\">May break: ", p->xml.out);
	xml_put_literal(&p->xml, check->may_break);
	fputs("</p>\n", p->xml.out);
}

void html_put_references(struct html_page *p, const struct check *check)
{
	if (!check->references[0].source)
		return;
	fputs("<p class=\"refs any\">", p->xml.out);
	for (size_t i = 0; i < CHECK_REFERENCES_MAX && check->references[i].source; i++) {
		fputs(i ? " &middot; " : "", p->xml.out);
		xml_put_literal(&p->xml, check->references[i].source);
		fputc(' ', p->xml.out);
		xml_put_literal(&p->xml, check->references[i].id);
	}
	fputs("</p>\n", p->xml.out);
}

static void put_finding(struct html_page *p, const struct audit_subject *s, const struct audit_finding *f)
{
	fprintf(p->xml.out, "<article class=\"finding%s\">", f->waiver ? " waived" : "");
	html_put_severity(p, f->severity);
	fputs("<div>", p->xml.out);
	put_heading(p, f);
	if (f->waiver)
		put_tagged(p, "<p class=\"any\">Waived: ", f->waiver, "</p>");
	if (f->summary)
		put_tagged(p, "<p class=\"any\">", f->summary, "</p>");
	if (in_full(p)) {
		fputs("<p class=\"dim\">", p->xml.out);
		xml_put_literal(&p->xml, f->check->why);
		fputs("</p>\n", p->xml.out);
	}
	if (f->evidence || f->file)
		put_evidence(p, f);
	if (!f->waiver && (in_full(p) || s->platform_known))
		html_put_remedies(p, f->check, s);
	fputs("</div></article>\n", p->xml.out);
}

static void put_open(struct html_page *p, const struct audit_subject *s)
{
	if (!s->open)
		return;
	fputs("<div class=\"open\"><span class=\"dim\">Not answered</span><ul>", p->xml.out);
	for (const struct open_question *q = s->open; q; q = q->next) {
		fputs("<li class=\"any\">", p->xml.out);
		xml_put_literal(&p->xml, q->check->title);
		put_tagged(p, "? <span class=\"dim\">", q->reason, "</span></li>");
	}
	fputs("</ul></div>\n", p->xml.out);
}

void html_put_subject(struct html_page *p, const struct audit_subject *s, size_t number)
{
	fprintf(p->xml.out,
		"<details class=\"host\" id=\"s%zu\" data-grade=\"%c\"%s><summary><span class=\"badge "
		"g%s\">%c</span>",
		number, s->grade, p->report->subject_count == 1 ? " open" : "", html_grade_class(s->grade),
		s->grade);
	put_who(p, s);
	put_tally(p, s);
	fputs("</summary>\n<div class=\"inside\">\n", p->xml.out);
	if (s->error)
		put_tagged(p, "<p class=\"error any\">", s->error, "</p>\n");
	for (const struct audit_finding *f = s->findings; f; f = f->next)
		put_finding(p, s, f);
	if (!s->findings && !s->error)
		fputs("<p class=\"error dim\">Nothing was found.</p>\n", p->xml.out);
	put_open(p, s);
	fputs("</div></details>\n", p->xml.out);
}

static bool check_is_found(const struct audit_report *r, const struct check *check)
{
	for (const struct audit_subject *s = r->subjects; s; s = s->next) {
		for (const struct audit_finding *f = s->findings; f; f = f->next) {
			if (f->check == check)
				return true;
		}
	}
	return false;
}

static void put_check(struct html_page *p, const struct check *check)
{
	fprintf(p->xml.out, "<article class=\"check\" id=\"check-%s\">", check->id);
	html_put_severity(p, check->severity);
	fputs(" <h3>", p->xml.out);
	xml_put_literal(&p->xml, check->title);
	fprintf(p->xml.out, "</h3> <span class=\"mono dim\">%s</span><p>", check->id);
	xml_put_literal(&p->xml, check->why);
	fputs("</p>\n", p->xml.out);
	html_put_remedies(p, check, NULL);
	html_put_references(p, check);
	fputs("</article>\n", p->xml.out);
}

void html_put_checks(struct html_page *p)
{
	bool any = false;

	for (size_t i = 0; i < audit_check_count; i++) {
		if (!check_is_found(p->report, &audit_checks[i]))
			continue;
		if (!any)
			fputs("<h2>What it means, and what to do</h2>\n", p->xml.out);
		any = true;
		put_check(p, &audit_checks[i]);
	}
}
