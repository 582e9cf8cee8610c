// SPDX-License-Identifier: Apache-2.0
// password_spray: a few passwords against many accounts, below each account's lock-out.
//
// Signal: wrong log-ons of password_spray_accounts accounts from one source within password_spray_window_s,
// by NTLM or Kerberos, at whichever servers.
// Evidence: accounts and packets; log-ons that succeeded from there afterwards: those accounts are taken to
// be compromised. Severity: a warning; with a success of an account that had failed (or was not known there)
// an alert. False positives: gateways, terminal servers and NAT have many users, some of whom mistype: as
// long as more accounts succeed from there than fail, it is taken for one of those. Many tries of one account
// are brute_force's.
#include "detect/detections/detections.h"

#include "detect/detections/logon.h"
#include "detect/distinct.h"
#include "detect/memory.h"
#include "detect/story.h"

enum { QUIET_S = 10, HOLD_S = 60, EVIDENCE_ACCOUNTS = 12 };

struct source {
	struct distinct failed, fine;
	uint64_t first_us, last_us;
	bool attack;
};

struct state {
	struct memory memory;
	struct detect_table *sources;
};

static uint64_t packet_of(const struct event *e)
{
	return e->wire == NULL ? 0 : e->wire->packet;
}

static void tell_attack(struct state *s, const struct event *e, const struct source *r)
{
	struct finding *f = stories_touch(s->memory.stories, detect_client(e), e->time_us);
	if (f == NULL)
		return;
	bool first = f->count == 1;
	finding_worsen(f, EVENT_WARNING);
	finding_about(f, e);
	f->first_us = r->first_us;
	f->count = r->failed.count;
	finding_title(f, "%s tries passwords at %zu accounts", detect_client(e), r->failed.count);
	for (size_t i = 0; i < r->failed.count; i++)
		finding_account(f, r->failed.items[i].name);
	size_t from = first ? 0 : r->failed.count - 1;
	for (size_t i = from; i < r->failed.count && f->evidence_count < EVIDENCE_ACCOUNTS; i++)
		if (first || r->failed.items[i].count == 1)
			finding_evidence(f, "failed_account", r->failed.items[i].packet, "%s",
				r->failed.items[i].name);
}

static void on_failure(struct state *s, const struct event *e, const char *name)
{
	const struct detect_settings *set = s->memory.context.settings;
	uint64_t window_us = set->password_spray_window_s * UINT64_C(1000000);
	struct source *r = detect_table_get(s->sources, detect_client(e));
	if (r == NULL)
		return;
	if (r->failed.count == 0 || e->time_us > r->last_us + window_us) {
		r->first_us = e->time_us;
		r->attack = false;
	}
	r->last_us = e->time_us;
	if (distinct_add(&r->failed, name, packet_of(e), window_us, e->time_us) == NULL)
		return;
	bool many_users = r->fine.count > r->failed.count;
	if (r->failed.count >= set->password_spray_accounts && (r->attack || !many_users)) {
		r->attack = true;
		tell_attack(s, e, r);
	}
}

static void tell_success(struct state *s, const struct event *e, uint64_t count)
{
	struct finding *f = stories_touch(s->memory.stories, detect_client(e), e->time_us);
	if (f == NULL)
		return;
	finding_worsen(f, EVENT_ALERT);
	finding_about(f, e);
	f->count = count;
	f->outcome = "succeeded";
	finding_title(f, "%s tried passwords at %llu accounts and got in as %s: the account is compromised",
		detect_client(e), (unsigned long long)count, detect_account(e));
	finding_evidence(f, "compromised_account", packet_of(e), "%s", detect_account(e));
}

static void on_success(struct state *s, const struct event *e, const char *name)
{
	uint64_t window_us = s->memory.context.settings->password_spray_window_s * UINT64_C(1000000);
	struct source *r = detect_table_get(s->sources, detect_client(e));
	if (r == NULL)
		return;
	bool usual = !r->attack && distinct_find(&r->failed, name) == NULL;
	bool was_fine = distinct_find(&r->fine, name) != NULL;
	(void)distinct_add(&r->fine, name, packet_of(e), window_us, e->time_us);
	if (usual || was_fine || !r->attack || e->time_us > r->last_us + window_us)
		return;
	tell_success(s, e, r->failed.count);
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
	.tick = memory_tick,
	.finish = memory_finish,
	.end = memory_end,
};
