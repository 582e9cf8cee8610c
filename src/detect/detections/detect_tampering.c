// SPDX-License-Identifier: Apache-2.0
// tampering: messages of a session were changed on their way.
//
// Signal: with keys, signatures or seals that do not verify in a session in which others do; the same session
// on two connections (a forwarder, somebody in the middle) with a message that is not the same on both; a
// signed request that needs no rights (CLOSE, LOGOFF, TREE_DISCONNECT) refused with ACCESS_DENIED, as servers
// answer wrong signatures (MS-SMB2 3.3.5.2.4).
// SMB1's signatures (MS-CIFS 3.1.4.1) are verified like those of SMB 2 and 3.
// Evidence: command, MessageId, both packets; the first packet whose signature is wrong.
// False positives: keys that do not fit make all signatures wrong: then nothing verifies, and nothing is
// said. Changed negotiations are downgrade's. Forwarders that pass on all as it is differ in nothing. Packet
// loss hides messages; what was not seen whole is not compared.
#include "detect/detections/detections.h"
#include "detect/detections/posture.h"

#include <string.h>

static bool is_reason(const struct event *e, const char *reason)
{
	return e->reason != NULL && strcmp(e->reason, reason) == 0;
}

static void on_difference(struct posture *p, const struct event *e)
{
	bool first;
	struct finding *f = posture_finding(p, e, &first);
	if (f == NULL)
		return;
	finding_worsen(f, EVENT_ALERT);
	if (first)
		finding_title(f, "messages between %s and %s are changed on their way", detect_client(e),
			detect_server(e));
	finding_evidence(f, "legs_differ", e->wire == NULL ? 0 : e->wire->packet, "%s, MessageId %llu: %s",
		e->command == NULL ? "" : e->command, (unsigned long long)e->message_id,
		e->detail == NULL ? "" : e->detail);
}

static void on_refusal(struct posture *p, const struct event *e)
{
	bool first;
	struct finding *f = posture_finding(p, e, &first);
	if (f == NULL)
		return;
	finding_worsen(f, EVENT_WARNING);
	if (first)
		finding_title(f, "%s does not take signed requests of %s for its own", detect_server(e),
			detect_client(e));
	finding_evidence(f, "signature_refused", e->wire == NULL ? 0 : e->wire->packet, "%s",
		e->detail == NULL ? "" : e->detail);
}

// By keys: judged when it is known that they fit.
static void on_session(struct posture *p, const struct event *e)
{
	const struct event_verdict *v = e->verdict;
	bool first;
	if (v->signatures_wrong == 0 || v->signatures_verified == 0)
		return;
	struct finding *f = posture_finding(p, e, &first);
	if (f == NULL)
		return;
	finding_worsen(f, EVENT_ALERT);
	bool one = v->signatures_wrong == 1;
	finding_title(f, "%llu signature%s between %s and %s %s wrong",
		(unsigned long long)v->signatures_wrong, one ? "" : "s", detect_client(e), detect_server(e),
		one ? "is" : "are");
	finding_evidence(
		f, "signatures_wrong", v->wrong_packet, "%llu", (unsigned long long)v->signatures_wrong);
	finding_evidence(f, "signatures_verified", detect_first_packet(e), "%llu",
		(unsigned long long)v->signatures_verified);
}

static void on_seal(struct posture *p, const struct event *e)
{
	bool first;
	struct finding *f = posture_finding(p, e, &first);
	if (f == NULL)
		return;
	finding_worsen(f, EVENT_WARNING);
	if (first)
		finding_title(f, "a seal between %s and %s is wrong", detect_client(e), detect_server(e));
	finding_evidence(f, "seal_wrong", e->wire == NULL ? 0 : e->wire->packet, "yes");
}

static void event(void *state, const struct event *e)
{
	if (posture_is_session(e))
		on_session(state, e);
	else if (e->kind != EVENT_ANOMALY)
		return;
	else if (is_reason(e, "legs_differ"))
		on_difference(state, e);
	else if (is_reason(e, "signature_refused"))
		on_refusal(state, e);
	else if (is_reason(e, "seal_wrong"))
		on_seal(state, e);
}

static void *begin(const struct detect_context *context)
{
	return posture_new(context, &detect_tampering, POSTURE_DEED);
}

const struct detector detect_tampering = {
	.id = "tampering",
	.title = "messages changed on their way",
	.technique = "T1565.002",
	.severity = EVENT_WARNING,
	.begin = begin,
	.event = event,
	.tick = posture_tick,
	.finish = posture_finish,
	.end = posture_free,
};
