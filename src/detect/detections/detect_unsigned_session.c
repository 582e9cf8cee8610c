// SPDX-License-Identifier: Apache-2.0
// unsigned_session: what is neither signed nor sealed can be changed on its way, and a relayed log-on is
// worth a session.
//
// Signal: of a session's ordinary requests and answers some had no signature and no seal. Messages that
// are signed even then (SESSION_SETUP, TREE_CONNECT, FSCTL_VALIDATE_NEGOTIATE_INFO) do not count, nor do
// capabilities: a server that only could sign protects nobody.
// Evidence: how many, of which side, what both sides asked for.
// Severity: in 3.1.1 the log-on and TREE_CONNECT are signed all the same (MS-SMB2 3.3.5.7), so that nobody
// else can use it: a remark. Below, whoever relays a log-on has a session: a warning.
// False positives: a session of which nothing ordinary was seen says nothing. Guests and anonymous
// sessions cannot sign (MS-SMB2 3.3.5.5.3): those are their own detections' alone; SMB1 is smb1_session's.
#include "detect/detections/detections.h"
#include "detect/detections/posture.h"

static void event(void *state, const struct event *e)
{
	const struct event_verdict *v = e->verdict;
	bool first;
	if (!posture_is_session(e) || v->signed_ != EVENT_NO || v->dialect == 1 || posture_cannot_sign(e))
		return;
	struct finding *f = posture_finding(state, e, &first);
	if (f == NULL)
		return;
	finding_worsen(f, v->dialect == 0x0311 || v->dialect == 0 ? EVENT_INFO : EVENT_WARNING);
	if (!first)
		return;
	uint64_t packet = detect_first_packet(e);
	finding_title(f, "session of %s from %s to %s is not signed", posture_account(e), detect_client(e),
		detect_server(e));
	finding_evidence(f, "dialect", packet, "%s", posture_dialect(v->dialect));
	finding_evidence(f, "requests_unsigned", packet, "%llu", (unsigned long long)v->requests_unsigned);
	finding_evidence(f, "answers_unsigned", packet, "%llu", (unsigned long long)v->answers_unsigned);
	finding_evidence(f, "client_requires_signing", packet, "%s", posture_yes(v->client_requires_signing));
	finding_evidence(f, "server_requires_signing", packet, "%s", posture_yes(v->server_requires_signing));
}

static void *begin(const struct detect_context *context)
{
	return posture_new(context, &detect_unsigned_session, POSTURE_STANDS);
}

const struct detector detect_unsigned_session = {
	.id = "unsigned_session",
	.title = "session without signatures",
	.technique = "T1557",
	.severity = EVENT_INFO,
	.begin = begin,
	.event = event,
	.tick = posture_tick,
	.finish = posture_finish,
	.end = posture_free,
};
