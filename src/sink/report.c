// SPDX-License-Identifier: Apache-2.0
#include "sink/report.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "event/event_schema.h"
#include "sink/printable.h"

enum { DETECTIONS_MAX = 64, NAME_LEN = 80, INDENT = 21 };

static const char grades[] = "ABCDEF?";

struct detection_count {
	char id[32];
	uint64_t count;
};

struct report {
	struct report_options options;
	uint64_t sessions[sizeof(grades)];
	uint64_t failed_auths, anomalies;
	struct detection_count detections[DETECTIONS_MAX];
	size_t detection_count;
	uint64_t alerts;
	char figures[300];      // of the last CAPTURE event that ends one
};

// --- words ------------------------------------------------------------------------------------------

const char *report_time_text(uint64_t us, char text[REPORT_TIME_LEN])
{
	time_t seconds = (time_t)(us / 1000000);
	struct tm tm;
	if (gmtime_r(&seconds, &tm) == NULL || strftime(text, REPORT_TIME_LEN, "%Y-%m-%d %H:%M:%S", &tm) == 0)
		text[0] = '\0';
	return text;
}

static const char *or_unknown(const char *text)
{
	return text == NULL || text[0] == '\0' ? "?" : text;
}

const char *report_dialect_text(uint16_t dialect)
{
	switch (dialect) {
	case 0x0001:
		return "1";
	case 0x0202:
		return "2.0.2";
	case 0x0210:
		return "2.1";
	case 0x0300:
		return "3.0";
	case 0x0302:
		return "3.0.2";
	case 0x0311:
		return "3.1.1";
	default:
		return "?";
	}
}

const char *report_protection_text(const struct event *e, char text[REPORT_PROTECTION_LEN])
{
	const struct event_verdict *v = e->verdict;
	const char *how = NULL, *by = NULL;
	if (v->sealed == EVENT_YES) {
		how = "sealed";
		by = e->connection == NULL ? NULL : e->connection->cipher;
	} else if (v->signed_ == EVENT_YES) {
		how = "signed";
		by = e->connection == NULL ? NULL : e->connection->signing;
	} else {
		how = v->signed_ == EVENT_NO ? "unprotected" : "not used";
	}
	(void)snprintf(
		text, REPORT_PROTECTION_LEN, "%s%s%s", how, by == NULL ? "" : " ", by == NULL ? "" : by);
	return text;
}

const char *report_reasons_text(const struct event_verdict *v, char text[REPORT_REASONS_LEN])
{
	size_t used = 0;
	text[0] = '\0';
	for (size_t i = 0; i < v->reason_count && used < REPORT_REASONS_LEN; i++)
		used += (size_t)snprintf(
			text + used, REPORT_REASONS_LEN - used, "%s%s", i == 0 ? "" : ", ", v->reasons[i]);
	return text;
}

const char *report_grade_colour(char grade)
{
	if (grade == 'A' || grade == 'B')
		return "\033[32m";
	return grade == 'C' || grade == 'D' || grade == '?' ? "\033[33m" : "\033[31m";
}

// --- sessions ---------------------------------------------------------------------------------------

void report_session_print(FILE *f, const struct report_session *s, bool colour)
{
	char account[NAME_LEN], domain[NAME_LEN], mechanism[NAME_LEN], client[NAME_LEN], server[NAME_LEN];
	char reasons[REPORT_REASONS_LEN], who[2 * NAME_LEN + 1], protection[NAME_LEN];
	(void)printable(or_unknown(s->account), account, sizeof(account));
	(void)printable(s->domain, domain, sizeof(domain));
	(void)snprintf(who, sizeof(who), "%s%s%s", domain, domain[0] == '\0' ? "" : "\\", account);
	(void)fprintf(f, "%s  %s  %s%c%s  %-15s -> %-15s  %-24s %-9s SMB %-5s %s%s%s\n", s->time,
		s->channel ? "channel" : "session", colour ? report_grade_colour(s->grade) : "", s->grade,
		colour ? "\033[0m" : "", printable(or_unknown(s->client), client, sizeof(client)),
		printable(or_unknown(s->server), server, sizeof(server)), who,
		printable(or_unknown(s->mechanism), mechanism, sizeof(mechanism)), or_unknown(s->dialect),
		printable(s->protection, protection, sizeof(protection)),
		s->reasons == NULL || s->reasons[0] == '\0' ? "" : "  why: ",
		printable(s->reasons, reasons, sizeof(reasons)));
}

static void count_grade(struct report *r, char grade)
{
	const char *at = strchr(grades, grade);
	r->sessions[at == NULL || grade == '\0' ? sizeof(grades) - 2 : (size_t)(at - grades)]++;
}

static void put_session(struct report *r, const struct event *e)
{
	char time[REPORT_TIME_LEN], protection[REPORT_PROTECTION_LEN], reasons[REPORT_REASONS_LEN];
	static const struct event_session nobody;
	static const struct event_connection nowhere;
	const struct event_session *who = e->session == NULL ? &nobody : e->session;
	const struct event_connection *where = e->connection == NULL ? &nowhere : e->connection;
	const struct report_session s = {
		.time = report_time_text(e->time_us, time),
		.grade = e->verdict->grade,
		.channel = e->verdict->channel_of != 0,
		.account = who->account,
		.domain = who->domain,
		.mechanism = who->mechanism,
		.client = where->client_address,
		.server = where->server_address,
		.dialect = report_dialect_text(e->verdict->dialect),
		.protection = report_protection_text(e, protection),
		.reasons = report_reasons_text(e->verdict, reasons),
	};
	report_session_print(r->options.out, &s, r->options.colour);
}

// --- alerts -----------------------------------------------------------------------------------------

static void count_alert(struct report *r, const struct event_alert *a)
{
	r->alerts++;
	size_t i = 0;
	while (i < r->detection_count && strcmp(r->detections[i].id, a->detection) != 0)
		i++;
	if (i == DETECTIONS_MAX)
		return;
	if (i == r->detection_count) {
		(void)snprintf(r->detections[i].id, sizeof(r->detections[i].id), "%s", a->detection);
		r->detection_count++;
	}
	r->detections[i].count++;
}

static void put_names(FILE *f, const char *what, const char *const *names, size_t count)
{
	char name[NAME_LEN];
	for (size_t i = 0; i < count; i++)
		(void)fprintf(f, "%s%s", i == 0 ? what : ", ", printable(names[i], name, sizeof(name)));
}

static void put_evidence(FILE *f, const struct event_evidence *e)
{
	char name[NAME_LEN], value[REPORT_REASONS_LEN];
	(void)fprintf(f, "%*s%s = %s", INDENT, "", printable(e->name, name, sizeof(name)),
		printable(e->value, value, sizeof(value)));
	if (e->packet != 0)
		(void)fprintf(f, "  (packet %" PRIu64 ")", e->packet);
	(void)fputc('\n', f);
}

static void put_concerned(FILE *f, const struct event_alert *a)
{
	(void)fprintf(f, "%*s", INDENT, "");
	put_names(f, "hosts ", a->hosts, a->host_count);
	put_names(f, a->host_count > 0 ? "; accounts " : "accounts ", a->accounts, a->account_count);
	for (size_t i = 0; i < a->flow_count; i++)
		(void)fprintf(f, "%s%" PRIu64, i == 0 ? "; flows " : ", ", a->flows[i]);
	if (a->incident != 0)
		(void)fprintf(f, "; incident %" PRIu64, a->incident);
	(void)fputc('\n', f);
}

void report_alert_print(FILE *f, const struct event *e, bool colour)
{
	const struct event_alert *a = e->alert;
	enum event_severity severity = event_severity_of(e);
	char time[REPORT_TIME_LEN], title[REPORT_REASONS_LEN], outcome[NAME_LEN], technique[NAME_LEN];
	(void)fprintf(f, "%s  %s%s%s  %s", report_time_text(e->time_us, time), colour ? "\033[1;31m" : "",
		severity == EVENT_ALERT ? "ALERT" : event_severity_name(severity), colour ? "\033[0m" : "",
		a->detection);
	if (a->technique != NULL)
		(void)fprintf(f, " (%s)", printable(a->technique, technique, sizeof(technique)));
	if (a->outcome != NULL)
		(void)fprintf(f, ", %s", printable(a->outcome, outcome, sizeof(outcome)));
	(void)fprintf(f, ": %s\n", printable(a->title, title, sizeof(title)));
	put_concerned(f, a);
	for (size_t i = 0; i < a->evidence_count; i++)
		put_evidence(f, &a->evidence[i]);
}

// --- the rest ---------------------------------------------------------------------------------------

static bool failed(const struct event *e)
{
	return e->result == EVENT_FAILURE || nt_status_is_error(e->status);
}

static void put_failed_auth(FILE *out, const struct event *e)
{
	char time[REPORT_TIME_LEN], account[NAME_LEN], client[NAME_LEN], server[NAME_LEN],
		mechanism[NAME_LEN];
	const char *status = nt_status_name(e->status);
	(void)fprintf(out, "%s  log-on failed: %s (%s)  %s -> %s  %s\n", report_time_text(e->time_us, time),
		printable(or_unknown(e->session == NULL ? NULL : e->session->account), account,
			sizeof(account)),
		printable(or_unknown(e->session == NULL ? NULL : e->session->mechanism), mechanism,
			sizeof(mechanism)),
		printable(or_unknown(e->connection == NULL ? NULL : e->connection->client_address), client,
			sizeof(client)),
		printable(or_unknown(e->connection == NULL ? NULL : e->connection->server_address), server,
			sizeof(server)),
		status == NULL ? "" : status);
}

static void put_note(FILE *out, const struct event *e, const char *what)
{
	char time[REPORT_TIME_LEN], reason[NAME_LEN], detail[REPORT_REASONS_LEN], name[NAME_LEN];
	const char *capture = e->wire == NULL ? NULL : e->wire->capture;
	(void)fprintf(out, "%s  %s %s%s%s", report_time_text(e->time_us, time), what,
		printable(capture, name, sizeof(name)), capture == NULL ? "" : ": ",
		printable(e->reason, reason, sizeof(reason)));
	if (e->wire != NULL && e->wire->packet != 0)
		(void)fprintf(out, "  (packet %" PRIu64 ")", e->wire->packet);
	if (e->detail != NULL)
		(void)fprintf(out, "  %s", printable(e->detail, detail, sizeof(detail)));
	(void)fputc('\n', out);
}

static void put_capture(struct report *r, const struct event *e)
{
	if (e->reason == NULL || strcmp(e->reason, "end") != 0)
		put_note(r->options.out, e, "capture");
	else
		(void)snprintf(r->figures, sizeof(r->figures), "%s", e->detail == NULL ? "" : e->detail);
}

static void report_event(void *state, const struct event *e)
{
	struct report *r = state;
	if (e->kind == EVENT_SESSION && e->verdict != NULL) {
		if (e->verdict->channel_of == 0)
			count_grade(r, e->verdict->grade);
		put_session(r, e);
	} else if (e->kind == EVENT_FINDING && e->alert != NULL) {
		count_alert(r, e->alert);
		report_alert_print(r->options.out, e, r->options.colour);
	} else if (e->kind == EVENT_AUTH && failed(e)) {
		r->failed_auths++;
		put_failed_auth(r->options.out, e);
	} else if (e->kind == EVENT_ANOMALY) {
		r->anomalies++;
		put_note(r->options.out, e, "anomaly");
	} else if (e->kind == EVENT_CAPTURE) {
		put_capture(r, e);
	} else {
		return;
	}
	if (r->options.at_once)
		(void)fflush(r->options.out);
}

static void report_flush(void *state)
{
	const struct report *r = state;
	(void)fflush(r->options.out);
}

static void put_summary(const struct report *r)
{
	uint64_t sessions = 0;
	for (size_t i = 0; i < sizeof(grades) - 1; i++)
		sessions += r->sessions[i];
	printf("\n%s\nsessions  %" PRIu64, r->figures, sessions);
	for (size_t i = 0; i < sizeof(grades) - 1; i++)
		if (r->sessions[i] > 0)
			printf("   %c %" PRIu64, grades[i], r->sessions[i]);
	if (r->failed_auths > 0)
		printf("\nfailed log-ons  %" PRIu64, r->failed_auths);
	if (r->anomalies > 0)
		printf("\nanomalies  %" PRIu64, r->anomalies);
	printf("\nalerts    %" PRIu64, r->alerts);
	for (size_t i = 0; i < r->detection_count; i++)
		printf("   %s %" PRIu64, r->detections[i].id, r->detections[i].count);
	putchar('\n');
}

static bool report_close(void *state)
{
	put_summary(state);
	free(state);
	if (fflush(stdout) == 0 && ferror(stdout) == 0)
		return true;
	(void)fprintf(stderr, "signet: standard output: %s\n", strerror(errno));
	return false;
}

bool report_open(const struct report_options *options, struct outlet *out)
{
	struct report *r = calloc(1, sizeof(*r));
	if (r == NULL)
		return false;
	r->options = *options;
	if (r->options.out == NULL)
		r->options.out = stdout;
	*out = (struct outlet){ report_event, report_flush, report_close, .state = r };
	return true;
}
