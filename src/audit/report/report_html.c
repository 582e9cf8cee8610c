// SPDX-License-Identifier: Apache-2.0
// One page that asks nobody for anything: the policy in its head forbids it even if a text from the network
// should ever get through unescaped. Style and script are allowed by their hashes alone.
#include <errno.h>
#include <string.h>

#include <openssl/evp.h>

#include "audit/report/report.h"
#include "audit/report/report_html_assets.h"
#include "audit/report/report_html_parts.h"
#include "audit/report/report_summary.h"
#include "audit/report/report_value.h"

enum { HASH_LEN = 32, HASH_TEXT_LEN = 4 * ((HASH_LEN + 2) / 3) + 1 };

static bool hash_of(const char *text, char out[HASH_TEXT_LEN])
{
	unsigned char hash[EVP_MAX_MD_SIZE];
	unsigned int len = 0;

	if (EVP_Digest(text, strlen(text), hash, &len, EVP_sha256(), NULL) != 1 || len != HASH_LEN)
		return false;
	(void)EVP_EncodeBlock((unsigned char *)out, hash, HASH_LEN);
	return true;
}

static bool put_head(struct html_page *p)
{
	char style[HASH_TEXT_LEN], script[HASH_TEXT_LEN];
	FILE *out = p->xml.out;

	if (!hash_of(report_html_style, style) || !hash_of(report_html_script, script))
		return false;
	fprintf(out,
		"<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
		"<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src "
		"'sha256-%s'; "
		"script-src 'sha256-%s'; base-uri 'none'; form-action 'none'\">\n"
		"<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
		"<meta name=\"referrer\" content=\"no-referrer\">\n<title>SMB "
		"%s</title>\n<style>%s</style>\n</head>\n",
		style, script, p->report->is_lint ? "configuration check" : "audit", report_html_style);
	return true;
}

static void put_title(struct html_page *p)
{
	char begun[VALUE_TIME_LEN];
	FILE *out = p->xml.out;

	fprintf(out, "<body>\n<header>\n<h1>SMB %s</h1>\n<p class=\"meta\">",
		p->report->is_lint ? "configuration check" : "audit");
	if (p->report->begun_us) {
		value_format_time(p->report->begun_us, begun);
		fprintf(out, "%.10s %.5s UTC", begun, begun + 11);
	}
	if (p->report->command) {
		fputs(" &middot; <code class=\"any\">", out);
		xml_put_text(&p->xml, p->report->command);
		fputs("</code>", out);
	}
	fputs("</p>\n</header>\n<main>\n", out);
}

static void put_notes(struct html_page *p)
{
	if (!p->report->notes)
		return;
	fputs("<ul class=\"card notes\">\n", p->xml.out);
	for (const struct report_note *n = p->report->notes; n; n = n->next) {
		fputs("<li class=\"any\">", p->xml.out);
		xml_put_text(&p->xml, n->text);
		fputs("</li>\n", p->xml.out);
	}
	fputs("</ul>\n", p->xml.out);
}

// The worst first; what could not be judged at the end.
static void put_subjects(struct html_page *p)
{
	for (const char *grade = "FEDCBA?"; *grade; grade++) {
		size_t number = 0;

		for (const struct audit_subject *s = p->report->subjects; s; s = s->next) {
			number++;
			if (s->grade == *grade)
				html_put_subject(p, s, number);
		}
	}
}

int report_write_html(FILE *out, const struct audit_report *r)
{
	struct html_page p = { .report = r };

	xml_init(&p.xml, out);
	if (!put_head(&p))
		return -ENOTSUP;
	put_title(&p);
	html_put_overview(&p);
	put_notes(&p);
	html_put_common(&p);
	fprintf(out, "<h2>%s</h2>\n", r->is_lint ? "Files" : "Hosts");
	html_put_filter(&p);
	put_subjects(&p);
	html_put_checks(&p);
	fprintf(out,
		"</main>\n<footer>Written by signet %s. A grade is the worst that one of the findings "
		"leaves; waived "
		"ones do not count.</footer>\n<script>%s</script>\n</body>\n</html>\n",
		SIGNET_VERSION, report_html_script);
	xml_done(&p.xml);
	return ferror(out) ? -EIO : 0;
}
