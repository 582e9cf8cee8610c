// SPDX-License-Identifier: Apache-2.0
#include <string.h>

#include "cli/cli.h"

const struct cli_verb cli_verbs[] = {
	{ "serve", cli_serve, "signet serve --config FILE [--check [--json]]",
		"share folders over SMB 3.1.1, signed and sealed",
		"Serves the shares of the configuration until it is told to end.\n"
		"\n"
		"  --config FILE  the configuration; see signet help config\n"
		"  --check        only check it, and print what it enforces\n"
		"  --json         with --check: print that as JSON\n"
		"\n"
		"SIGHUP reads the configuration and the accounts again and opens the file of events anew; a\n"
		"configuration with errors is refused whole, and the old one stays in force. SIGINT and "
		"SIGTERM\n"
		"end the server.\n" },
	{ "user", cli_user,
		"signet user add|passwd|remove|list [NAME] --config FILE [--password-stdin] [--ntlm] "
		"[--json]",
		"manage the accounts that may log in",
		"Changes the accounts in the configuration's state directory. A running server takes changes "
		"over\n"
		"on SIGHUP.\n"
		"\n"
		"  add NAME          make an account; asks for its password\n"
		"  passwd NAME       give it another password\n"
		"  remove NAME       remove it\n"
		"  list              show all accounts\n"
		"\n"
		"  --config FILE     the server's configuration\n"
		"  --password-stdin  read the password from standard input, one line\n"
		"  --ntlm            let the account log in with NTLMv2; without it, no hash of its password "
		"is\n"
		"                    stored, and it can log in with Kerberos alone\n"
		"  --json            with list: as JSON\n" },
	{ "help", cli_help, "signet help [VERB | config | example]", "explain a verb or the configuration",
		"  signet help VERB     what the verb does\n"
		"  signet help config   every key of the configuration\n"
		"  signet help example  a commented configuration\n" },
};

const size_t cli_verb_count = ARRAY_LEN(cli_verbs);

const struct cli_verb *cli_verb_find(const char *name)
{
	for (size_t i = 0; i < cli_verb_count; i++) {
		if (strcmp(cli_verbs[i].name, name) == 0)
			return &cli_verbs[i];
	}
	return NULL;
}
