// SPDX-License-Identifier: Apache-2.0
// `signet sessions --state DIR ...`: sessions that a watch has seen.
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "cli/ask.h"
#include "cli/cli.h"
#include "event/event_watch.h"
#include "sink/report.h"

static const char question[] =
	"SELECT * FROM (SELECT time, grade, account, domain, mechanism, client, server, dialect, sealed, "
	"signed,"
	" replace(reasons, ',', ', '), json, id FROM session WHERE time >= ?1"
	" AND (?2 IS NULL OR client = ?2 OR server = ?2) AND (?3 IS NULL OR account = ?3 COLLATE NOCASE)"
	" AND (?6 IS NULL OR instr(?6, grade) > 0) ORDER BY time DESC, id DESC LIMIT ?7) ORDER BY time, id";

enum { TIME, GRADE, ACCOUNT, DOMAIN, MECHANISM, CLIENT, SERVER, DIALECT, SEALED, SIGNED, REASONS, JSON };

static const char *column(sqlite3_stmt *s, int at)
{
	return (const char *)sqlite3_column_text(s, at);
}

static const char *protection(sqlite3_stmt *s)
{
	if (sqlite3_column_int(s, SEALED) == EVENT_YES)
		return "sealed";
	if (sqlite3_column_int(s, SIGNED) == EVENT_YES)
		return "signed";
	return sqlite3_column_int(s, SIGNED) == EVENT_NO ? "unprotected" : "not used";
}

static void print_row(sqlite3_stmt *s, bool json)
{
	if (json) {
		printf("%s\n", column(s, JSON));
		return;
	}
	char time[REPORT_TIME_LEN];
	const char *grade = column(s, GRADE);
	const struct report_session row = {
		.time = report_time_text((uint64_t)sqlite3_column_int64(s, TIME), time),
		.grade = grade == NULL || grade[0] == '\0' ? '?' : grade[0],
		.account = column(s, ACCOUNT),
		.domain = column(s, DOMAIN),
		.mechanism = column(s, MECHANISM),
		.client = column(s, CLIENT),
		.server = column(s, SERVER),
		.dialect = report_dialect_text((uint16_t)sqlite3_column_int(s, DIALECT)),
		.protection = protection(s),
		.reasons = column(s, REASONS),
	};
	report_session_print(stdout, &row, isatty(STDOUT_FILENO) == 1);
}

int cli_sessions(int argc, char **argv)
{
	static const char *const allowed[] = { "grade", NULL };
	struct ask_options o;
	int status = ask_options_parse("sessions", allowed, argc, argv, &o);
	return status == CLI_OK ? ask(&o, question, print_row) : status;
}
