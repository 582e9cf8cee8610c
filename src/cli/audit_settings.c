// SPDX-License-Identifier: Apache-2.0
#include "cli/audit_settings.h"

#include <stdlib.h>
#include <string.h>

#include "audit/runner.h"
#include "cli/cli.h"

enum {
	PARALLEL_MAX = 4096,
	RATE_MAX = 100000,
	TIMEOUT_S_MAX = 600,
	HOST_TIMEOUTS = 20, // waits in vain that one host may cost
};

// Digits alone, from least to most.
static bool number_parse(const char *text, unsigned least, unsigned most, unsigned *out)
{
	size_t len = strspn(text, "0123456789");
	if (len == 0 || len > 7 || text[len] != '\0')
		return false;
	*out = (unsigned)strtoul(text, NULL, 10);
	return *out >= least && *out <= most;
}

static int set_rate(struct audit_settings *s, const char *text)
{
	if (number_parse(text, 0, RATE_MAX, &s->options.connections_per_second))
		return CLI_OK;
	return cli_usage_error("audit",
		"--rate %s: connections a second are wanted, up to 100000; 0: without a limit", text);
}

static int set_parallel(struct audit_settings *s, const char *text)
{
	if (number_parse(text, 1, PARALLEL_MAX, &s->options.parallel))
		return CLI_OK;
	return cli_usage_error("audit", "--parallel %s: hosts at once are wanted, 1 to 4096", text);
}

static int set_timeout(struct audit_settings *s, const char *text)
{
	unsigned seconds = 0;
	if (!number_parse(text, 1, TIMEOUT_S_MAX, &seconds))
		return cli_usage_error("audit", "--timeout %s: seconds are wanted, 1 to 600", text);
	s->options.timeout_ms = (int)seconds * 1000;
	s->options.host_timeout_ms = s->options.timeout_ms * HOST_TIMEOUTS;
	return CLI_OK;
}

// "DOMAIN\user", or a name alone.
static int set_user(struct audit_settings *s, const char *text)
{
	size_t len = strlen(text);
	if (len == 0 || len >= sizeof(s->account))
		return cli_usage_error("audit", "--user: the name is empty or too long");
	memcpy(s->account, text, len + 1);
	char *split = strchr(s->account, '\\');
	s->options.login.user = split != NULL ? split + 1 : s->account;
	s->options.login.domain = split != NULL ? s->account : NULL;
	if (split == NULL)
		return CLI_OK;
	*split = '\0';
	if (split == s->account || split[1] == '\0')
		return cli_usage_error("audit", "--user: DOMAIN\\USER is wanted, or a name alone");
	return CLI_OK;
}

static int take(struct audit_settings *s, int option, const char *value)
{
	switch (option) {
	case 'u':
		return set_user(s, value);
	case 'r':
		return set_rate(s, value);
	case 'p':
		return set_parallel(s, value);
	case 't':
		return set_timeout(s, value);
	default:
		return cli_usage_error("audit",
			"a password is no argument, for all users of a machine see those: give it with "
			"--password-stdin");
	}
}

static int parse_options(int argc, char **argv, struct audit_settings *s)
{
	int flag[7] = { 0 };
	const struct option known[] = {
		REPORT_OPTIONS,
		{ "user", required_argument, NULL, 'u' },
		{ "password-stdin", no_argument, &flag[0], 1 },
		// Not only unknown: it would be taken for short for --password-stdin, and what follows for a
		// target.
		{ "password", optional_argument, NULL, 'P' },
		{ "kerberos", no_argument, &flag[1], 1 },
		{ "diff", no_argument, &flag[2], 1 },
		{ "list-checks", no_argument, &flag[3], 1 },
		{ "dry-run", no_argument, &flag[4], 1 },
		{ "try-logons", no_argument, &flag[5], 1 },
		{ "quiet", no_argument, &flag[6], 1 },
		{ "rate", required_argument, NULL, 'r' },
		{ "parallel", required_argument, NULL, 'p' },
		{ "timeout", required_argument, NULL, 't' },
		{ 0 },
	};
	int status = CLI_OK;
	opterr = 0;
	optind = 0; // glibc: start anew
	for (int c = 0; status == CLI_OK && (c = getopt_long(argc, argv, "", known, NULL)) != -1;) {
		if (c == '?')
			status = report_option_unknown("audit", argv);
		else if (report_option_is(c))
			status = report_option_take("audit", c, optarg, &s->report);
		else if (c != 0)
			status = take(s, c, optarg);
	}
	s->password_stdin = flag[0] != 0;
	s->options.login.kerberos = flag[1] != 0;
	s->diff = flag[2] != 0;
	s->list_checks = flag[3] != 0;
	s->dry_run = flag[4] != 0;
	s->options.try_failed_logon = flag[5] != 0;
	s->quiet = flag[6] != 0;
	s->words = argv + optind;
	s->word_count = argc - optind;
	return status;
}

static int check_login(const struct audit_settings *s)
{
	bool user = s->options.login.user != NULL;
	if (s->options.login.kerberos && (user || s->password_stdin))
		return cli_usage_error("audit",
			"--kerberos uses the tickets there are, and takes neither --user "
			"nor --password-stdin");
	if (user && !s->password_stdin)
		return cli_usage_error("audit", "--user needs --password-stdin");
	if (!user && s->password_stdin)
		return cli_usage_error("audit", "--password-stdin needs --user");
	for (int i = 0; s->password_stdin && i < s->word_count; i++)
		if (strcmp(s->words[i], "@-") == 0)
			return cli_usage_error("audit",
				"standard input is the password already: give the targets in a file");
	return CLI_OK;
}

static int check_words(const struct audit_settings *s)
{
	if (s->diff && s->list_checks)
		return cli_usage_error("audit", "--diff and --list-checks exclude each other");
	if ((s->diff || s->list_checks) && s->report.form_given && s->report.form != REPORT_JSON)
		return cli_usage_error(
			"audit", "with %s there is text, or --json", s->diff ? "--diff" : "--list-checks");
	if ((s->diff || s->list_checks) && (s->report.baseline != NULL || s->report.waivers != NULL))
		return cli_usage_error("audit",
			"--baseline and --waivers are for an audit; waivers that it was "
			"given are in its report");
	if (s->list_checks && s->report.fail_on != 0)
		return cli_usage_error("audit", "--fail-on: nothing can fail with --list-checks");
	if (s->diff && s->word_count != 2)
		return cli_usage_error("audit", "--diff needs two reports: OLD.json NEW.json");
	if (s->list_checks && s->word_count != 0)
		return cli_usage_error("audit", "%s: unexpected with --list-checks", s->words[0]);
	if (!s->diff && !s->list_checks && s->word_count == 0)
		return cli_usage_error("audit", "whom? give a host, HOST:PORT, a network or @FILE");
	return CLI_OK;
}

int audit_settings_parse(int argc, char **argv, struct audit_settings *s)
{
	s->options = audit_options_default();
	int status = parse_options(argc, argv, s);
	if (status == CLI_OK)
		status = check_login(s);
	return status == CLI_OK ? check_words(s) : status;
}
