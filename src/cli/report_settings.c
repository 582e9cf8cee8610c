// SPDX-License-Identifier: Apache-2.0
#include "cli/report_settings.h"

#include <ctype.h>
#include <errno.h>
#include <libgen.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "audit/fix/fix.h"
#include "audit/report/report.h"
#include "cli/cli.h"

// --- options ----------------------------------------------------------------------------------------

static int set_form(const char *verb, struct report_settings *s, enum report_form form)
{
	if (s->form_given)
		return cli_usage_error(verb, "--json, --sarif, --junit, --html and --fix exclude each other");
	s->form_given = true;
	s->form = form;
	return CLI_OK;
}

static int set_fix(const char *verb, struct report_settings *s, const char *word)
{
	for (int p = 0; p < PLATFORM_COUNT; p++) {
		if (strcmp(word, platform_name((enum platform)p)) == 0) {
			s->fix = (enum platform)p;
			return set_form(verb, s, REPORT_FIX);
		}
	}
	// How its administrators call it.
	if (strcmp(word, "windows-gpo") == 0 || strcmp(word, "windows-reg") == 0) {
		s->fix = PLATFORM_WINDOWS_REGISTRY;
		return set_form(verb, s, REPORT_FIX);
	}
	return cli_usage_error(verb,
		"--fix %s: samba, ksmbd, windows-powershell, windows-registry (windows-gpo, windows-reg) or "
		"signet is wanted",
		word);
}

static int set_fail_on(const char *verb, struct report_settings *s, const char *grade)
{
	char letter = (char)toupper((unsigned char)grade[0]);
	if (letter < 'A' || letter > 'F' || grade[1] != '\0')
		return cli_usage_error(verb, "--fail-on %s: a grade from A to F is wanted", grade);
	s->fail_on = letter;
	return CLI_OK;
}

int report_option_take(const char *verb, int option, const char *value, struct report_settings *s)
{
	switch (option) {
	case REPORT_OPTION_JSON:
		return set_form(verb, s, REPORT_JSON);
	case REPORT_OPTION_SARIF:
		return set_form(verb, s, REPORT_SARIF);
	case REPORT_OPTION_JUNIT:
		return set_form(verb, s, REPORT_JUNIT);
	case REPORT_OPTION_HTML:
		s->html_path = value;
		return set_form(verb, s, REPORT_HTML);
	case REPORT_OPTION_FIX:
		return set_fix(verb, s, value);
	case REPORT_OPTION_BASELINE:
		s->baseline = value;
		return CLI_OK;
	case REPORT_OPTION_WAIVERS:
		s->waivers = value;
		return CLI_OK;
	default:
		return set_fail_on(verb, s, value);
	}
}

int report_option_unknown(const char *verb, char **argv)
{
	const char *option = argv[optind - 1];
	return cli_usage_error(verb, "%.*s: unknown, or its value is missing or one too many",
		(int)strcspn(option, "="), option);
}

const char *report_command(struct audit_report *r, int argc, char **argv)
{
	const char *command = "signet";
	for (int i = 0; i < argc && command != NULL; i++)
		command = arena_printf(&r->arena, "%s %s", command, argv[i]);
	return command;
}

// --- files ------------------------------------------------------------------------------------------

static int fail(const char *verb, const char *what, const char *why)
{
	(void)fprintf(stderr, "signet %s: %s%s%s\n", verb, what, what[0] != '\0' ? ": " : "", why);
	return CLI_FAILURE;
}

static int compare(const char *verb, const struct report_settings *s, struct audit_report *r)
{
	char error[REPORT_ERROR_LEN] = "";
	int rc = 0;
	if (s->baseline != NULL)
		rc = report_apply_baseline(r, s->baseline, error);
	if (rc == 0 && s->waivers != NULL)
		rc = report_apply_waivers(r, s->waivers, error);
	return rc == 0 ? CLI_OK : fail(verb, "", error);
}

// Whether fopen for writing will do, as far as that can be told without making the file.
static bool is_writable(const char *path)
{
	struct stat st;
	char folder[PATH_MAX];
	if (stat(path, &st) == 0) {
		errno = S_ISDIR(st.st_mode) ? EISDIR : 0;
		return errno == 0 && access(path, W_OK) == 0;
	}
	if (errno != ENOENT || strlen(path) >= sizeof(folder))
		return false;
	memcpy(folder, path, strlen(path) + 1);
	return access(dirname(folder), W_OK | X_OK) == 0;
}

int report_files_check(const char *verb, bool is_lint, const struct report_settings *s)
{
	struct audit_report nothing;
	audit_report_init(&nothing);
	nothing.is_lint = is_lint;
	int status = compare(verb, s, &nothing);
	audit_report_done(&nothing);
	if (status == CLI_OK && s->html_path != NULL && !is_writable(s->html_path))
		status = fail(verb, s->html_path, strerror(errno));
	return status == CLI_OK ? CLI_OK : CLI_USAGE;
}

// --- the report -------------------------------------------------------------------------------------

static int write_form(FILE *out, const struct report_settings *s, const struct audit_report *r)
{
	switch (s->form) {
	case REPORT_JSON:
		return report_write_json(out, r);
	case REPORT_SARIF:
		return report_write_sarif(out, r);
	case REPORT_JUNIT:
		return report_write_junit(out, r);
	case REPORT_HTML:
		return report_write_html(out, r);
	case REPORT_FIX:
		return fix_write(out, r, s->fix);
	default:
		return report_write_text(out, r, isatty(fileno(out)) == 1 && getenv("NO_COLOR") == NULL);
	}
}

static int write_to(FILE *out, const struct report_settings *s, const struct audit_report *r)
{
	int rc = write_form(out, s, r);
	if (rc == 0 && (fflush(out) != 0 || ferror(out)))
		rc = -EIO;
	return rc;
}

static int write_report(const char *verb, const struct report_settings *s, const struct audit_report *r)
{
	const char *path = s->html_path != NULL ? s->html_path : "standard output";
	FILE *out = s->html_path != NULL ? fopen(s->html_path, "we") : stdout;
	if (out == NULL)
		return fail(verb, path, strerror(errno));
	int rc = write_to(out, s, r);
	if (out != stdout && fclose(out) != 0 && rc == 0)
		rc = -errno;
	return rc == 0 ? CLI_OK : fail(verb, path, strerror(-rc));
}

static bool is_judged(const struct audit_subject *s)
{
	return s->outcome == AUDIT_DONE || s->outcome == AUDIT_PARTIAL;
}

int report_finish(const char *verb, const struct report_settings *s, struct audit_report *r)
{
	bool any = false, all = true;
	bool failed = false;
	// Less than was found would pass for better than it is.
	int status = r->no_memory ? fail(verb, "", "memory is out") : compare(verb, s, r);
	if (status == CLI_OK)
		status = write_report(verb, s, r);
	if (status != CLI_OK)
		return status;
	for (const struct audit_subject *one = r->subjects; one != NULL; one = one->next) {
		any = any || is_judged(one);
		all = all && is_judged(one);
		failed = failed || (s->fail_on != 0 && grade_is_or_worse(one->grade, s->fail_on));
	}
	if (failed)
		return CLI_ALERTED;
	// Of ten thousand hosts some are always away; a file that was named is there, or its name is wrong.
	return (r->is_lint ? all : any) ? CLI_OK : CLI_FAILURE;
}
