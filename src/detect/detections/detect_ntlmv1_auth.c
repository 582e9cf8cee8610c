// SPDX-License-Identifier: Apache-2.0
// ntlmv1_auth: NTLMv1 (and LM) can be turned back into the password's hash by anybody who saw it.
//
// Signal: an AUTHENTICATE without an NTLMv2 response: 24 bytes (NTLMv1, or "NTLM2 session response"), or LM.
// Evidence: mechanism, flags, whether an LM response was there.
// Severity: accepted a warning; refused a notice: the client sent it all the same.
// False positives: empty responses are anonymous sessions, and not this. What a server made a guest of
// counts: the response was sent.
#include "detect/detections/detections.h"
#include "detect/detections/posture.h"

#include <string.h>

static bool is_ntlmv1(const struct event *e)
{
	const struct event_auth *a = e->auth;
	if (!detect_is_authentication(e) || a == NULL || a->anonymous)
		return false;
	bool made_guest = posture_has_mechanism(e, "guest") && a->has_challenge && !a->has_nt_proof;
	return posture_has_mechanism(e, "ntlmv1") ||
	       (made_guest && a->authenticate_flags != 0 && a->lm_response);
}

static void event(void *state, const struct event *e)
{
	bool first;
	// An exchange that nobody finished may not have got as far as the response.
	bool unfinished = e->result == EVENT_FAILURE && nt_status_ok(e->status);
	if (!is_ntlmv1(e) || unfinished)
		return;
	struct finding *f = posture_finding(state, e, &first);
	if (f == NULL)
		return;
	bool success = detect_is_success(e);
	finding_worsen(f, success ? EVENT_WARNING : EVENT_NOTICE);
	if (!first)
		return;
	const struct event_auth *a = e->auth;
	f->outcome = success ? "succeeded" : "failed";
	finding_title(f, "%s logs on from %s to %s with NTLMv1", posture_account(e), detect_client(e),
		detect_server(e));
	finding_evidence(f, "authenticate_flags", a->authenticate_packet, "0x%08x", a->authenticate_flags);
	finding_evidence(f, "lm_response", a->authenticate_packet, "%s", a->lm_response ? "yes" : "no");
}

static void *begin(const struct detect_context *context)
{
	return posture_new(context, &detect_ntlmv1_auth, POSTURE_STANDS);
}

const struct detector detect_ntlmv1_auth = {
	.id = "ntlmv1_auth",
	.title = "log-on with NTLMv1",
	.technique = "T1557.001",
	.severity = EVENT_NOTICE,
	.begin = begin,
	.event = event,
	.tick = posture_tick,
	.finish = posture_finish,
	.end = posture_free,
};
