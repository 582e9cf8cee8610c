// SPDX-License-Identifier: Apache-2.0
#include "cli/ask.h"

#include <errno.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "cli/cli.h"
#include "sink/database.h"

enum { SECOND_US = 1000000 };

// --- times ------------------------------------------------------------------------------------------

static bool parse_ago(const char *text, int64_t now_us, int64_t *out)
{
	static const struct {
		char unit;
		int64_t seconds;
	} units[] = { { 's', 1 }, { 'm', 60 }, { 'h', 3600 }, { 'd', 86400 }, { 'w', 604800 } };
	char *end;
	errno = 0;
	long long count = strtoll(text, &end, 10);
	if (errno != 0 || end == text || count < 0 || count > 1000000 || end[0] == '\0' || end[1] != '\0')
		return false;
	for (size_t i = 0; i < ARRAY_LEN(units); i++) {
		if (units[i].unit == end[0]) {
			*out = now_us - count * units[i].seconds * SECOND_US;
			return true;
		}
	}
	return false;
}

int64_t ask_now_us(void)
{
	return (int64_t)time(NULL) * SECOND_US;
}

bool ask_time_parse(const char *text, int64_t now_us, int64_t *out)
{
	static const char *const formats[] = { "%Y-%m-%dT%H:%M:%SZ", "%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M",
		"%Y-%m-%d %H:%M", "%Y-%m-%d" };
	for (size_t i = 0; i < ARRAY_LEN(formats); i++) {
		struct tm tm = { .tm_year = 0 };
		const char *end = strptime(text, formats[i], &tm);
		if (end != NULL && *end == '\0') {
			*out = (int64_t)timegm(&tm) * SECOND_US;
			return true;
		}
	}
	return parse_ago(text, now_us, out);
}

// --- options ----------------------------------------------------------------------------------------

enum { STATE = 256, SINCE, HOST, ACCOUNT, LIMIT, JSON, DETECTION, SEVERITY, GRADE };

static const struct option options[] = {
	{ "state", required_argument, NULL, STATE },
	{ "since", required_argument, NULL, SINCE },
	{ "host", required_argument, NULL, HOST },
	{ "account", required_argument, NULL, ACCOUNT },
	{ "limit", required_argument, NULL, LIMIT },
	{ "json", no_argument, NULL, JSON },
	{ "detection", required_argument, NULL, DETECTION },
	{ "min-severity", required_argument, NULL, SEVERITY },
	{ "grade", required_argument, NULL, GRADE },
	{ 0 },
};

static bool is_allowed(const char *const *allowed, int c)
{
	const char *name = c == DETECTION ? "detection" : c == SEVERITY ? "min-severity" : "grade";
	if (c != DETECTION && c != SEVERITY && c != GRADE)
		return true;
	for (; *allowed != NULL; allowed++)
		if (strcmp(*allowed, name) == 0)
			return true;
	return false;
}

static int set_since(const char *verb, struct ask_options *o)
{
	if (ask_time_parse(optarg, ask_now_us(), &o->since_us))
		return CLI_OK;
	return cli_usage_error(
		verb, "--since %s: 2026-01-31, 2026-01-31T12:00:00Z or 30m, 12h, 7d is wanted", optarg);
}

static int set_limit(const char *verb, struct ask_options *o)
{
	char *end;
	errno = 0;
	o->limit = strtoll(optarg, &end, 10);
	if (errno == 0 && end != optarg && *end == '\0' && o->limit > 0)
		return CLI_OK;
	return cli_usage_error(verb, "--limit %s: a number above 0 is wanted", optarg);
}

static int set_grade(const char *verb, struct ask_options *o)
{
	o->grade = optarg;
	if (optarg[0] != '\0' && strspn(optarg, "ABCDEF?") == strlen(optarg))
		return CLI_OK;
	return cli_usage_error(verb, "--grade %s: letters from A to F, and ?, are wanted", optarg);
}

static int set_option(const char *verb, int c, struct ask_options *o)
{
	switch (c) {
	case STATE:
		o->state = optarg;
		return CLI_OK;
	case SINCE:
		return set_since(verb, o);
	case HOST:
		o->host = optarg;
		return CLI_OK;
	case ACCOUNT:
		o->account = optarg;
		return CLI_OK;
	case LIMIT:
		return set_limit(verb, o);
	case JSON:
		o->json = true;
		return CLI_OK;
	case DETECTION:
		o->detection = optarg;
		return CLI_OK;
	case GRADE:
		return set_grade(verb, o);
	default:
		if (cli_severity_parse(optarg, &o->min_severity))
			return CLI_OK;
		return cli_usage_error(
			verb, "--min-severity %s: info, notice, warning or alert is wanted", optarg);
	}
}

int ask_options_parse(
	const char *verb, const char *const *allowed, int argc, char **argv, struct ask_options *o)
{
	*o = (struct ask_options){ .limit = -1 };
	opterr = 0;
	optind = 1;
	for (int c = getopt_long(argc, argv, "", options, NULL); c != -1;
		c = getopt_long(argc, argv, "", options, NULL)) {
		if (c == '?' || !is_allowed(allowed, c))
			return cli_usage_error(
				verb, "%s: not an option, or its value is missing", argv[optind - 1]);
		int status = set_option(verb, c, o);
		if (status != CLI_OK)
			return status;
	}
	if (optind < argc)
		return cli_usage_error(verb, "%s: unexpected", argv[optind]);
	return o->state == NULL ? cli_usage_error(verb, "--state DIR is missing") : CLI_OK;
}

// --- the question -----------------------------------------------------------------------------------

static void bind_text(sqlite3_stmt *s, int at, const char *text)
{
	// A statement need not have all parameters.
	if (text != NULL)
		(void)sqlite3_bind_text(s, at, text, -1, SQLITE_STATIC);
}

static void bind(sqlite3_stmt *s, const struct ask_options *o)
{
	(void)sqlite3_bind_int64(s, 1, o->since_us);
	bind_text(s, 2, o->host);
	bind_text(s, 3, o->account);
	bind_text(s, 4, o->detection);
	(void)sqlite3_bind_int(s, 5, (int)o->min_severity);
	bind_text(s, 6, o->grade);
	(void)sqlite3_bind_int64(s, 7, o->limit);
}

int ask(const struct ask_options *o, const char *sql, void (*row)(sqlite3_stmt *s, bool json))
{
	sqlite3_stmt *s = NULL;
	sqlite3 *db = database_open_for_reading(o->state);
	if (db == NULL)
		return CLI_FAILURE;
	int rc = sqlite3_prepare_v2(db, sql, -1, &s, NULL);
	if (rc == SQLITE_OK) {
		bind(s, o);
		while ((rc = sqlite3_step(s)) == SQLITE_ROW)
			row(s, o->json);
	}
	if (rc != SQLITE_DONE)
		(void)fprintf(stderr, "signet: %s/signet.db: %s\n", o->state, sqlite3_errmsg(db));
	(void)sqlite3_finalize(s);
	(void)sqlite3_close(db);
	bool written = fflush(stdout) == 0 && ferror(stdout) == 0;
	return rc == SQLITE_DONE && written ? CLI_OK : CLI_FAILURE;
}
