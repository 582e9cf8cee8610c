// SPDX-License-Identifier: Apache-2.0
// segmentation: two hosts speak SMB that have nothing to say to each other.
//
// Signal: a connection (also one that is refused, or not answered) that is not on the allow-list. The list is
// what [detect] allowed has ("client>server", each an address, a network or any), and with
// segmentation_learn_s what was learned: each client, server and port that spoke SMB in so many seconds from
// when learning began. Either allows. Learned pairs are kept in the baseline (baseline.h), so that learning
// goes on where it was when a watch begins again, and its list can be read and mended.
// Evidence: both ends, what came of it, how many; how long was learned.
// False positives: a list that is not complete (`signet map` writes one from what was seen), and after
// learning new hosts and addresses that change (DHCP: allow their network). What only tried while it was
// learned (nobody answered, or not with SMB) is not learned, so that a scan does not allow itself; a pair
// that is told of is not learned by that. Nothing is told while learning, and nothing when there is no list.
// Told once for each pair in an hour; several connections are counted.
#include "detect/detections/detections.h"

#include <stdio.h>
#include <string.h>

#include "detect/baseline.h"
#include "detect/memory.h"
#include "detect/network.h"
#include "detect/story.h"

enum { QUIET_S = 5, HOLD_S = 30, SECOND_US = 1000000 };

struct state {
	struct memory memory;
	bool learns;
};

static void *begin(const struct detect_context *context)
{
	static const struct memory_plan plan = {
		.state_len = sizeof(struct state),
		.teller = &detect_segmentation,
		.quiet_s = QUIET_S,
		.hold_s = HOLD_S,
	};
	struct state *s = memory_begin(context, &plan);
	if (s != NULL)
		s->learns =
			context->settings->segmentation_learn_s > 0 && context->settings->baseline != NULL;
	return s;
}

static bool allows(const char *item, const char *client, const char *server)
{
	char from[64];
	const char *arrow = strchr(item, '>');
	if (arrow == NULL || (size_t)(arrow - item) >= sizeof(from))
		return false;
	memcpy(from, item, (size_t)(arrow - item));
	from[arrow - item] = '\0';
	return network_holds(from, client) && network_holds(arrow + 1, server);
}

static bool is_allowed(const struct config_strings *allowed, const char *client, const char *server)
{
	for (size_t i = 0; i < allowed->count; i++)
		if (allows(allowed->items[i], client, server))
			return true;
	return false;
}

// Each connection says one of these, those that nobody took included.
static bool is_connection(const struct event *e)
{
	if (e->kind == EVENT_NEGOTIATE || e->kind == EVENT_CONNECTION_OPEN)
		return true;
	return e->kind == EVENT_CONNECTION_CLOSE && e->reason != NULL &&
	       (strcmp(e->reason, "refused") == 0 || strcmp(e->reason, "no_answer") == 0);
}

// Session and log-on: where the beginning of the connection was not captured.
static bool is_late(const struct event *e)
{
	return e->kind == EVENT_SESSION || e->kind == EVENT_AUTH;
}

// --- the learned list -------------------------------------------------------------------------------

static const char learning[] = "segmentation";

static bool has_spoken(const struct event *e)
{
	return is_late(e) || (e->kind == EVENT_NEGOTIATE && detect_is_success(e));
}

// Whether it has not to be told of: it was learned, or it is not yet time to tell.
static bool is_learned(const struct state *s, const struct event *e)
{
	const struct detect_settings *set = s->memory.context.settings;
	char key[BASELINE_KEY_MAX];
	if (!s->learns)
		return false;
	uint64_t since = baseline_since(set->baseline, learning, e->time_us);
	(void)snprintf(key, sizeof(key), "f\t%s\t%s\t%u", detect_client(e), detect_server(e),
		e->connection->server_port);
	if (e->time_us >= since + (uint64_t)set->segmentation_learn_s * SECOND_US)
		return baseline_knows(set->baseline, key, e->time_us);
	if (has_spoken(e))
		(void)baseline_touch(set->baseline, key, e->time_us);
	return true;
}

// --- what is told -----------------------------------------------------------------------------------

static void tell(const struct state *s, struct finding *f, const struct event *e)
{
	const char *client = detect_client(e), *server = detect_server(e);
	finding_title(f, "%s speaks SMB to %s, which is not allowed", client, server);
	finding_evidence(f, "connection", e->wire == NULL ? 0 : e->wire->packet, "%s to %s port %u, %s",
		client, server, e->connection->server_port,
		e->kind == EVENT_CONNECTION_CLOSE ? e->reason : "taken");
	if (s->learns)
		finding_evidence(f, "allow_list", 0, "learned for %u seconds, %zu configured",
			s->memory.context.settings->segmentation_learn_s,
			s->memory.context.settings->allowed.count);
	f->urgent = true;
}

static void event(void *state, const struct event *e)
{
	struct state *s = state;
	const struct config_strings *allowed = &s->memory.context.settings->allowed;
	char key[STORY_KEY_MAX];
	const char *client = detect_client(e), *server = detect_server(e);
	bool late = is_late(e);
	if ((allowed->count == 0 && !s->learns) || !(is_connection(e) || late) || client[0] == '\0' ||
		server[0] == '\0')
		return;
	// Learned also where it is allowed: the configuration may change.
	if (is_learned(s, e) || is_allowed(allowed, client, server))
		return;
	struct finding *f = stories_touch(
		s->memory.stories, detect_key(key, sizeof(key), client, server, NULL), e->time_us);
	if (f == NULL)
		return;
	if (late && f->count > 1)
		f->count--; // of a connection that was counted
	bool first = f->evidence_count == 0;
	finding_about(f, e);
	if (first)
		tell(s, f, e);
}

const struct detector detect_segmentation = {
	.id = "segmentation",
	.title = "a connection that the allow-list does not have",
	.technique = "T1021.002",
	.severity = EVENT_WARNING,
	.begin = begin,
	.event = event,
	.tick = memory_tick,
	.finish = memory_finish,
	.end = memory_end,
};
