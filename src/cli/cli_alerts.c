// SPDX-License-Identifier: Apache-2.0
// `signet alerts --state DIR ...`: alerts that a watch has raised.
#include <jansson.h>
#include <stdlib.h>
#include <unistd.h>

#include "cli/ask.h"
#include "cli/cli.h"
#include "sink/report.h"

enum { LIST_MAX = 32 }; // an event's JSON has no longer ones

static const char question[] =
	"SELECT * FROM (SELECT time, severity, json, id FROM alert AS a WHERE time >= ?1 AND severity >= ?5"
	" AND (?4 IS NULL OR detection = ?4)"
	" AND (?2 IS NULL OR EXISTS(SELECT 1 FROM alert_host WHERE alert = a.id AND host = ?2))"
	" AND (?3 IS NULL OR EXISTS(SELECT 1 FROM alert_account WHERE alert = a.id AND account = ?3 COLLATE "
	"NOCASE))"
	" ORDER BY time DESC, id DESC LIMIT ?7) ORDER BY time, id";

enum { TIME, SEVERITY, JSON };

// An alert's lists, as they stand in its JSON.
struct lists {
	const char *hosts[LIST_MAX], *accounts[LIST_MAX];
	uint64_t flows[LIST_MAX];
	struct event_evidence evidence[LIST_MAX];
};

static size_t texts(const json_t *list, const char **out)
{
	size_t count = json_array_size(list) < LIST_MAX ? json_array_size(list) : LIST_MAX;
	for (size_t i = 0; i < count; i++)
		out[i] = json_string_value(json_array_get(list, i));
	return count;
}

static size_t numbers(const json_t *list, uint64_t *out)
{
	size_t count = json_array_size(list) < LIST_MAX ? json_array_size(list) : LIST_MAX;
	for (size_t i = 0; i < count; i++)
		out[i] = (uint64_t)json_integer_value(json_array_get(list, i));
	return count;
}

static size_t evidence(const json_t *list, struct event_evidence *out)
{
	size_t count = json_array_size(list) < LIST_MAX ? json_array_size(list) : LIST_MAX;
	for (size_t i = 0; i < count; i++) {
		const json_t *e = json_array_get(list, i);
		out[i] = (struct event_evidence){
			.name = json_string_value(json_object_get(e, "name")),
			.value = json_string_value(json_object_get(e, "value")),
			.packet = (uint64_t)json_integer_value(json_object_get(e, "packet")),
		};
	}
	return count;
}

static const char *text_of(const json_t *json, const char *name)
{
	return json_string_value(json_object_get(json, name));
}

static void print_alert(sqlite3_stmt *s, const json_t *json)
{
	struct lists l;
	const char *detection = text_of(json, "detection");
	struct event_alert alert = {
		.detection = detection == NULL ? "?" : detection,
		.title = text_of(json, "title"),
		.technique = text_of(json, "technique"),
		.outcome = text_of(json, "outcome"),
		.hosts = l.hosts,
		.host_count = texts(json_object_get(json, "hosts"), l.hosts),
		.accounts = l.accounts,
		.account_count = texts(json_object_get(json, "accounts"), l.accounts),
		.flows = l.flows,
		.flow_count = numbers(json_object_get(json, "flows"), l.flows),
		.evidence = l.evidence,
		.evidence_count = evidence(json_object_get(json, "evidence"), l.evidence),
		.incident = (uint64_t)json_integer_value(json_object_get(json, "incident")),
	};
	int severity = sqlite3_column_int(s, SEVERITY);
	struct event e = {
		.kind = EVENT_FINDING,
		.severity = severity < EVENT_INFO || severity > EVENT_ALERT ? EVENT_ALERT
									    : (enum event_severity)severity,
		.time_us = (uint64_t)sqlite3_column_int64(s, TIME),
		.alert = &alert,
	};
	report_alert_print(stdout, &e, isatty(STDOUT_FILENO) == 1);
}

static void print_row(sqlite3_stmt *s, bool as_json)
{
	const char *text = (const char *)sqlite3_column_text(s, JSON);
	json_t *json = NULL;
	if (as_json) {
		printf("%s\n", text);
		return;
	}
	json = json_loads(text == NULL ? "" : text, 0, NULL);
	if (json != NULL)
		print_alert(s, json);
	json_decref(json);
}

int cli_alerts(int argc, char **argv)
{
	static const char *const allowed[] = { "detection", "min-severity", NULL };
	struct ask_options o;
	int status = ask_options_parse("alerts", allowed, argc, argv, &o);
	return status == CLI_OK ? ask(&o, question, print_row) : status;
}
