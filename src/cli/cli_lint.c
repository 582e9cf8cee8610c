// SPDX-License-Identifier: Apache-2.0
// `signet lint FILE...`: what configurations leave open, by reading them.
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "audit/lint/lint.h"
#include "cli/cli.h"
#include "cli/report_settings.h"

struct lint_options {
	enum lint_format format;
	struct report_settings report;
	char **files;
	int file_count;
};

static int take(int option, struct lint_options *o, char **argv)
{
	if (option == '?')
		return report_option_unknown("lint", argv);
	if (report_option_is(option))
		return report_option_take("lint", option, optarg, &o->report);
	o->format = lint_format_of_word(optarg);
	if (o->format == LINT_UNKNOWN)
		return cli_usage_error("lint", "--format %s: it is one of %s", optarg, LINT_FORMAT_WORDS);
	return CLI_OK;
}

static int parse(int argc, char **argv, struct lint_options *o)
{
	static const struct option known[] = {
		REPORT_OPTIONS,
		{ "format", required_argument, NULL, 'f' },
		{ 0 },
	};
	int status = CLI_OK;
	opterr = 0;
	optind = 0; // glibc: start anew
	for (int c = 0; status == CLI_OK && (c = getopt_long(argc, argv, "", known, NULL)) != -1;)
		status = take(c, o, argv);
	o->files = argv + optind;
	o->file_count = argc - optind;
	if (status == CLI_OK && o->file_count == 0)
		return cli_usage_error("lint", "give a file");
	return status;
}

static uint64_t now_us(void)
{
	struct timespec ts;
	(void)clock_gettime(CLOCK_REALTIME, &ts);
	return (uint64_t)ts.tv_sec * 1000000 + (uint64_t)ts.tv_nsec / 1000;
}

static bool lint_all(const struct lint_options *o, struct audit_report *r)
{
	r->begun_us = now_us();
	for (int i = 0; i < o->file_count; i++)
		if (!lint_file(r, o->files[i], o->format))
			return false;
	r->ended_us = now_us();
	return true;
}

static int lint(int argc, char **argv, const struct lint_options *o)
{
	struct audit_report r;
	int status = CLI_FAILURE;
	audit_report_init(&r);
	r.is_lint = true;
	r.command = report_command(&r, argc, argv);
	if (r.command != NULL && lint_all(o, &r))
		status = report_finish("lint", &o->report, &r);
	else
		(void)fprintf(stderr, "signet lint: memory is out\n");
	audit_report_done(&r);
	return status;
}

int cli_lint(int argc, char **argv)
{
	struct lint_options o = { 0 };
	int status = parse(argc, argv, &o);
	if (status == CLI_OK)
		status = report_files_check("lint", true, &o.report);
	return status == CLI_OK ? lint(argc, argv, &o) : status;
}
