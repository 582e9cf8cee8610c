// SPDX-License-Identifier: Apache-2.0
#include "sink/live_table.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "event/event_schema.h"
#include "sink/live_cell.h"
#include "sink/live_rows.h"
#include "sink/printable.h"

enum { SMB_PORT = 445 };

struct live_table *live_table_new(void)
{
	struct live_table *t = calloc(1, sizeof(*t));
	if (t != NULL)
		t->locale = live_cell_locale();
	return t;
}

void live_table_free(struct live_table *t)
{
	if (t == NULL)
		return;
	if (t->locale != (locale_t)0)
		freelocale(t->locale);
	free(t);
}

// --- order ------------------------------------------------------------------------------------------

static size_t badness(char grade)
{
	static const char worst_first[] = "FED?CBA";
	const char *at = grade == '\0' ? NULL : strchr(worst_first, grade);
	return at == NULL ? sizeof(worst_first) : (size_t)(at - worst_first);
}

int live_session_order(const void *a, const void *b)
{
	const struct live_session *x = a, *y = b;
	size_t bad_x = badness(x->grade), bad_y = badness(y->grade);
	if (bad_x != bad_y)
		return bad_x < bad_y ? -1 : 1;
	if (x->opened_us != y->opened_us)
		return x->opened_us > y->opened_us ? -1 : 1;
	return 0;
}

// --- sessions ---------------------------------------------------------------------------------------

static void put_address(char out[LIVE_ADDRESS_LEN], const char *address, uint16_t port)
{
	char safe[LIVE_ADDRESS_LEN - 8];
	(void)printable(address == NULL || address[0] == '\0' ? "?" : address, safe, sizeof(safe));
	bool usual = port == 0 || port == SMB_PORT;
	if (usual)
		(void)snprintf(out, LIVE_ADDRESS_LEN, "%s", safe);
	else
		(void)snprintf(
			out, LIVE_ADDRESS_LEN, strchr(safe, ':') != NULL ? "[%s]:%u" : "%s:%u", safe, port);
}

static void put_account(char out[LIVE_ACCOUNT_LEN], const struct event_session *s)
{
	char account[LIVE_ACCOUNT_LEN / 2], domain[LIVE_ACCOUNT_LEN / 2 - 2];
	const char *name = s == NULL ? NULL : s->account;
	if (name == NULL || name[0] == '\0')
		name = s == NULL || s->mechanism == NULL ? "?" : s->mechanism; // a guest, anonymous
	(void)printable(name, account, sizeof(account));
	(void)printable(s == NULL ? NULL : s->domain, domain, sizeof(domain));
	(void)snprintf(out, LIVE_ACCOUNT_LEN, "%s%s%s", domain, domain[0] == '\0' ? "" : "\\", account);
}

// What decides whether there is room for it.
static void row_begin(struct live_session *r, const struct event *e)
{
	r->grade = e->verdict->grade;
	r->opened_us = e->verdict->opened_us == 0 ? e->time_us : e->verdict->opened_us;
}

static void row_fill(struct live_session *r, const struct event *e)
{
	static const struct event_connection nowhere;
	const struct event_connection *c = e->connection == NULL ? &nowhere : e->connection;
	char text[REPORT_REASONS_LEN];
	row_begin(r, e);
	r->told_us = e->time_us;
	r->dialect = e->verdict->dialect;
	r->bytes = e->verdict->bytes_to_server + e->verdict->bytes_to_client;
	put_address(r->client, c->client_address, 0);
	put_address(r->server, c->server_address, c->server_port);
	put_account(r->account, e->session);
	(void)printable(report_protection_text(e, text), r->protection, sizeof(r->protection));
	(void)printable(report_reasons_text(e->verdict, text), r->reasons, sizeof(r->reasons));
}

void live_table_begin_open(struct live_table *t)
{
	t->open_count = 0;
	t->open_total = 0;
	t->open_cut = false;
}

static bool has_verdict(const struct event *e)
{
	return e->kind == EVENT_SESSION && e->verdict != NULL;
}

void live_table_open(struct live_table *t, const struct event *e)
{
	if (!has_verdict(e))
		return;
	t->open_total++;
	struct live_session *r = &t->open[t->open_count];
	row_begin(r, e);
	if (t->open_cut && live_session_order(r, &t->open[LIVE_SESSIONS_MAX - 1]) >= 0)
		return;
	row_fill(r, e);
	r->open = true;
	if (++t->open_count < 2 * LIVE_SESSIONS_MAX)
		return;
	qsort(t->open, t->open_count, sizeof(t->open[0]), live_session_order);
	t->open_count = LIVE_SESSIONS_MAX;
	t->open_cut = true;
}

void live_table_ended(struct live_table *t, const struct event *e)
{
	if (!has_verdict(e))
		return;
	struct live_session *r = &t->ended[t->ended_total++ % LIVE_SESSIONS_MAX];
	row_fill(r, e);
	r->open = false;
}

// --- alerts -----------------------------------------------------------------------------------------

static void put_evidence(char out[LIVE_EVIDENCE_LEN], const struct event_alert *a)
{
	size_t used = 0;
	out[0] = '\0';
	for (size_t i = 0; i < a->evidence_count && used < LIVE_EVIDENCE_LEN; i++) {
		char name[64], value[160], packet[40] = "";
		const struct event_evidence *v = &a->evidence[i];
		if (v->packet != 0)
			(void)snprintf(packet, sizeof(packet), " (packet %" PRIu64 ")", v->packet);
		used += (size_t)snprintf(out + used, LIVE_EVIDENCE_LEN - used, "%s%s = %s%s",
			i == 0 ? "" : "; ", printable(v->name, name, sizeof(name)),
			printable(v->value, value, sizeof(value)), packet);
	}
}

void live_table_alert(struct live_table *t, const struct event *e)
{
	char title[LIVE_TITLE_LEN - 64];
	if (e->kind != EVENT_FINDING || e->alert == NULL)
		return;
	struct live_alert *r = &t->alerts[t->alert_total++ % LIVE_ALERTS_MAX];
	r->time_us = e->time_us;
	r->severity = event_severity_of(e);
	(void)snprintf(r->title, sizeof(r->title), "%.40s%s%.16s: %s", e->alert->detection,
		e->alert->outcome == NULL ? "" : ", ", e->alert->outcome == NULL ? "" : e->alert->outcome,
		printable(e->alert->title, title, sizeof(title)));
	put_evidence(r->evidence, e->alert);
}
