// SPDX-License-Identifier: Apache-2.0
// What `signet audit` and `signet lint` have in common: the form of the report, what is known and accepted
// already, and when that is a failure.
#ifndef SIGNET_CLI_REPORT_SETTINGS_H
#define SIGNET_CLI_REPORT_SETTINGS_H

#include <getopt.h>
#include <stdbool.h>

#include "audit/findings.h"
#include "base/attributes.h"

enum report_form {
	REPORT_TEXT,
	REPORT_JSON,
	REPORT_SARIF,
	REPORT_JUNIT,
	REPORT_HTML,
	REPORT_FIX, // instead of a report, what closes its findings
};

struct report_settings {
	enum report_form form;
	bool form_given;
	const char *html_path;
	enum platform fix;
	const char *baseline, *waivers;
	char fail_on; // 0: never
};

// Rows for a verb's list of long options; their values are no letters.
enum {
	REPORT_OPTION_FIRST = 0x100,
	REPORT_OPTION_JSON = REPORT_OPTION_FIRST,
	REPORT_OPTION_SARIF,
	REPORT_OPTION_JUNIT,
	REPORT_OPTION_HTML,
	REPORT_OPTION_FIX,
	REPORT_OPTION_BASELINE,
	REPORT_OPTION_WAIVERS,
	REPORT_OPTION_FAIL_ON,
	REPORT_OPTION_END,
};
// clang-format off
#define REPORT_OPTIONS \
	{ "json", no_argument, NULL, REPORT_OPTION_JSON }, \
	{ "sarif", no_argument, NULL, REPORT_OPTION_SARIF }, \
	{ "junit", no_argument, NULL, REPORT_OPTION_JUNIT }, \
	{ "html", required_argument, NULL, REPORT_OPTION_HTML }, \
	{ "fix", required_argument, NULL, REPORT_OPTION_FIX }, \
	{ "baseline", required_argument, NULL, REPORT_OPTION_BASELINE }, \
	{ "waivers", required_argument, NULL, REPORT_OPTION_WAIVERS }, \
	{ "fail-on", required_argument, NULL, REPORT_OPTION_FAIL_ON }
// clang-format on
static inline bool report_option_is(int option)
{
	return option >= REPORT_OPTION_FIRST && option < REPORT_OPTION_END;
}

// CLI_OK, or what cli_usage_error returned.
int report_option_take(
	const char *verb, int option, const char *value, struct report_settings *s) WARN_UNUSED;

// "signet audit 192.0.2.0/24 --json", in the report's arena; NULL when memory is out. There are no secrets
// among arguments.
const char *report_command(struct audit_report *r, int argc, char **argv);

// Before the work, so that a mistake in one of its files does not come to light after it: CLI_OK, or
// CLI_USAGE after saying why.
int report_files_check(const char *verb, bool is_lint, const struct report_settings *s) WARN_UNUSED;
// Compares with what is known, writes, and says how it went: CLI_OK, CLI_ALERTED, CLI_FAILURE.
int report_finish(const char *verb, const struct report_settings *s, struct audit_report *r) WARN_UNUSED;

// "an option is not known" in words that do not repeat what may be a secret.
int report_option_unknown(const char *verb, char **argv);

#endif
