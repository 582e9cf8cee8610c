// SPDX-License-Identifier: Apache-2.0
// guest_session: somebody unknown got in as a guest: no password was proved, nothing is signed or sealed.
//
// Signal: SESSION_SETUP succeeded with SMB2_SESSION_FLAG_IS_GUEST (SMB1: Action bit 0).
// Evidence: the name that was claimed, the flag's packet. The name is a claim: it is no log-on of an account.
// False positives: none known that are wanted; shares for everybody are read over authenticated sessions too.
#include "detect/detections/detections.h"
#include "detect/detections/posture.h"

static void event(void *state, const struct event *e)
{
	bool first;
	bool is_guest = e->auth != NULL ? e->auth->guest : posture_has_mechanism(e, "guest");
	if (!detect_is_authentication(e) || !is_guest || !detect_is_success(e))
		return;
	struct finding *f = posture_finding(state, e, &first);
	if (f == NULL || !first)
		return;
	finding_title(f, "%s lets %s in as a guest (the name claimed: %s)", detect_server(e),
		detect_client(e), detect_account(e));
	finding_evidence(f, "session_flags", e->wire == NULL ? 0 : e->wire->packet, "guest");
	finding_evidence(f, "claimed_account", e->auth == NULL ? 0 : e->auth->authenticate_packet, "%s",
		detect_account(e));
}

static void *begin(const struct detect_context *context)
{
	return posture_new(context, &detect_guest_session, POSTURE_STANDS);
}

const struct detector detect_guest_session = {
	.id = "guest_session",
	.title = "session of a guest",
	.technique = "T1078.001",
	.severity = EVENT_WARNING,
	.begin = begin,
	.event = event,
	.tick = posture_tick,
	.finish = posture_finish,
	.end = posture_free,
};
