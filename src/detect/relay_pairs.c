// SPDX-License-Identifier: Apache-2.0
#include "detect/relay_pairs.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SECONDS UINT64_C(1000000)

struct of_flow {
	char key[RELAY_KEY_MAX];
};

struct relay_pairs {
	const struct detect_settings *settings;
	struct relay_pairs_user user;
	struct detect_table *exchanges; // by the user's key
	struct detect_table *flows;     // "flow|session": of which exchange it is
};

struct relay_pairs *relay_pairs_new(
	const struct detect_settings *settings, const struct relay_pairs_user *user)
{
	struct relay_pairs *p = calloc(1, sizeof(*p));
	if (p == NULL)
		return NULL;
	p->settings = settings;
	p->user = *user;
	p->exchanges = detect_table_new(sizeof(struct relay_exchange), RELAY_EXCHANGES_MAX, NULL);
	p->flows = detect_table_new(sizeof(struct of_flow), (size_t)RELAY_EXCHANGES_MAX * 2, NULL);
	if (p->exchanges == NULL || p->flows == NULL) {
		relay_pairs_free(p);
		return NULL;
	}
	return p;
}

void relay_pairs_free(struct relay_pairs *p)
{
	if (p == NULL)
		return;
	detect_table_free(p->exchanges);
	detect_table_free(p->flows);
	free(p);
}

// --- what a leg is ----------------------------------------------------------------------------------

static void text(char *to, size_t len, const char *from)
{
	(void)snprintf(to, len, "%s", from == NULL ? "" : from);
}

static uint64_t flow_of(const struct event *e)
{
	return e->wire != NULL ? e->wire->flow : e->connection != NULL ? e->connection->id : 0;
}

static void leg_proof(struct relay_leg *l, const struct event_auth *a)
{
	l->client_negotiate_hash = a->client_negotiate_hash;
	l->server_negotiate_hash = a->server_negotiate_hash;
	memcpy(l->client_guid, a->client_guid, sizeof(l->client_guid));
	memcpy(l->server_guid, a->server_guid, sizeof(l->server_guid));
	memcpy(l->server_challenge, a->server_challenge, sizeof(l->server_challenge));
	memcpy(l->nt_proof, a->nt_proof, sizeof(l->nt_proof));
	l->negotiate_flags = a->negotiate_flags;
	l->challenge_flags = a->challenge_flags;
	l->authenticate_flags = a->authenticate_flags;
	l->mic = a->mic;
	l->challenge_packet = a->challenge_packet;
	l->authenticate_packet = a->authenticate_packet;
	text(l->target_name, sizeof(l->target_name), a->target_name);
	text(l->server_name, sizeof(l->server_name), a->server_name);
	text(l->server_dns, sizeof(l->server_dns), a->server_dns);
	text(l->service, sizeof(l->service), a->service);
	text(l->protocol, sizeof(l->protocol), a->protocol);
}

static void leg_fill(struct relay_leg *l, const struct event *e)
{
	memset(l, 0, sizeof(*l));
	leg_proof(l, e->auth);
	l->flow = flow_of(e);
	l->session_id = e->session == NULL ? 0 : e->session->id;
	l->time_us = e->time_us;
	l->packet = e->wire == NULL ? 0 : e->wire->packet;
	if (l->challenge_packet == 0)
		l->challenge_packet = e->wire == NULL ? 0 : e->wire->first_packet;
	if (l->authenticate_packet == 0)
		l->authenticate_packet = l->packet;
	l->midstream = e->wire != NULL && e->wire->midstream;
	text(l->client, sizeof(l->client), detect_client(e));
	text(l->server, sizeof(l->server), detect_server(e));
	if (e->connection != NULL) {
		l->client_port = e->connection->client_port;
		l->server_port = e->connection->server_port;
		l->dialect = e->connection->dialect;
	}
	text(l->account, sizeof(l->account), detect_account(e));
	text(l->mechanism, sizeof(l->mechanism), e->session == NULL ? NULL : e->session->mechanism);
	l->status = e->status;
	l->success = detect_is_success(e);
	l->unfinished = !l->success && nt_status_ok(e->status);
}

// --- two legs ---------------------------------------------------------------------------------------

static bool same_or_unknown(uint64_t a, uint64_t b)
{
	return a == 0 || b == 0 || a == b;
}

static bool same_guid(const uint8_t a[16], const uint8_t b[16])
{
	static const uint8_t none[16];
	return memcmp(a, b, 16) == 0 || memcmp(a, none, 16) == 0 || memcmp(b, none, 16) == 0;
}

enum relay_kind relay_kind_of(const struct relay_exchange *x)
{
	const struct relay_leg *a = &x->legs[0], *b = &x->legs[1];
	if (x->count < 2)
		return RELAY_NONE;
	bool same_client = strcmp(a->client, b->client) == 0, same_server = strcmp(a->server, b->server) == 0;
	if (same_client && same_server && a->client_port == b->client_port &&
		a->server_port == b->server_port)
		return RELAY_SAME_FLOW;
	// A server numbers its sessions itself: with another one there are two of them.
	if (a->session_id != b->session_id || !same_guid(a->server_guid, b->server_guid) ||
		!same_guid(a->client_guid, b->client_guid))
		return RELAY_RELAYED;
	if (!same_or_unknown(a->client_negotiate_hash, b->client_negotiate_hash) ||
		!same_or_unknown(a->server_negotiate_hash, b->server_negotiate_hash))
		return RELAY_CHANGED;
	return same_client || same_server ? RELAY_NAT : RELAY_FORWARDED;
}

size_t relay_victim_of(const struct relay_exchange *x)
{
	const struct relay_leg *a = &x->legs[0], *b = &x->legs[1];
	bool a_leads_to_b = strcmp(a->server, b->client) == 0,
	     b_leads_to_a = strcmp(b->server, a->client) == 0;
	if (a_leads_to_b != b_leads_to_a)
		return a_leads_to_b ? 0 : 1;
	// The target makes the challenge, so it is seen there first; what answers it, at the victim.
	if (a->challenge_packet != 0 && b->challenge_packet != 0)
		return a->challenge_packet > b->challenge_packet ? 0 : 1;
	return a->authenticate_packet <= b->authenticate_packet ? 0 : 1;
}

const char *relay_outcome(const struct relay_leg *target)
{
	if (!target->success)
		return "failed";
	if (target->uses > 0 || target->trees > 0)
		return "succeeded";
	return target->trees_refused > 0 ? "blocked" : "authenticated";
}

// --- over time --------------------------------------------------------------------------------------

static const char *flow_key(char buffer[64], uint64_t flow, uint64_t session)
{
	// Wanted for each file event: a letter a nibble rather than printf.
	const uint64_t parts[] = { flow, session };
	char *at = buffer;
	for (size_t i = 0; i < ARRAY_LEN(parts); i++)
		for (int shift = 60; shift >= 0; shift -= 4)
			*at++ = (char)('a' + (parts[i] >> shift & 15));
	*at = '\0';
	return buffer;
}

static void follow(struct relay_pairs *p, const struct relay_leg *l, const char *key)
{
	char buffer[64];
	struct of_flow *f = detect_table_get(p->flows, flow_key(buffer, l->flow, l->session_id));
	if (f != NULL)
		text(f->key, sizeof(f->key), key);
}

static void settle(struct relay_pairs *p, struct relay_exchange *x, uint64_t now_us)
{
	char buffer[64];
	x->settled = true;
	p->user.settled(p->user.context, x, now_us);
	for (size_t i = 0; i < x->count; i++)
		detect_table_remove(p->flows, flow_key(buffer, x->legs[i].flow, x->legs[i].session_id));
}

static void on_authentication(struct relay_pairs *p, const struct event *e)
{
	char key[RELAY_KEY_MAX];
	if (e->auth == NULL || !p->user.key(e, key))
		return;
	struct relay_exchange *x = detect_table_get(p->exchanges, key);
	if (x == NULL)
		return;
	uint64_t window = p->settings->relay_window_s * SECONDS;
	if (x->count > 0 && e->time_us > x->last_us + window)
		memset(x, 0, sizeof(*x));
	if (x->count == 2 || (x->count == 1 && x->legs[0].flow == flow_of(e)))
		return;
	leg_fill(&x->legs[x->count++], e);
	x->last_us = e->time_us;
	x->settled = false; // also when the first leg was told alone: now there is more
	follow(p, &x->legs[x->count - 1], key);
}

static struct relay_leg *leg_of(struct relay_pairs *p, const struct event *e)
{
	char buffer[64];
	uint64_t flow = flow_of(e);
	if (e->session == NULL || detect_table_count(p->flows) == 0)
		return NULL;
	const struct of_flow *f = detect_table_find(p->flows, flow_key(buffer, flow, e->session->id));
	struct relay_exchange *x = f == NULL ? NULL : detect_table_find(p->exchanges, f->key);
	for (size_t i = 0; x != NULL && i < x->count; i++)
		if (x->legs[i].flow == flow && x->legs[i].session_id == e->session->id)
			return &x->legs[i];
	return NULL;
}

static void note_refusal(struct relay_leg *l, const struct event *e)
{
	l->trees_refused++;
	if (l->refused_packet == 0 && e->wire != NULL)
		l->refused_packet = e->wire->packet;
	l->refused_status = e->status;
}

static void note_use(struct relay_leg *l, const struct event *e)
{
	if (l->first_use_packet == 0 && e->wire != NULL)
		l->first_use_packet = e->wire->packet;
}

static bool is_use(const struct event *e)
{
	return e->kind == EVENT_FILE || e->kind == EVENT_RPC || e->kind == EVENT_FILE_OPEN ||
	       e->kind == EVENT_FILE_CREATE;
}

static void on_later(struct relay_pairs *p, const struct event *e)
{
	if (!is_use(e) && e->kind != EVENT_TREE_CONNECT && e->kind != EVENT_SESSION &&
		e->kind != EVENT_SESSION_CLOSE)
		return;
	struct relay_leg *l = leg_of(p, e);
	if (l == NULL)
		return;
	if (e->kind == EVENT_TREE_CONNECT && !detect_is_success(e)) {
		note_refusal(l, e);
	} else if (e->kind == EVENT_TREE_CONNECT) {
		l->trees++;
		note_use(l, e);
	} else if (!is_use(e)) {
		l->ended = true;
	} else if (detect_is_success(e)) {
		l->uses++;
		note_use(l, e);
	}
}

void relay_pairs_event(struct relay_pairs *p, const struct event *e)
{
	if (detect_is_authentication(e))
		on_authentication(p, e);
	else
		on_later(p, e);
}

static bool is_due(const struct relay_exchange *x, uint64_t now_us)
{
	if (x->count < 2)
		return now_us >= x->last_us + RELAY_SECOND_LEG_S * SECONDS;
	const struct relay_leg *target = &x->legs[1 - relay_victim_of(x)];
	bool silent = target->trees + target->trees_refused + target->uses == 0;
	if (!target->success || target->ended)
		return true;
	return now_us >= target->time_us + (silent ? RELAY_OUTCOME_SILENT_S : RELAY_OUTCOME_S) * SECONDS;
}

struct round {
	struct relay_pairs *p;
	uint64_t now_us;
	bool all;
};

static void settle_if_due(void *context, const char *key, void *entry)
{
	const struct round *r = context;
	struct relay_exchange *x = entry;
	if (x->count > 0 && !x->settled && (r->all || is_due(x, r->now_us)))
		settle(r->p, x, r->all ? x->last_us : r->now_us);
	bool old = x->settled && r->now_us > x->last_us + r->p->settings->relay_window_s * SECONDS;
	if (old && !r->all)
		detect_table_remove(r->p->exchanges, key);
}

void relay_pairs_tick(struct relay_pairs *p, uint64_t now_us)
{
	struct round r = { .p = p, .now_us = now_us };
	detect_table_each(p->exchanges, settle_if_due, &r);
}

void relay_pairs_finish(struct relay_pairs *p)
{
	struct round r = { .p = p, .all = true };
	detect_table_each(p->exchanges, settle_if_due, &r);
}
