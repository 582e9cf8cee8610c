// SPDX-License-Identifier: Apache-2.0
// brute_force: somebody tries passwords of an account until one fits.
//
// Signal: brute_force_failures wrong log-ons of one account from one source within brute_force_window_s, at
// whichever servers, by NTLM or Kerberos.
// Evidence: the first failures, and the success that followed: then the account is taken to be compromised.
// Severity: a warning; with a success after it an alert.
// False positives: mistyped passwords (a few, hence the threshold); a service with an old password tries for
// ever at the same pace: it never succeeds, and stays a warning. Several users behind one address are told
// apart by their accounts. Sprays (few tries each) are password_spray's.
#include "detect/detections/detections.h"

#include "detect/detections/logon.h"
#include "detect/memory.h"
#include "detect/recent.h"
#include "detect/story.h"

enum { QUIET_S = 10, HOLD_S = 60, EVIDENCE_FAILURES = 5 };

struct tries {
	struct recent failures;
	uint64_t total;
	uint64_t last_us;
	uint64_t first_packets[EVIDENCE_FAILURES];
	uint64_t first_us;
	bool attack;
};

struct state {
	struct memory memory;
	struct detect_table *tries; // by source and account
};

static uint64_t packet_of(const struct event *e)
{
	return e->wire == NULL ? 0 : e->wire->packet;
}

static void tell_attack(struct state *s, const struct event *e, const struct tries *t, const char *key)
{
	struct finding *f = stories_touch(s->memory.stories, key, e->time_us);
	if (f == NULL)
		return;
	finding_worsen(f, EVENT_WARNING);
	finding_about(f, e);
	f->first_us = t->first_us;
	f->count = t->total;
	finding_title(f, "%s tries passwords of %s: %llu failed", detect_client(e), detect_account(e),
		(unsigned long long)t->total);
	for (size_t i = 0; i < EVIDENCE_FAILURES && f->evidence_count < EVIDENCE_FAILURES; i++)
		finding_evidence(f, "failure", t->first_packets[i], "0x%08x", e->status.code);
}

static void on_failure(struct state *s, const struct event *e, const char *key)
{
	const struct detect_settings *set = s->memory.context.settings;
	struct tries *t = detect_table_get(s->tries, key);
	if (t == NULL)
		return;
	uint64_t window_us = set->brute_force_window_s * UINT64_C(1000000);
	if (t->total > 0 && e->time_us > t->last_us + window_us) {
		recent_free(&t->failures);
		*t = (struct tries){ .total = 0 };
	}
	if (t->total == 0)
		t->first_us = e->time_us;
	if (t->total < EVIDENCE_FAILURES)
		t->first_packets[t->total] = packet_of(e);
	t->total++;
	t->last_us = e->time_us;
	t->attack |= recent_add(&t->failures, set->brute_force_failures, window_us, e->time_us);
	if (t->attack)
		tell_attack(s, e, t, key);
}

static void on_success(struct state *s, const struct event *e, const char *key)
{
	struct tries *t = detect_table_find(s->tries, key);
	uint64_t window_us = s->memory.context.settings->brute_force_window_s * UINT64_C(1000000);
	if (t == NULL)
		return;
	if (t->attack && e->time_us <= t->last_us + window_us) {
		struct finding *f = stories_touch(s->memory.stories, key, e->time_us);
		if (f != NULL) {
			finding_worsen(f, EVENT_ALERT);
			finding_about(f, e);
			f->count = t->total;
			f->outcome = "succeeded";
			finding_title(f,
				"%s tried passwords of %s, %llu failed, then one fitted: the account is "
				"compromised",
				detect_client(e), detect_account(e), (unsigned long long)t->total);
			finding_evidence(f, "compromised_account", packet_of(e), "%s", detect_account(e));
		}
	}
	detect_table_remove(s->tries, key); // who knows the password only mistyped it
}

static void event(void *state, const struct event *e)
{
	struct state *s = state;
	char name[LOGON_NAME_MAX], key[STORY_KEY_MAX];
	if (!detect_is_authentication(e))
		return;
	detect_key(key, sizeof(key), detect_client(e), logon_name(e, name), NULL);
	// Who does not exist has no password (a KDC says so; SMB servers do not).
	if (nt_status_equal(e->status, STATUS(NO_SUCH_USER)))
		return;
	if (logon_is_wrong(e))
		on_failure(s, e, key);
	else if (logon_is_right(e))
		on_success(s, e, key);
}

static void drop(void *entry, const char *key)
{
	struct tries *t = entry;
	(void)key;
	recent_free(&t->failures);
}

static void *begin(const struct detect_context *context)
{
	static const struct memory_plan plan = {
		.state_len = sizeof(struct state),
		.tables = {
			{ .offset = offsetof(struct state, tries), .entry_len = sizeof(struct tries), .drop = drop },
		},
		.teller = &detect_brute_force,
		.quiet_s = QUIET_S,
		.hold_s = HOLD_S,
	};
	return memory_begin(context, &plan);
}

const struct detector detect_brute_force = {
	.id = "brute_force",
	.title = "many passwords for one account",
	.technique = "T1110.001",
	.severity = EVENT_WARNING,
	.begin = begin,
	.event = event,
	.tick = memory_tick,
	.finish = memory_finish,
	.end = memory_end,
};
