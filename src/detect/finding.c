// SPDX-License-Identifier: Apache-2.0
#include "detect/finding.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "detect/detector.h"
#include "detect/finding_sink.h"

void finding_init(struct finding *f)
{
	memset(f, 0, sizeof(*f));
}

void finding_done(struct finding *f)
{
	for (size_t i = 0; i < f->host_count; i++)
		free(f->hosts[i]);
	for (size_t i = 0; i < f->account_count; i++)
		free(f->accounts[i]);
	for (size_t i = 0; i < f->evidence_count; i++) {
		free(f->evidence[i].name);
		free(f->evidence[i].value);
	}
	finding_init(f);
}

void finding_title(struct finding *f, const char *format, ...)
{
	va_list args;
	va_start(args, format);
	(void)vsnprintf(f->title, sizeof(f->title), format, args);
	va_end(args);
}

static void add_once(char **list, size_t *count, size_t max, const char *text)
{
	if (text == NULL || text[0] == '\0' || *count == max)
		return;
	for (size_t i = 0; i < *count; i++)
		if (strcmp(list[i], text) == 0)
			return;
	list[*count] = strdup(text);
	if (list[*count] != NULL)
		(*count)++;
}

void finding_host(struct finding *f, const char *address)
{
	add_once(f->hosts, &f->host_count, FINDING_HOSTS_MAX, address);
}

void finding_account(struct finding *f, const char *account)
{
	add_once(f->accounts, &f->account_count, FINDING_ACCOUNTS_MAX, account);
}

void finding_flow(struct finding *f, uint64_t flow)
{
	if (flow == 0 || f->flow_count == FINDING_FLOWS_MAX)
		return;
	for (size_t i = 0; i < f->flow_count; i++)
		if (f->flows[i] == flow)
			return;
	f->flows[f->flow_count++] = flow;
}

void finding_evidence(struct finding *f, const char *name, uint64_t packet, const char *format, ...)
{
	char text[FINDING_TEXT_MAX * 2];
	va_list args;
	if (f->evidence_count == FINDING_EVIDENCE_MAX)
		return;
	va_start(args, format);
	(void)vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	size_t i = f->evidence_count++;
	f->evidence[i].name = strdup(name);
	f->evidence[i].value = strdup(text);
	f->evidence[i].packet = packet;
}

void finding_about(struct finding *f, const struct event *e)
{
	finding_host(f, detect_client(e));
	finding_host(f, detect_server(e));
	finding_account(f, detect_account(e));
	finding_flow(f, e->wire != NULL ? e->wire->flow : e->connection != NULL ? e->connection->id : 0);
	if (f->first_us == 0 || e->time_us < f->first_us)
		f->first_us = e->time_us;
	if (e->time_us > f->last_us)
		f->last_us = e->time_us;
}

void finding_emit(struct finding_sink *sink, const struct detector *d, const struct finding *f)
{
	struct event_evidence evidence[FINDING_EVIDENCE_MAX];
	for (size_t i = 0; i < f->evidence_count; i++)
		evidence[i] = (struct event_evidence){ f->evidence[i].name, f->evidence[i].value,
			f->evidence[i].packet };
	const struct event_alert alert = {
		.detection = d->id,
		.title = f->title[0] != '\0' ? f->title : d->title,
		.technique = d->technique,
		.outcome = f->outcome,
		.flows = f->flows,
		.flow_count = f->flow_count,
		.hosts = (const char *const *)f->hosts,
		.host_count = f->host_count,
		.accounts = (const char *const *)f->accounts,
		.account_count = f->account_count,
		.evidence = evidence,
		.evidence_count = f->evidence_count,
		.first_us = f->first_us,
		.last_us = f->last_us,
		.incident = incidents_of(sink->incidents, f),
		.count = f->count,
	};
	const struct event e = {
		.kind = EVENT_FINDING,
		.severity = f->severity != EVENT_DEFAULT_SEVERITY ? f->severity : d->severity,
		.time_us = f->last_us,
		.alert = &alert,
	};
	sink->emit(sink->context, &e);
}
