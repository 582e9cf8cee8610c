// SPDX-License-Identifier: Apache-2.0
// smb1_session: SMB1 has no integrity worth its name, and what attacks it is in every toolbox.
//
// Signal: a session that was set up over SMB1: an accepted SESSION_SETUP_ANDX.
// Evidence: dialect, account.
// False positives: an SMB1 NEGOTIATE alone is none, be it refused or the beginning of SMB2 ("SMB 2.???"): a
// server that answers it with SMB2, or not at all, has no SMB1. Anonymous sessions (scanners) count: the
// server speaks SMB1.
#include "detect/detections/detections.h"
#include "detect/detections/posture.h"

#include <string.h>

static bool is_smb1(const struct event *e)
{
	if (posture_is_session(e))
		return e->verdict->dialect == 1 && e->wire != NULL &&
		       e->wire->midstream; // else its log-on was seen
	return e->kind == EVENT_AUTH && e->auth != NULL && e->auth->protocol != NULL &&
	       strcmp(e->auth->protocol, "smb1") == 0 && detect_is_success(e);
}

static void event(void *state, const struct event *e)
{
	bool first;
	if (!is_smb1(e))
		return;
	struct finding *f = posture_finding(state, e, &first);
	if (f == NULL || !first)
		return;
	finding_title(f, "%s has an SMB1 session of %s from %s", detect_server(e), posture_account(e),
		detect_client(e));
	finding_evidence(f, "dialect", detect_first_packet(e), "SMB1");
	finding_evidence(f, "accepted", e->wire == NULL ? 0 : e->wire->packet, "%s", detect_server(e));
}

static void *begin(const struct detect_context *context)
{
	return posture_new(context, &detect_smb1_session, POSTURE_STANDS);
}

const struct detector detect_smb1_session = {
	.id = "smb1_session",
	.title = "session over SMB1",
	.technique = "T1210",
	.severity = EVENT_WARNING,
	.begin = begin,
	.event = event,
	.tick = posture_tick,
	.finish = posture_finish,
	.end = posture_free,
};
