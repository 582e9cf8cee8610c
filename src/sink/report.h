// SPDX-License-Identifier: Apache-2.0
// Events for people: a line for each session with its verdict, alerts with their evidence, failed log-ons,
// what is wrong with the input, and a summary at the end.
#ifndef SIGNET_SINK_REPORT_H
#define SIGNET_SINK_REPORT_H

#include <stdbool.h>
#include <stdio.h>

#include "sink/outlet.h"

struct report_options {
	bool at_once; // lines are written when their events come
	bool colour;
	FILE *out; // borrowed; NULL: stdout. The summary goes to stdout always
};

// False: memory is out.
bool report_open(const struct report_options *options, struct outlet *out) WARN_UNUSED;

enum { REPORT_TIME_LEN = 24 };
const char *report_time_text(uint64_t us, char text[REPORT_TIME_LEN]); // "2026-01-31 12:00:00"
const char *report_dialect_text(uint16_t dialect);
enum { REPORT_PROTECTION_LEN = 64, REPORT_REASONS_LEN = 400 };
// Of an event with a verdict: "sealed AES-128-GCM", "unprotected"; "ntlm, unsealed".
const char *report_protection_text(const struct event *e, char text[REPORT_PROTECTION_LEN]);
const char *report_reasons_text(const struct event_verdict *v, char text[REPORT_REASONS_LEN]);
const char *report_grade_colour(char grade); // for a terminal

// One line for a session's verdict, one block for an alert: also for what is asked of a database.
struct report_session {
	const char *time; // "2026-01-31 12:00:00"
	char grade;
	bool channel; // another connection of a session that has its own line
	const char *account, *domain, *mechanism;
	const char *client, *server;
	const char *dialect, *protection; // "3.1.1", "sealed AES-128-GCM"
	const char *reasons;              // "ntlm, unsealed"
};
void report_session_print(FILE *f, const struct report_session *s, bool colour);
// An event of kind EVENT_FINDING.
void report_alert_print(FILE *f, const struct event *e, bool colour);

#endif
