// SPDX-License-Identifier: Apache-2.0
// What `signet alerts` and `signet sessions` have in common: options, and a question to the database that
// is made of them.
#ifndef SIGNET_CLI_ASK_H
#define SIGNET_CLI_ASK_H

#include <sqlite3.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/attributes.h"
#include "event/event.h"

struct ask_options {
	const char *state, *host, *account, *detection, *grade; // NULL: any
	int64_t since_us;
	int64_t limit; // the newest; -1: all
	enum event_severity min_severity;
	bool json;
};

// The options that the verb has; allowed: "detection", "grade", ... of those that only one has. CLI_OK: go
// on.
int ask_options_parse(
	const char *verb, const char *const *allowed, int argc, char **argv, struct ask_options *o);

// Runs sql, whose parameters are ?1 since, ?2 host, ?3 account, ?4 detection, ?5 least severity, ?6 letters
// of grades, ?7 limit, and hands each row to `row`. The exit status.
int ask(const struct ask_options *o, const char *sql, void (*row)(sqlite3_stmt *s, bool json));

// "2026-01-31", "2026-01-31T12:00:00Z" or a time ago, "30m", "12h", "7d"; microseconds since 1970.
bool ask_time_parse(const char *text, int64_t now_us, int64_t *out) WARN_UNUSED;
int64_t ask_now_us(void);

#endif
