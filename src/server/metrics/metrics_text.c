// SPDX-License-Identifier: Apache-2.0
// The page that Prometheus reads: its text format 0.0.4.
#include <inttypes.h>
#include <string.h>

#include "server/metrics/metrics_table.h"

static const void *value_of(const struct metric *m, const struct metrics_snapshot *s)
{
	return (const char *)s + m->offset;
}

void metric_print_number(FILE *out, const struct metric *m, const struct metrics_snapshot *s)
{
	uint64_t value;
	memcpy(&value, value_of(m, s), sizeof(value));
	fprintf(out, "%s %" PRIu64 "\n", m->name, value);
}

void metric_print_bool(FILE *out, const struct metric *m, const struct metrics_snapshot *s)
{
	bool value;
	memcpy(&value, value_of(m, s), sizeof(value));
	fprintf(out, "%s %d\n", m->name, value ? 1 : 0);
}

void metric_print_seconds(FILE *out, const struct metric *m, const struct metrics_snapshot *s)
{
	double value;
	memcpy(&value, value_of(m, s), sizeof(value));
	fprintf(out, "%s %.3f\n", m->name, value);
}

// A label's value may hold anything but these three as it is.
static void print_escaped(FILE *out, const char *text)
{
	for (; *text != 0; text++) {
		if (*text == '\\' || *text == '"')
			fputc('\\', out);
		if (*text == '\n')
			fputs("\\n", out);
		else
			fputc(*text, out);
	}
}

static void print_label(
	FILE *out, const struct metric *m, const char *label, const char *text, uint64_t value)
{
	fprintf(out, "%s{%s=\"", m->name, label);
	print_escaped(out, text);
	fprintf(out, "\"} %" PRIu64 "\n", value);
}

// All of a kind's reasons, also those that never came: so that an increase from nothing is seen.
void metric_print_reasons(FILE *out, const struct metric *m, const struct metrics_snapshot *s)
{
	const char *label = m->kind == EVENT_LIMIT ? "limit" : "reason";
	for (size_t i = 0; i < event_reason_count; i++) {
		if (event_reasons[i].kind == m->kind)
			print_label(out, m, label, event_reasons[i].name, s->events.reasons[i]);
	}
}

void metric_print_authentications(FILE *out, const struct metric *m, const struct metrics_snapshot *s)
{
	for (size_t i = 0; i < event_reason_count; i++) {
		if (event_reasons[i].kind != EVENT_AUTHENTICATION)
			continue;
		bool ok = strcmp(event_reasons[i].name, "ok") == 0;
		fprintf(out, "%s{result=\"%s\",reason=\"%s\"} %" PRIu64 "\n", m->name,
			ok ? "success" : "failure", event_reasons[i].name, s->events.reasons[i]);
	}
}

// The reasons for which a socket is closed at once: one is a refusal, the others are limits.
void metric_print_refused_connections(FILE *out, const struct metric *m, const struct metrics_snapshot *s)
{
	static const struct event_reason at_the_door[] = {
		{ EVENT_REFUSAL, "network_not_admitted", NULL },
		{ EVENT_LIMIT, "max_connections", NULL },
		{ EVENT_LIMIT, "max_connections_per_peer", NULL },
	};
	for (size_t i = 0; i < ARRAY_LEN(at_the_door); i++) {
		const struct event_reason *r = &at_the_door[i];
		struct event e = { .kind = r->kind, .reason = r->name, .limit = r->name };
		print_label(out, m, "reason", r->name, s->events.reasons[event_reason_of(&e)]);
	}
}

void metric_print_events(FILE *out, const struct metric *m, const struct metrics_snapshot *s)
{
	for (size_t i = 0; i < EVENT_KIND_COUNT; i++) {
		const char *kind = event_kind_name((enum event_kind)i);
		fprintf(out, "%s{kind=\"%s\",result=\"success\"} %" PRIu64 "\n", m->name, kind,
			s->events.succeeded[i]);
		fprintf(out, "%s{kind=\"%s\",result=\"failure\"} %" PRIu64 "\n", m->name, kind,
			s->events.failed[i]);
	}
}

static void print_protection(FILE *out, const struct metric *m, unsigned index, uint64_t value)
{
	struct event_protection p = event_protection_name(index);
	fprintf(out, "%s{dialect=\"%s\",cipher=\"%s\",signing=\"%s\",mechanism=\"%s\"} %" PRIu64 "\n",
		m->name, p.dialect, p.cipher, p.signing, p.mechanism, value);
}

// Of the many combinations only those that there were.
void metric_print_sessions(FILE *out, const struct metric *m, const struct metrics_snapshot *s)
{
	for (unsigned i = 0; i < EVENT_PROTECTIONS; i++) {
		if (s->events.sessions_opened[i] != 0)
			print_protection(
				out, m, i, s->events.sessions_opened[i] - s->events.sessions_closed[i]);
	}
}

void metric_print_sessions_opened(FILE *out, const struct metric *m, const struct metrics_snapshot *s)
{
	for (unsigned i = 0; i < EVENT_PROTECTIONS; i++) {
		if (s->events.sessions_opened[i] != 0)
			print_protection(out, m, i, s->events.sessions_opened[i]);
	}
}

// A client cannot send a CANCEL that is answered.
static bool is_answered(uint16_t command)
{
	return command != SMB2_CANCEL;
}

static void print_histogram(
	FILE *out, const struct metric *m, const char *command, const struct metrics_command_sums *c)
{
	uint64_t so_far = 0;
	for (size_t i = 0; i < METRICS_BUCKETS - 1; i++) {
		so_far += c->buckets[i];
		fprintf(out, "%s_bucket{command=\"%s\",le=\"%g\"} %" PRIu64 "\n", m->name, command,
			metrics_bounds[i], so_far);
	}
	so_far += c->buckets[METRICS_BUCKETS - 1];
	fprintf(out, "%s_bucket{command=\"%s\",le=\"+Inf\"} %" PRIu64 "\n", m->name, command, so_far);
	fprintf(out, "%s_sum{command=\"%s\"} %.9f\n", m->name, command, (double)c->ns / 1e9);
	fprintf(out, "%s_count{command=\"%s\"} %" PRIu64 "\n", m->name, command, so_far);
}

void metric_print_latencies(FILE *out, const struct metric *m, const struct metrics_snapshot *s)
{
	for (unsigned int i = 0; i < SMB2_COMMANDS; i++) {
		if (is_answered((uint16_t)i))
			print_histogram(out, m, smb2_command_name((uint16_t)i), &s->work.commands[i]);
	}
}

void metric_print_failed(FILE *out, const struct metric *m, const struct metrics_snapshot *s)
{
	for (unsigned int i = 0; i < SMB2_COMMANDS; i++) {
		if (is_answered((uint16_t)i))
			print_label(out, m, "command", smb2_command_name((uint16_t)i),
				s->work.commands[i].failed);
	}
}

void metric_print_shares(FILE *out, const struct metric *m, const struct metrics_snapshot *s)
{
	for (size_t i = 0; i < s->share_count; i++)
		print_label(out, m, "share", s->shares[i].name, s->shares[i].strict ? 1 : 0);
}

void metric_print_build(FILE *out, const struct metric *m, const struct metrics_snapshot *s)
{
	fprintf(out, "%s{version=\"%s\",crypto=\"%s\"} 1\n", m->name, s->version, s->crypto);
}

void metrics_print(FILE *out, const struct metrics_snapshot *s)
{
	for (size_t i = 0; i < metrics_table_count; i++) {
		const struct metric *m = &metrics_table[i];
		fprintf(out, "# HELP %s %s\n# TYPE %s %s\n", m->name, m->help, m->name,
			metric_type_name(m->type));
		m->print(out, m, s);
	}
}
