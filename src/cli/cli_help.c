// SPDX-License-Identifier: Apache-2.0
#include <stdarg.h>
#include <string.h>

#include "audit/report/report.h"
#include "cli/cli.h"
#include "config/config_schema.h"
#include "event/event_schema.h"
#include "server/metrics/metrics_table.h"

// Texts that come from tables. Those without a description are for the build and its tests.
static const struct topic {
	const char *name;
	void (*print)(FILE *out);
} topics[] = {
	{ "config", config_schema_print_help },
	{ "example", config_schema_print_example },
	{ "man-config", config_schema_print_man },
	{ "man-checks", report_list_checks_roff },
	{ "events-markdown", event_schema_print_markdown },
	{ "events-json", event_schema_print_json },
	{ "metrics-markdown", metrics_print_markdown },
	{ "metrics-names", metrics_print_names },
};

static int finish(void)
{
	return fflush(stdout) == 0 && ferror(stdout) == 0 ? CLI_OK : CLI_FAILURE;
}

static int print_overview(void)
{
	printf("signet makes SMB trustworthy: it signs and seals everything, by default.\n\n");
	for (size_t i = 0; i < cli_verb_count; i++)
		printf("  %s\n      %s\n", cli_verbs[i].usage, cli_verbs[i].brief);
	printf("  signet --version\n\nStatus: 0 done, 1 failed, 2 asked wrongly.\n");
	return finish();
}

int cli_help(int argc, char **argv)
{
	if (argc > 2)
		return cli_usage_error("help", "one topic at a time");
	if (argc < 2)
		return print_overview();
	const struct cli_verb *verb = cli_verb_find(argv[1]);
	if (verb != NULL) {
		printf("%s\n\n%s", verb->usage, verb->help);
		if (verb->more != NULL)
			verb->more(stdout);
		return finish();
	}
	for (size_t i = 0; i < ARRAY_LEN(topics); i++) {
		if (strcmp(topics[i].name, argv[1]) == 0) {
			topics[i].print(stdout);
			return finish();
		}
	}
	return cli_usage_error("help", "there is no verb or topic '%s'", argv[1]);
}

int cli_usage_error(const char *verb, const char *fmt, ...)
{
	const struct cli_verb *known = cli_verb_find(verb);
	va_list ap;
	va_start(ap, fmt);
	fprintf(stderr, "signet %s: ", verb);
	vfprintf(stderr, fmt, ap);
	va_end(ap);
	fprintf(stderr, "\nusage: %s\n", known != NULL ? known->usage : "signet help");
	return CLI_USAGE;
}
