// SPDX-License-Identifier: Apache-2.0
// anonymous_session: somebody got in without any name.
//
// Signal: SESSION_SETUP succeeded with SMB2_SESSION_FLAG_IS_NULL, and what was done with the session.
// Evidence: shares and calls.
// Severity: an anonymous IPC$ is there by design (browsing, DFS, print): a remark. Asking it for accounts
// (samr, lsarpc) is a notice, and a share that opens to nobody a warning.
// False positives: those remarks; sessions that were never used are remarks as well. A KDC is no server of
// sessions: its answers hide who asked under the name of nobody when the request was armoured (RFC
// 6113 5.4.2).
#include "detect/detections/detections.h"
#include "detect/detections/posture.h"

#include <string.h>
#include <strings.h>

static bool is_about(const struct event *e)
{
	bool at_kdc =
		e->auth != NULL && e->auth->protocol != NULL && strcmp(e->auth->protocol, "kerberos") == 0;
	bool by_flag = e->auth != NULL && e->auth->anonymous && !at_kdc;
	return by_flag || posture_has_mechanism(e, "anonymous");
}

static void on_log_on(struct posture *p, const struct event *e)
{
	bool first;
	struct finding *f = posture_finding(p, e, &first);
	if (f == NULL)
		return;
	finding_worsen(f, EVENT_INFO);
	if (!first)
		return;
	finding_title(f, "%s has an anonymous session from %s", detect_server(e), detect_client(e));
	finding_evidence(f, "session_flags", e->wire == NULL ? 0 : e->wire->packet, "anonymous");
}

static void on_use(struct posture *p, const struct event *e, const char *name, const char *what,
	enum event_severity severity)
{
	bool first;
	struct finding *f = posture_finding(p, e, &first);
	if (f == NULL)
		return;
	finding_worsen(f, severity);
	finding_title(
		f, "%s opens %s to nobody in particular (%s)", detect_server(e), what, detect_client(e));
	finding_evidence(f, name, e->wire == NULL ? 0 : e->wire->packet, "%s", what);
}

static bool tells_accounts(const char *interface)
{
	return interface != NULL && (strcmp(interface, "samr") == 0 || strcmp(interface, "lsarpc") == 0);
}

static void event(void *state, const struct event *e)
{
	if (!is_about(e) || !detect_is_success(e))
		return;
	if (detect_is_authentication(e))
		on_log_on(state, e);
	else if (e->kind == EVENT_TREE_CONNECT && e->share != NULL && strcasecmp(e->share, "IPC$") != 0)
		on_use(state, e, "share", e->share, EVENT_WARNING);
	else if (e->kind == EVENT_RPC && e->rpc != NULL && tells_accounts(e->rpc->interface))
		on_use(state, e, "calls", e->rpc->interface, EVENT_NOTICE);
}

static void *begin(const struct detect_context *context)
{
	return posture_new(context, &detect_anonymous_session, POSTURE_STANDS);
}

const struct detector detect_anonymous_session = {
	.id = "anonymous_session",
	.title = "session of nobody",
	.technique = "T1078",
	.severity = EVENT_INFO,
	.begin = begin,
	.event = event,
	.tick = posture_tick,
	.finish = posture_finish,
	.end = posture_free,
};
