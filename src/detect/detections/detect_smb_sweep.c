// SPDX-License-Identifier: Apache-2.0
// smb_sweep: one source looks for SMB servers, or goes from one to the next.
//
// Signal: connections or attempts (a SYN that is refused or not answered) of one source to smb_sweep_hosts
// different addresses within smb_sweep_window_s.
// Evidence: addresses and packets, how many answered, with how many a session was had.
// Severity: a warning; where sessions were had with half of them or more, an alert.
// False positives: backup servers, inventory and vulnerability scanners (`backup_hosts`); proxies and load
// balancers open connections for others (`forwarders`). Multichannel goes to several addresses of one
// server: far fewer. Clients at logon meet a handful of servers, below the threshold.
#include "detect/detections/detections.h"

#include "detect/distinct.h"
#include "detect/memory.h"
#include "detect/story.h"

enum { QUIET_S = 10, HOLD_S = 60, EVIDENCE_HOSTS = 10 };

struct source {
	struct distinct tried, sessions;
	uint64_t first_us;
};

struct state {
	struct memory memory;
	struct detect_table *sources;
};

static bool is_attempt(const struct event *e)
{
	return e->kind == EVENT_NEGOTIATE || e->kind == EVENT_CONNECTION_CLOSE ||
	       (e->kind == EVENT_AUTH && e->wire != NULL && e->wire->midstream);
}

static bool is_session(const struct event *e)
{
	bool kdc = e->auth != NULL && e->connection != NULL && e->connection->server_port == 88;
	return detect_is_authentication(e) && detect_is_success(e) && !kdc;
}

static void tell(struct state *s, const struct event *e, const struct source *r)
{
	struct finding *f = stories_touch(s->memory.stories, detect_client(e), e->time_us);
	if (f == NULL)
		return;
	bool first = f->count == 1;
	finding_worsen(f, r->sessions.count * 2 >= r->tried.count ? EVENT_ALERT : EVENT_WARNING);
	finding_about(f, e);
	f->first_us = r->first_us;
	f->count = r->tried.count;
	finding_title(f, "%s went to %zu SMB servers, and had sessions with %zu", detect_client(e),
		r->tried.count, r->sessions.count);
	for (size_t i = 0; first && i < r->tried.count && i < EVIDENCE_HOSTS; i++) {
		finding_host(f, r->tried.items[i].name);
		finding_evidence(f, "tried", r->tried.items[i].packet, "%s", r->tried.items[i].name);
	}
}

static bool is_known(const struct state *s, const struct event *e)
{
	return detect_list_has(&s->memory.context.settings->backup_hosts, detect_client(e)) ||
	       detect_list_has(&s->memory.context.settings->forwarders, detect_client(e));
}

static void event(void *state, const struct event *e)
{
	struct state *s = state;
	const struct detect_settings *set = s->memory.context.settings;
	uint64_t window_us = set->smb_sweep_window_s * UINT64_C(1000000);
	bool attempt = is_attempt(e);
	if ((!attempt && !is_session(e)) || detect_client(e)[0] == '\0' || is_known(s, e))
		return;
	struct source *r = detect_table_get(s->sources, detect_client(e));
	if (r == NULL)
		return;
	if (r->tried.count == 0)
		r->first_us = e->time_us;
	struct distinct *d = attempt ? &r->tried : &r->sessions;
	if (distinct_add(d, detect_server(e), detect_first_packet(e), window_us, e->time_us) == NULL)
		return;
	if (r->tried.count >= set->smb_sweep_hosts)
		tell(s, e, r);
}

static void drop(void *entry, const char *key)
{
	struct source *r = entry;
	(void)key;
	distinct_free(&r->tried);
	distinct_free(&r->sessions);
}

static void *begin(const struct detect_context *context)
{
	static const struct memory_plan plan = {
		.state_len = sizeof(struct state),
		.tables = {
			{ .offset = offsetof(struct state, sources), .entry_len = sizeof(struct source), .drop = drop },
		},
		.teller = &detect_smb_sweep,
		.quiet_s = QUIET_S,
		.hold_s = HOLD_S,
	};
	return memory_begin(context, &plan);
}

const struct detector detect_smb_sweep = {
	.id = "smb_sweep",
	.title = "one source, many SMB servers",
	.technique = "T1018",
	.severity = EVENT_WARNING,
	.begin = begin,
	.event = event,
	.tick = memory_tick,
	.finish = memory_finish,
	.end = memory_end,
};
