// SPDX-License-Identifier: Apache-2.0
// Whether somebody who alters the negotiation of 3.1.1 on the way is noticed. All keys depend on it (MS-SMB2
// 3.3.5.5), so the client's own copy is altered, and the first signed or sealed request is made with the
// keys that come of that: only who does not keep the rule can take it.
#include <errno.h>

#include "audit/probes/probe_login.h"
#include "audit/probes/probe_words.h"
#include "audit/probes/probes.h"
#include "wire/smb2/smb2_session_setup.h"

static const char sent[] =
	"SMB2 TREE_CONNECT to IPC$ on 3.1.1, signed or sealed with keys of another NEGOTIATE "
	"than the one sent";

// TREE_CONNECT is signed in any case (MS-SMB2 3.2.4.1.1); answers are not to be verified here.
static struct client_options downgrade_options(const struct probe *p, bool altered)
{
	struct client_options o = probe_client_options(p);
	o.dialects[0] = SMB2_DIALECT_311;
	o.dialect_count = 1;
	o.sign = false;
	o.seal = false;
	o.transcript_altered = altered;
	return o;
}

// What came of the log-on and TREE_CONNECT.
struct attempt {
	int fault;
	struct nt_status status;
	bool logged_on;
	bool nobody; // a session that signs nothing
};

static int attempt_make(struct probe *p, bool altered, struct attempt *a)
{
	struct client_options o = downgrade_options(p, altered);
	struct client *c = NULL;
	uint32_t tree_id;
	a->fault = probe_log_on(p, &o, &c, &a->status);
	if (a->fault != 0)
		return a->fault == -ECANCELED ? a->fault : 0;
	a->logged_on = true;
	a->nobody = (client_facts(c)->session_flags &
			    (SMB2_SESSION_FLAG_IS_GUEST | SMB2_SESSION_FLAG_IS_NULL)) != 0;
	a->fault = client_tree_connect(c, "IPC$", &tree_id, NULL, &a->status);
	client_free(c);
	return 0;
}

// Why a log-on as it should be does not serve as a measure; NULL: it does.
static const char *control_fault(struct probe *p, const struct attempt *a)
{
	if (a->fault != 0)
		return fault_words(a->fault);
	if (a->nobody)
		return "the log-on ended as guest or anonymous: nothing is signed";
	if (nt_status_ok(a->status))
		return NULL;
	const char *text = arena_printf(
		p->facts->arena, "IPC$ cannot be connected to: %s", status_words(p->facts->arena, a->status));
	return text != NULL ? text : fault_words(-ENOMEM);
}

static void altered_judge(struct probe *p, const struct attempt *a)
{
	struct host_facts *f = p->facts;
	bool closed = a->fault == -ECONNRESET || a->fault == -EPIPE;
	if (!a->logged_on && !closed)
		fact_unknown(f, &f->downgrade_noticed, fault_words(a->fault));
	else if (closed)
		fact_set(f, &f->downgrade_noticed, ANSWER_YES, sent, fault_words(a->fault));
	else if (a->fault != 0)
		fact_unknown(f, &f->downgrade_noticed, fault_words(a->fault));
	else
		fact_set(f, &f->downgrade_noticed, nt_status_ok(a->status) ? ANSWER_NO : ANSWER_YES, sent,
			arena_printf(f->arena, "SMB2 TREE_CONNECT, %s", status_words(f->arena, a->status)));
}

void probe_downgrade(struct probe *p)
{
	struct host_facts *f = p->facts;
	struct attempt control = { 0 }, altered = { 0 };
	if (!fact_is(&f->dialects[FACTS_DIALECTS - 1], ANSWER_YES)) {
		fact_unknown(f, &f->downgrade_noticed, "SMB 3.1.1 is not accepted");
		return;
	}
	int rc = attempt_make(p, false, &control);
	const char *fault = control_fault(p, &control);
	if (fault != NULL) {
		fact_unknown(f, &f->downgrade_noticed, fault);
		return;
	}
	if (rc == 0)
		rc = attempt_make(p, true, &altered);
	if (rc == 0)
		altered_judge(p, &altered);
	else
		fact_unknown(f, &f->downgrade_noticed, fault_words(rc));
}
