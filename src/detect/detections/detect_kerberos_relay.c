// SPDX-License-Identifier: Apache-2.0
// kerberos_relay: a ticket is used where it was not meant for, or by whom it was not made for.
//
// Signal: the same AP-REQ, to the byte, on two connections whose SMB identities differ (an authenticator is
// made anew each time, so somebody passed it on); the same ticket from two client addresses; a ticket whose
// service (sname) is not the server it is sent to: it is another known server's name, or the server could
// not open it (LOGON_FAILURE to a ticket, RFC 4120 KRB_AP_ERR_MODIFIED).
// Evidence: sname, ticket and exchange hashes, packets, what the destination calls itself.
//
// False positives: tickets are used again by the same client, that is what they are for. Forwarders and NAT
// repeat the AP-REQ within one and the same session. Aliases, clusters and DFS have services of several
// names: a ticket that the server could open is its own, unless another server is known by that name. A
// refused ticket is mostly a stale keytab or a wrong name: a notice. Multi-homed clients show one ticket from
// two addresses: a notice too.
#include "detect/detections/detections.h"

#include <stdio.h>
#include <string.h>

#include "detect/memory.h"
#include "detect/names.h"
#include "detect/relay_pairs.h"
#include "detect/story.h"

enum { QUIET_S = 3, HOLD_S = 20 };

struct holder {
	char client[RELAY_ADDRESS_MAX];
	uint64_t packet;
	uint64_t exchange; // its last one
};

struct state {
	struct memory memory;
	struct names *names;
	struct detect_table *tickets; // by the ticket's hash: who used it
	struct relay_pairs *pairs;
};

static bool is_presented(const struct event *e)
{
	const char *protocol = e->auth->protocol;
	return e->auth->ticket_hash != 0 && (protocol == NULL || strcmp(protocol, "kerberos") != 0);
}

static bool key_of(const struct event *e, char key[RELAY_KEY_MAX])
{
	if (!is_presented(e) || e->auth->exchange_hash == 0)
		return false;
	(void)snprintf(key, RELAY_KEY_MAX, "%016llx", (unsigned long long)e->auth->exchange_hash);
	return true;
}

static struct finding *touch(struct state *s, const char *kind, const char *a, const char *b, const char *c,
	const char *d, uint64_t now_us)
{
	char key[STORY_KEY_MAX];
	(void)snprintf(key, sizeof(key), "%s|%s|%s|%s|%s", kind, a, b, c, d);
	return stories_touch(s->memory.stories, key, now_us);
}

static void add_leg(struct finding *f, const struct relay_leg *l)
{
	finding_host(f, l->client);
	finding_host(f, l->server);
	finding_account(f, l->account);
	finding_flow(f, l->flow);
	if (f->first_us == 0 || l->time_us < f->first_us)
		f->first_us = l->time_us;
	if (l->time_us > f->last_us)
		f->last_us = l->time_us;
}

// --- the same AP-REQ on two connections --------------------------------------------------------------

static void tell_relay(struct state *s, const struct relay_exchange *x, uint64_t now_us)
{
	const struct relay_leg *victim = &x->legs[relay_victim_of(x)],
			       *target = &x->legs[1 - relay_victim_of(x)];
	const char *outcome = relay_outcome(target);
	struct finding *f =
		touch(s, "relay", victim->server, victim->client, target->server, target->service, now_us);
	if (f == NULL)
		return;
	bool got_in = target->success && strcmp(outcome, "blocked") != 0;
	finding_worsen(f, got_in ? EVENT_ALERT : EVENT_WARNING);
	finding_host(f, target->client);
	finding_host(f, victim->server);
	add_leg(f, victim);
	add_leg(f, target);
	if (f->count > 1)
		return;
	f->outcome = outcome;
	finding_title(f, "the Kerberos log-on of %s for %s was relayed by %s to %s: %s", victim->client,
		target->service, target->client, target->server, outcome);
	finding_evidence(f, "service", victim->authenticate_packet, "%s", victim->service);
	finding_evidence(f, "service_again", target->authenticate_packet, "%s", target->service);
	finding_evidence(
		f, "session_of_victim_leg", victim->packet, "0x%llx", (unsigned long long)victim->session_id);
	finding_evidence(
		f, "session_of_target_leg", target->packet, "0x%llx", (unsigned long long)target->session_id);
}

static void settled(void *context, const struct relay_exchange *x, uint64_t now_us)
{
	struct state *s = context;
	if (relay_kind_of(x) == RELAY_RELAYED)
		tell_relay(s, x, now_us);
}

// --- a ticket for another service ---------------------------------------------------------------------

static const char *service_of(const struct event *e)
{
	return e->auth->service == NULL ? "" : e->auth->service;
}

static void tell_service(struct state *s, const struct event *e, bool others_name)
{
	bool success = detect_is_success(e);
	struct finding *f =
		touch(s, "service", detect_client(e), detect_server(e), service_of(e), "", e->time_us);
	if (f == NULL)
		return;
	finding_worsen(f, success ? EVENT_WARNING : EVENT_NOTICE);
	finding_about(f, e);
	if (f->count > 1)
		return;
	f->outcome = success ? "succeeded" : "failed";
	finding_title(f, "%s presented a ticket for %s at %s%s: %s", detect_client(e), service_of(e),
		detect_server(e), others_name ? ", which is another server's" : "",
		success ? "accepted" : "the server could not use it");
	uint64_t packet = e->auth->authenticate_packet;
	finding_evidence(f, "service", packet, "%s", service_of(e));
	finding_evidence(f, "server", packet, "%s", detect_server(e));
	finding_evidence(f, "status", e->wire == NULL ? 0 : e->wire->packet, "0x%08x", e->status.code);
}

static void judge_service(struct state *s, const struct event *e)
{
	bool success = detect_is_success(e);
	bool unusable = nt_status_equal(e->status, STATUS(LOGON_FAILURE));
	bool others = names_judge(s->names, detect_server(e), service_of(e)) == NAME_OTHERS;
	char host[NAME_LEN_MAX];
	if (service_of(e)[0] == '\0')
		return;
	bool by_address = strcmp(names_host(service_of(e), host), detect_server(e)) == 0;
	// Who opens a ticket has its key: an alias, unless it is known to call itself otherwise.
	bool misplaced = others && success && names_known(s->names, detect_server(e));
	if (misplaced || (unusable && !by_address))
		tell_service(s, e, others);
}

// --- one ticket, two clients --------------------------------------------------------------------------

static void judge_holder(struct state *s, const struct event *e)
{
	char key[32];
	(void)snprintf(key, sizeof(key), "%016llx", (unsigned long long)e->auth->ticket_hash);
	struct holder *h = detect_table_get(s->tickets, key);
	if (h == NULL)
		return;
	if (h->client[0] == '\0') {
		(void)snprintf(h->client, sizeof(h->client), "%s", detect_client(e));
		h->packet = e->auth->authenticate_packet;
	}
	bool same_exchange = h->exchange != 0 && h->exchange == e->auth->exchange_hash;
	bool same_client = strcmp(h->client, detect_client(e)) == 0;
	if (same_client)
		h->exchange = e->auth->exchange_hash;
	if (same_client || same_exchange) // the very same exchange is the pairs' to judge
		return;
	struct finding *f = touch(s, "ticket", h->client, detect_client(e), service_of(e), "", e->time_us);
	if (f == NULL)
		return;
	finding_worsen(f, EVENT_NOTICE);
	finding_host(f, detect_client(e));
	finding_host(f, h->client);
	finding_about(f, e);
	if (f->count > 1)
		return;
	finding_title(f, "the ticket for %s that %s used is used by %s", service_of(e), h->client,
		detect_client(e));
	finding_evidence(f, "ticket", h->packet, "%s", key);
	finding_evidence(f, "ticket_again", e->auth->authenticate_packet, "%s", key);
}

// --- the detector -----------------------------------------------------------------------------------

static void end(void *state)
{
	struct state *s = state;
	relay_pairs_free(s->pairs);
	names_free(s->names);
	memory_end(s);
}

static void *begin(const struct detect_context *context)
{
	static const struct memory_plan plan = {
		.state_len = sizeof(struct state),
		.tables = {
			{ .offset = offsetof(struct state, tickets), .entry_len = sizeof(struct holder) },
		},
		.teller = &detect_kerberos_relay,
		.quiet_s = QUIET_S,
		.hold_s = HOLD_S,
	};
	struct state *s = memory_begin(context, &plan);
	if (s == NULL)
		return NULL;
	const struct relay_pairs_user user = { .key = key_of, .settled = settled, .context = s };
	s->names = names_new(context->settings);
	s->pairs = relay_pairs_new(context->settings, &user);
	if (s->names != NULL && s->pairs != NULL)
		return s;
	end(s);
	return NULL;
}

static bool is_forwarder(const struct state *s, const struct event *e)
{
	const struct config_strings *known = &s->memory.context.settings->forwarders;
	return detect_list_has(known, detect_client(e)) || detect_list_has(known, detect_server(e));
}

static void event(void *state, const struct event *e)
{
	struct state *s = state;
	relay_pairs_event(s->pairs, e);
	if (!detect_is_authentication(e) || e->auth == NULL)
		return;
	names_learn(s->names, detect_server(e), e->auth->has_challenge ? e->auth->server_name : NULL);
	names_learn(s->names, detect_server(e), e->auth->has_challenge ? e->auth->server_dns : NULL);
	if (!is_presented(e) || is_forwarder(s, e))
		return;
	judge_service(s, e);
	judge_holder(s, e);
}

static void tick(void *state, uint64_t now_us)
{
	struct state *s = state;
	relay_pairs_tick(s->pairs, now_us);
	memory_tick(s, now_us);
}

static void finish(void *state)
{
	struct state *s = state;
	relay_pairs_finish(s->pairs);
	memory_finish(s);
}

const struct detector detect_kerberos_relay = {
	.id = "kerberos_relay",
	.title = "a Kerberos ticket where it does not belong",
	.technique = "T1557",
	.severity = EVENT_INFO, // what is found raises it
	.begin = begin,
	.event = event,
	.tick = tick,
	.finish = finish,
	.end = end,
};
