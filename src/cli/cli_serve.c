// SPDX-License-Identifier: Apache-2.0
// `signet serve --config FILE [--check [--json]]`.
#include <getopt.h>
#include <stdbool.h>
#include <stdlib.h>

#include "base/log.h"
#include "cli/cli.h"
#include "config/config.h"
#include "config/config_posture.h"
#include "server/front.h"

struct serve_options {
	const char *config;
	bool check;
	bool json;
};

// CLI_OK: go on.
static int parse_options(int argc, char **argv, struct serve_options *out)
{
	static const struct option options[] = {
		{ "config", required_argument, NULL, 'c' },
		{ "check", no_argument, NULL, 'k' },
		{ "json", no_argument, NULL, 'j' },
		{ 0 },
	};
	opterr = 0;
	optind = 1;
	for (int c = getopt_long(argc, argv, "", options, NULL); c != -1;
		c = getopt_long(argc, argv, "", options, NULL)) {
		if (c == 'c')
			out->config = optarg;
		else if (c == 'k')
			out->check = true;
		else if (c == 'j')
			out->json = true;
		else
			return cli_usage_error(
				"serve", "%s: not an option, or its value is missing", argv[optind - 1]);
	}
	if (optind < argc)
		return cli_usage_error("serve", "%s: unexpected", argv[optind]);
	if (out->config == NULL)
		return cli_usage_error("serve", "--config FILE is missing");
	if (out->json && !out->check)
		return cli_usage_error("serve", "--json goes with --check");
	return CLI_OK;
}

static struct config *load(const char *file)
{
	struct config_messages errors = { 0 };
	struct config *config = config_load(file, &errors);
	for (size_t i = 0; i < errors.count; i++)
		(void)fprintf(stderr, "%s\n", errors.lines[i]);
	if (errors.omitted > 0)
		(void)fprintf(stderr, "and %zu more\n", errors.omitted);
	config_messages_done(&errors);
	return config;
}

static void print_warnings(const struct config *config)
{
	struct config_messages warnings = { 0 };
	config_warnings(config, &warnings);
	for (size_t i = 0; i < warnings.count; i++)
		log_warning("%s", warnings.lines[i]);
	config_messages_done(&warnings);
}

static int check(struct config *config, bool json)
{
	bool fine = true;
	if (json)
		fine = config_posture_print_json(config, stdout);
	else
		config_posture_print(config, stdout);
	config_unref(config);
	return fine ? CLI_OK : CLI_FAILURE;
}

static int serve(struct config *config)
{
	print_warnings(config);
	return front_run(config) == 0 ? CLI_OK : CLI_FAILURE;
}

int cli_serve(int argc, char **argv)
{
	struct serve_options options = { 0 };
	int status = parse_options(argc, argv, &options);
	if (status != CLI_OK)
		return status;
	struct config *config = load(options.config);
	if (config == NULL)
		return CLI_FAILURE;
	return options.check ? check(config, options.json) : serve(config);
}
