// SPDX-License-Identifier: Apache-2.0
// The arguments of `signet audit`.
#ifndef SIGNET_CLI_AUDIT_SETTINGS_H
#define SIGNET_CLI_AUDIT_SETTINGS_H

#include <stdbool.h>

#include "audit/probe.h"
#include "base/attributes.h"
#include "cli/report_settings.h"

enum { AUDIT_ACCOUNT_LEN = 512 };

struct audit_settings {
	struct audit_options options;    // without the password
	char account[AUDIT_ACCOUNT_LEN]; // of --user; options.login points into it
	bool password_stdin;
	bool diff, list_checks, dry_run, quiet;
	struct report_settings report;
	char **words; // what is no option: targets, or the two reports of --diff; borrowed
	int word_count;
};

// CLI_OK, or what cli_usage_error returned.
int audit_settings_parse(int argc, char **argv, struct audit_settings *s) WARN_UNUSED;

#endif
