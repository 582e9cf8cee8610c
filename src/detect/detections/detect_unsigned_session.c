// SPDX-License-Identifier: Apache-2.0
// unsigned_session: what is neither signed nor sealed can be changed on its way, and a relayed log-on is
// worth a session.
//
// Signal: of a session's ordinary requests and answers some had no signature and no seal. Messages that
// are signed even then (SESSION_SETUP, TREE_CONNECT, FSCTL_VALIDATE_NEGOTIATE_INFO) do not count, nor do
// capabilities: a server that only could sign protects nobody.
// Evidence: how many, of which side, what both sides asked for.
// False positives: a session of which nothing ordinary was seen says nothing. Guests and anonymous
// sessions cannot sign (MS-SMB2 3.3.5.5.3): those are their own detections' alone.
#include "detect/detections/detections.h"

#include <stdlib.h>
#include <string.h>

struct state {
	struct detect_context context;
};

static void *begin(const struct detect_context *context)
{
	struct state *s = calloc(1, sizeof(*s));
	if (s != NULL)
		s->context = *context;
	return s;
}

static bool cannot_sign(const struct event *e)
{
	const char *mechanism = e->session == NULL ? NULL : e->session->mechanism;
	return mechanism != NULL && (strcmp(mechanism, "guest") == 0 || strcmp(mechanism, "anonymous") == 0);
}

static const char *yes_text(enum event_yes yes)
{
	static const char *const names[] = { "unknown", "no", "yes" };
	return names[yes];
}

static void event(void *state, const struct event *e)
{
	struct state *s = state;
	const struct event_verdict *v = e->verdict;
	if (e->kind != EVENT_SESSION || v == NULL || v->signed_ != EVENT_NO || cannot_sign(e))
		return;
	struct finding f;
	uint64_t packet = e->wire != NULL ? e->wire->first_packet : 0;
	finding_init(&f);
	finding_about(&f, e);
	finding_title(&f, "session of %s from %s to %s is not signed", detect_account(e), detect_client(e),
		detect_server(e));
	finding_evidence(&f, "requests_unsigned", packet, "%llu", (unsigned long long)v->requests_unsigned);
	finding_evidence(&f, "answers_unsigned", packet, "%llu", (unsigned long long)v->answers_unsigned);
	finding_evidence(&f, "client_requires_signing", packet, "%s", yes_text(v->client_requires_signing));
	finding_evidence(&f, "server_requires_signing", packet, "%s", yes_text(v->server_requires_signing));
	f.count = v->requests_unsigned + v->answers_unsigned;
	finding_emit(s->context.sink, &detect_unsigned_session, &f);
	finding_done(&f);
}

const struct detector detect_unsigned_session = {
	.id = "unsigned_session",
	.title = "session without signatures",
	.technique = "T1557",
	.severity = EVENT_WARNING,
	.begin = begin,
	.event = event,
	.end = free,
};
