// SPDX-License-Identifier: Apache-2.0
// segmentation: two hosts speak SMB that have nothing to say to each other.
//
// Signal: a connection (also one that is refused, or not answered) whose client and server no entry of
// [detect] allowed has ("client>server", each an address, a network or any).
// Evidence: both ends, what came of it, how many.
// False positives: none beyond a list that is not complete; `signet map` writes one from what was seen. An
// empty list judges nothing. Told once for each pair in an hour; several connections are counted.
#include "detect/detections/detections.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "detect/network.h"
#include "detect/story.h"

enum { QUIET_S = 5, HOLD_S = 30 };

struct state {
	struct detect_context context;
	struct stories *stories;
};

static void *begin(const struct detect_context *context)
{
	struct state *s = calloc(1, sizeof(*s));
	if (s == NULL)
		return NULL;
	s->context = *context;
	s->stories = stories_new(context, &detect_segmentation, QUIET_S, HOLD_S);
	if (s->stories != NULL)
		return s;
	free(s);
	return NULL;
}

static void end(void *state)
{
	struct state *s = state;
	stories_free(s->stories);
	free(s);
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

static bool is_allowed(const struct detect_list *allowed, const char *client, const char *server)
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

static void event(void *state, const struct event *e)
{
	struct state *s = state;
	const struct detect_list *allowed = &s->context.settings->allowed;
	char key[STORY_KEY_MAX];
	const char *client = detect_client(e), *server = detect_server(e);
	// Session and log-on: where the beginning of the connection was not captured.
	bool late = e->kind == EVENT_SESSION || e->kind == EVENT_AUTH;
	if (allowed->count == 0 || !(is_connection(e) || late) || client[0] == '\0' || server[0] == '\0' ||
		is_allowed(allowed, client, server))
		return;
	struct finding *f =
		stories_touch(s->stories, detect_key(key, sizeof(key), client, server, NULL), e->time_us);
	if (f == NULL)
		return;
	if (late && f->count > 1)
		f->count--; // of a connection that was counted
	bool first = f->evidence_count == 0;
	finding_about(f, e);
	if (!first)
		return;
	finding_title(f, "%s speaks SMB to %s, which is not allowed", client, server);
	finding_evidence(f, "connection", e->wire == NULL ? 0 : e->wire->packet, "%s to %s, %s", client,
		server, e->kind == EVENT_CONNECTION_CLOSE ? e->reason : "taken");
	f->urgent = true;
}

static void tick(void *state, uint64_t now_us)
{
	struct state *s = state;
	stories_tick(s->stories, now_us);
}

static void finish(void *state)
{
	struct state *s = state;
	stories_finish(s->stories);
}

const struct detector detect_segmentation = {
	.id = "segmentation",
	.title = "a connection that the allow-list does not have",
	.technique = "T1021.002",
	.severity = EVENT_WARNING,
	.begin = begin,
	.event = event,
	.tick = tick,
	.finish = finish,
	.end = end,
};
