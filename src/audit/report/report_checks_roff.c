// SPDX-License-Identifier: Apache-2.0
// signet-checks(7) from the catalogue, as mdoc(7).
#include <string.h>

#include "audit/report/report.h"

// Text as roff takes it: no control line by accident, backslashes and dashes as themselves.
static void put_roff_char(FILE *out, char c, bool line_begins)
{
	if (line_begins && (c == '.' || c == '\''))
		fputs("\\&", out);
	if (c == '\\')
		fputs("\\e", out);
	else if (c == '-')
		fputs("\\-", out);
	else
		fputc(c, out);
}

static void put_roff_lines(FILE *out, const char *text)
{
	for (const char *c = text; *c; c++)
		put_roff_char(out, *c, c == text || c[-1] == '\n');
	fputc('\n', out);
}

// A sentence a line, as mdoc wants prose.
static void put_roff(FILE *out, const char *text)
{
	bool line_begins = true;

	for (; *text; text++) {
		put_roff_char(out, *text, line_begins);
		line_begins = text[0] == '.' && text[1] == ' ';
		if (line_begins) {
			fputc('\n', out);
			text++;
		}
	}
	fputc('\n', out);
}

static void put_references(FILE *out, const struct check *check)
{
	if (!check->references[0].source)
		return;
	fputs(".Pp\nReferences:\n", out);
	for (size_t i = 0; i < CHECK_REFERENCES_MAX && check->references[i].source; i++)
		fprintf(out, "%s %s%s\n", check->references[i].source, check->references[i].id,
			i + 1 < CHECK_REFERENCES_MAX && check->references[i + 1].source ? ";" : ".");
}

static void put_remedies(FILE *out, const struct check *check)
{
	for (enum platform p = 0; p < PLATFORM_COUNT; p++) {
		if (!check->remedy[p])
			continue;
		fprintf(out, ".Pp\nFix for\n.Cm %s :\n.Bd -literal -offset indent -compact\n",
			platform_name(p));
		put_roff_lines(out, check->remedy[p]);
		fputs(".Ed\n", out);
	}
	if (!check->may_break)
		return;
	fputs(".Pp\nMay break:\n", out);
	put_roff(out, check->may_break);
}

static void put_check(FILE *out, const struct check *check)
{
	fprintf(out, ".Ss %s\n", check->id);
	put_roff(out, check->title);
	fprintf(out, "(%s, grade %c;%s%s%s).\n.Pp\n", audit_severity_name(check->severity), check->grade,
		check->how & CHECK_OBSERVED        ? " audit"
		: check->how & CHECK_OBSERVED_AUTH ? " audit with credentials"
						   : "",
		(check->how & CHECK_LINT) && check->how != CHECK_LINT ? "," : "",
		check->how & CHECK_LINT ? " lint" : "");
	put_roff(out, check->why);
	put_remedies(out, check);
	put_references(out, check);
}

void report_list_checks_roff(FILE *out)
{
	fputs(".\\\" SPDX-License-Identifier: Apache-2.0\n"
	      ".\\\" Generated from src/audit/catalogue by signet help man-checks; a test compares the two.\n"
	      ".Dd November 23, 2026\n.Dt SIGNET-CHECKS 7\n.Os\n.Sh NAME\n.Nm signet-checks\n"
	      ".Nd weaknesses that signet audit and signet lint look for\n.Sh DESCRIPTION\n"
	      "Each check has a severity and the best grade that a host with it can still get.\n"
	      "A case that is milder or worse than usual is graded as such, and its finding says why.\n"
	      "Identifiers do not change.\n.Sh CHECKS\n",
		out);
	for (size_t i = 0; i < audit_check_count; i++)
		put_check(out, &audit_checks[i]);
	fputs(".Sh SEE ALSO\n.Xr signet-audit 1 ,\n.Xr signet-lint 1\n", out);
}
