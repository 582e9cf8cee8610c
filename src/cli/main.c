// SPDX-License-Identifier: Apache-2.0
// Finds the verb and runs it.
#include <string.h>

#include "cli/cli.h"

static int usage(const char *what, const char *word)
{
	fprintf(stderr, "signet: %s%s\nusage:\n", what, word);
	for (size_t i = 0; i < cli_verb_count; i++)
		fprintf(stderr, "  %s\n", cli_verbs[i].usage);
	fprintf(stderr, "  signet --version\n");
	return CLI_USAGE;
}

int main(int argc, char **argv)
{
	if (argc < 2)
		return usage("give a verb", "");
	if (strcmp(argv[1], "--version") == 0 || strcmp(argv[1], "version") == 0) {
		printf("signet %s\n", SIGNET_VERSION);
		return CLI_OK;
	}
	if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0)
		return cli_help(1, argv);
	const struct cli_verb *verb = cli_verb_find(argv[1]);
	if (verb == NULL)
		return usage("there is no verb ", argv[1]);
	// `signet VERB --help` is what hands type.
	if (argc == 3 && (strcmp(argv[2], "--help") == 0 || strcmp(argv[2], "-h") == 0)) {
		char *help[] = { argv[0], argv[1], NULL };
		return cli_help(2, help);
	}
	return verb->run(argc - 1, argv + 1);
}
