// SPDX-License-Identifier: Apache-2.0
// password_spray: a few passwords against many accounts, below each account's lock-out.
//
// Signal: wrong log-ons of password_spray_accounts accounts from one source within password_spray_window_s,
// by NTLM or Kerberos, at whichever servers. With twice as many it is told at once; before that it waits
// JUDGE_S for what becomes of them.
// Evidence: accounts and packets; log-ons that succeeded from there afterwards: those accounts are taken to
// be compromised. Severity: a warning; with a success of an account that had failed (or was not known there)
// an alert. False positives: gateways, terminal servers and NAT have many users, some of whom mistype. As
// long as more accounts succeed from there than fail, it is taken for one of those; and who mistypes gets in
// a little later, while of a spray's accounts few do: when more than half did, at most MISTYPED_MAX tries
// each, it was none. Many tries of one account are brute_force's.
#include "detect/detections/detections.h"

#include <stdio.h>

#include "detect/detections/logon.h"
#include "detect/distinct.h"
#include "detect/memory.h"
#include "detect/story.h"

enum {
	QUIET_S = 10,
	HOLD_S = 60,
	EVIDENCE_ACCOUNTS = 12,
	JUDGE_S = 20,
	PLAINLY = 2,
	MISTYPED_MAX = 4,
	SECOND_US = 1000000,
	ADDRESS_MAX = 64,
};

struct source {
	struct distinct failed, fine;
	uint64_t first_us, last_us;
	uint64_t suspect_us; // since when it waits to be judged; 0: it does not
	bool attack;
	char server[ADDRESS_MAX]; // of the failure that made it suspect
	uint64_t flow;
};

struct state {
	struct memory memory;
	struct detect_table *sources;
	size_t suspects; // at most
};

static uint64_t packet_of(const struct event *e)
{
	return e->wire == NULL ? 0 : e->wire->packet;
}

static uint64_t window_of(const struct state *s)
{
	return (uint64_t)s->memory.context.settings->password_spray_window_s * SECOND_US;
}

// --- what is told -----------------------------------------------------------------------------------

static void tell_accounts(struct finding *f, const struct source *r, bool first)
{
	f->first_us = r->first_us;
	f->count = r->failed.count;
	for (size_t i = 0; i < r->failed.count; i++)
		finding_account(f, r->failed.items[i].name);
	size_t from = first ? 0 : r->failed.count - 1;
	for (size_t i = from; i < r->failed.count && f->evidence_count < EVIDENCE_ACCOUNTS; i++)
		if (first || r->failed.items[i].count == 1)
			finding_evidence(f, "failed_account", r->failed.items[i].packet, "%s",
				r->failed.items[i].name);
}

static void tell_attack(struct state *s, const struct event *e, const struct source *r)
{
	struct finding *f = stories_touch(s->memory.stories, detect_client(e), e->time_us);
	if (f == NULL)
		return;
	bool first = f->count == 1;
	finding_worsen(f, EVENT_WARNING);
	finding_about(f, e);
	finding_title(f, "%s tries passwords at %zu accounts", detect_client(e), r->failed.count);
	tell_accounts(f, r, first);
}

static void tell_fallen(
	struct finding *f, const char *client, const char *account, uint64_t packet, uint64_t count)
{
	finding_worsen(f, EVENT_ALERT);
	f->count = count;
	f->outcome = "succeeded";
	finding_title(f, "%s tried passwords at %llu accounts and got in as %s: the account is compromised",
		client, (unsigned long long)count, account);
	finding_evidence(f, "compromised_account", packet, "%s", account);
}

static void tell_success(struct state *s, const struct event *e, uint64_t count)
{
	struct finding *f = stories_touch(s->memory.stories, detect_client(e), e->time_us);
	if (f == NULL)
		return;
	finding_about(f, e);
	tell_fallen(f, detect_client(e), detect_account(e), packet_of(e), count);
}

// Of one that had waited: all that is known of it.
static void tell_judged(struct state *s, const char *client, struct source *r)
{
	struct finding *f = stories_touch(s->memory.stories, client, r->last_us);
	if (f == NULL)
		return;
	finding_worsen(f, EVENT_WARNING);
	finding_host(f, client);
	finding_host(f, r->server);
	finding_flow(f, r->flow);
	finding_title(f, "%s tries passwords at %zu accounts", client, r->failed.count);
	tell_accounts(f, r, true);
	f->last_us = r->last_us;
	for (size_t i = 0; i < r->failed.count; i++) {
		const struct distinct_item *fell =
			r->failed.items[i].settled_packet == 0 ? NULL : &r->failed.items[i];
		if (fell != NULL)
			tell_fallen(f, client, fell->name, fell->settled_packet, r->failed.count);
	}
}

// --- what it is -------------------------------------------------------------------------------------

static bool is_spray(const struct state *s, const struct source *r)
{
	size_t settled = 0;
	for (size_t i = 0; i < r->failed.count; i++)
		settled += r->failed.items[i].settled_packet != 0 && r->failed.items[i].count <= MISTYPED_MAX;
	bool many_users = r->fine.count > r->failed.count;
	return r->failed.count >= s->memory.context.settings->password_spray_accounts && !many_users &&
	       2 * settled <= r->failed.count;
}

static void suspect(struct state *s, const struct event *e, struct source *r)
{
	if (r->suspect_us != 0)
		return;
	r->suspect_us = e->time_us;
	(void)snprintf(r->server, sizeof(r->server), "%s", detect_server(e));
	r->flow = e->wire == NULL ? 0 : e->wire->flow;
	s->suspects++;
}

static void on_failure(struct state *s, const struct event *e, const char *name)
{
	struct source *r = detect_table_get(s->sources, detect_client(e));
	if (r == NULL)
		return;
	if (r->failed.count == 0 || e->time_us > r->last_us + window_of(s)) {
		r->first_us = e->time_us;
		r->attack = false;
	}
	r->last_us = e->time_us;
	struct distinct_item *item = distinct_add(&r->failed, name, packet_of(e), window_of(s), e->time_us);
	if (item == NULL)
		return;
	item->settled_packet = 0;
	if (!r->attack && !is_spray(s, r))
		return;
	r->attack |= r->failed.count >= PLAINLY * (size_t)s->memory.context.settings->password_spray_accounts;
	if (r->attack)
		tell_attack(s, e, r);
	else
		suspect(s, e, r);
}

static void on_success(struct state *s, const struct event *e, const char *name)
{
	struct source *r = detect_table_get(s->sources, detect_client(e));
	if (r == NULL)
		return;
	struct distinct_item *failed = distinct_find(&r->failed, name);
	bool was_fine = distinct_find(&r->fine, name) != NULL;
	(void)distinct_add(&r->fine, name, packet_of(e), window_of(s), e->time_us);
	if (failed != NULL && failed->settled_packet == 0)
		failed->settled_packet = packet_of(e) != 0 ? packet_of(e) : 1;
	if (!was_fine && r->attack && e->time_us <= r->last_us + window_of(s))
		tell_success(s, e, r->failed.count);
}

// --- those that wait --------------------------------------------------------------------------------

struct judgement {
	struct state *state;
	uint64_t now_us;
	size_t waiting;
};

static void judge(void *context, const char *client, void *entry)
{
	struct judgement *j = context;
	struct source *r = entry;
	if (r->suspect_us == 0)
		return;
	if (j->now_us < r->suspect_us + (uint64_t)JUDGE_S * SECOND_US) {
		j->waiting++;
		return;
	}
	r->suspect_us = 0;
	if (r->attack || !is_spray(j->state, r))
		return;
	r->attack = true;
	tell_judged(j->state, client, r);
}

static void judge_all(struct state *s, uint64_t now_us)
{
	struct judgement j = { .state = s, .now_us = now_us };
	if (s->suspects == 0)
		return;
	detect_table_each(s->sources, judge, &j);
	s->suspects = j.waiting;
}

static void tick(void *state, uint64_t now_us)
{
	judge_all(state, now_us);
	memory_tick(state, now_us);
}

static void finish(void *state)
{
	judge_all(state, UINT64_MAX);
	memory_finish(state);
}

static void event(void *state, const struct event *e)
{
	struct state *s = state;
	char name[LOGON_NAME_MAX];
	if (logon_is_wrong(e))
		on_failure(s, e, logon_name(e, name));
	else if (logon_is_right(e))
		on_success(s, e, logon_name(e, name));
}

static void drop(void *entry, const char *key)
{
	struct source *r = entry;
	(void)key;
	distinct_free(&r->failed);
	distinct_free(&r->fine);
}

static void *begin(const struct detect_context *context)
{
	static const struct memory_plan plan = {
		.state_len = sizeof(struct state),
		.tables = {
			{ .offset = offsetof(struct state, sources), .entry_len = sizeof(struct source), .drop = drop },
		},
		.teller = &detect_password_spray,
		.quiet_s = QUIET_S,
		.hold_s = HOLD_S,
	};
	return memory_begin(context, &plan);
}

const struct detector detect_password_spray = {
	.id = "password_spray",
	.title = "a few passwords for many accounts",
	.technique = "T1110.003",
	.severity = EVENT_WARNING,
	.begin = begin,
	.event = event,
	.tick = tick,
	.finish = finish,
	.end = memory_end,
};
