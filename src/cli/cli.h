// SPDX-License-Identifier: Apache-2.0
// The program's verbs. Each gets the arguments from its own name on and returns the exit status:
// 0, CLI_FAILURE when it could not do what was asked, CLI_USAGE when it was asked wrongly, CLI_ALERTED when a
// watch, an audit or a lint found what it was told to fail on.
#ifndef SIGNET_CLI_CLI_H
#define SIGNET_CLI_CLI_H

#include <stdbool.h>
#include <stdio.h>

#include "base/attributes.h"
#include "event/event.h"

enum { CLI_OK = 0, CLI_FAILURE = 1, CLI_USAGE = 2, CLI_ALERTED = 3 };

int cli_serve(int argc, char **argv);
int cli_user(int argc, char **argv);
int cli_watch(int argc, char **argv);
int cli_alerts(int argc, char **argv);
int cli_sessions(int argc, char **argv);
int cli_map(int argc, char **argv);
int cli_audit(int argc, char **argv);
int cli_lint(int argc, char **argv);
int cli_help(int argc, char **argv);

// One row a verb; `signet help` and signet(1) come from it.
struct cli_verb {
	const char *name;
	int (*run)(int argc, char **argv);
	const char *usage;       // "signet serve --config FILE [--check]"
	const char *brief;       // one line
	const char *help;        // the text of `signet help VERB`
	void (*more)(FILE *out); // and what comes after it, from tables; NULL: nothing
};

extern const struct cli_verb cli_verbs[];
extern const size_t cli_verb_count;
const struct cli_verb *cli_verb_find(const char *name) WARN_UNUSED;

// "signet serve: MESSAGE" and the usage line on standard error; returns CLI_USAGE.
int cli_usage_error(const char *verb, const char *fmt, ...) PRINTF_LIKE(2, 3);

// "info", "notice", "warning" or "alert"; false: *out is untouched.
bool cli_severity_parse(const char *text, enum event_severity *out) WARN_UNUSED;

#endif
