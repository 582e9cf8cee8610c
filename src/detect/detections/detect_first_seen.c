// SPDX-License-Identifier: Apache-2.0
// first_seen: an account, from a client, at a share of a server, where that was never before.
//
// Signal: a successful TREE_CONNECT whose combination of account, client, server and share the baseline (a
// file that goes from run to run, baseline.h) does not have. Until first_seen_learn_s after the first event
// in the baseline everything is learned and nothing told. Sealed sessions whose shares are not seen count by
// account, client and server alone (their log-on). Evidence: which part is new: the account, the client at
// that server, or the share; the size of the baseline. False positives: new people, new computers, new
// addresses (DHCP): hence a notice only, once for each. IPC$ is everybody's and does not count. Without a
// baseline (no --state) there is nothing to compare with.
#include "detect/detections/detections.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "detect/baseline.h"
#include "detect/memory.h"

enum { SECOND_US = 1000000, SAME_US = 60 * SECOND_US };

struct state {
	struct memory memory;
	struct detect_table *told; // uint64_t: when, of an account at a client and a server
};

static void *begin(const struct detect_context *context)
{
	static const struct memory_plan plan = {
		.state_len = sizeof(struct state),
		.tables = {
			{ .offset = offsetof(struct state, told), .entry_len = sizeof(uint64_t) },
		},
	};
	return memory_begin(context, &plan);
}

// Names are the same in either case.
static const char *key_of(
	char key[BASELINE_KEY_MAX], char kind, const char *a, const char *b, const char *c, const char *d)
{
	(void)snprintf(key, BASELINE_KEY_MAX, "%c\t%s\t%s\t%s\t%s", kind, a, b, c, d);
	for (char *p = key + 1; *p != '\0'; p++)
		*p = *p == '\t' ? '|' : (char)tolower((unsigned char)*p);
	return key;
}

// What of it is new, the most telling first; NULL: nothing.
static const char *news_of(struct baseline *b, const struct event *e, const char *share)
{
	char key[BASELINE_KEY_MAX];
	const char *account = detect_account(e), *client = detect_client(e), *server = detect_server(e);
	bool whole = baseline_touch(b, key_of(key, 'w', account, client, server, share), e->time_us);
	bool person = baseline_touch(b, key_of(key, 'a', account, "", "", ""), e->time_us);
	bool pair = baseline_touch(b, key_of(key, 'p', client, server, "", ""), e->time_us);
	bool place = baseline_touch(b, key_of(key, 's', account, server, share, ""), e->time_us);
	if (whole)
		return NULL;
	if (!person)
		return "account";
	if (!pair)
		return "client at this server";
	return place ? "account at this client" : "account at this share";
}

static void tell(struct state *s, const struct event *e, const char *share, const char *news)
{
	struct finding f;
	uint64_t packet = e->wire == NULL ? 0 : e->wire->packet;
	finding_init(&f);
	finding_about(&f, e);
	finding_title(&f, "never before: %s from %s at %s%s%s", detect_account(e), detect_client(e),
		detect_server(e), share[0] != '\0' ? "/" : "", share);
	finding_evidence(&f, "new", packet, "%s", news);
	finding_evidence(&f, "known", 0, "%zu entries", baseline_count(s->memory.context.settings->baseline));
	f.count = 1;
	finding_emit(s->memory.context.sink, &detect_first_seen, &f);
	finding_done(&f);
}

// Who has just been told of because of his log-on is no news at the first share that he goes to.
static bool is_told(struct state *s, const struct event *e)
{
	char key[BASELINE_KEY_MAX];
	uint64_t *when = detect_table_get(
		s->told, key_of(key, 't', detect_account(e), detect_client(e), detect_server(e), ""));
	bool told = when != NULL && *when != 0 && e->time_us < *when + SAME_US;
	if (when != NULL && detect_is_authentication(e))
		*when = e->time_us;
	return told;
}

static void event(void *state, const struct event *e)
{
	struct state *s = state;
	const struct detect_settings *set = s->memory.context.settings;
	const char *share = "";
	if (set->baseline == NULL || !detect_is_success(e) || detect_account(e)[0] == '\0')
		return;
	if (e->kind == EVENT_TREE_CONNECT)
		share = e->share == NULL ? "" : e->share;
	else if (!detect_is_authentication(e))
		return;
	if (strcasecmp(share, "IPC$") == 0)
		return;
	bool learning = baseline_is_learning(
		set->baseline, e->time_us, (uint64_t)set->first_seen_learn_s * SECOND_US);
	const char *news = news_of(set->baseline, e, share);
	if (news != NULL && !learning && !is_told(s, e))
		tell(s, e, share, news);
}

const struct detector detect_first_seen = {
	.id = "first_seen",
	.title = "an account where it never was",
	.technique = "T1078",
	.severity = EVENT_NOTICE,
	.begin = begin,
	.event = event,
	.end = memory_end,
};
