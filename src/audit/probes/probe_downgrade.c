// SPDX-License-Identifier: Apache-2.0
// Whether somebody who alters the negotiation of 3.1.1 on the way is noticed. All keys depend on it (MS-SMB2
// 3.3.5.5), so the client's own copy is altered, and the first signed or sealed request is made with the
// keys that come of that: only who does not keep the rule can take it. And whether somebody who leaves the
// ciphers out of the negotiation gets a session without encryption.
#include <errno.h>

#include "audit/probes/probe_login.h"
#include "audit/probes/probe_words.h"
#include "audit/probes/probes.h"
#include "wire/smb2/smb2_session_setup.h"

static const char sent[] =
	"SMB2 TREE_CONNECT to IPC$ on 3.1.1, signed or sealed with keys of another NEGOTIATE "
	"than the one sent";

// TREE_CONNECT is signed in any case (MS-SMB2 3.2.4.1.1); answers are not to be verified here.
enum trial_kind { ORDINARY, ALTERED, STRIPPED };

static struct client_options downgrade_options(const struct probe *p, enum trial_kind kind)
{
	struct client_options o = probe_client_options(p);
	o.dialects[0] = SMB2_DIALECT_311;
	o.dialect_count = 1;
	o.sign = false;
	o.seal = false;
	o.transcript_altered = kind == ALTERED;
	if (kind == STRIPPED)
		o.ciphers.count = 0;
	return o;
}

// What came of the log-on and TREE_CONNECT.
struct trial {
	int fault;
	struct nt_status status;
	bool logged_on;
	bool nobody; // a session that signs nothing
};

static int trial_make(struct probe *p, enum trial_kind kind, struct trial *a)
{
	struct client_options o = downgrade_options(p, kind);
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
static const char *control_fault(struct probe *p, const struct trial *a)
{
	if (a->fault != 0)
		return a->fault == -EACCES ? probe_no_login_words(p) : stop_words(p, a->fault);
	if (a->nobody)
		return "the log-on ended as guest or anonymous: nothing is signed";
	if (nt_status_ok(a->status))
		return NULL;
	const char *text = arena_printf(
		p->facts->arena, "IPC$ cannot be connected to: %s", status_words(p->facts->arena, a->status));
	return text != NULL ? text : fault_words(-ENOMEM);
}

static void altered_judge(struct probe *p, const struct trial *a)
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

// Where encryption is only for those who ask for it, nothing new comes of this; where it is enforced
// otherwise, it is enforced for those who cannot do it, too, or it is not.
static void stripped_judge(struct probe *p, const struct trial *a)
{
	static const char what[] =
		"SMB2 NEGOTIATE offering 3.1.1 without ENCRYPTION_CAPABILITIES, log-on, TREE_CONNECT to IPC$";
	struct host_facts *f = p->facts;
	bool refused = a->fault == -ECONNRESET || a->fault == -EPIPE || a->fault == -EACCES;
	bool in = a->logged_on && a->fault == 0 && nt_status_ok(a->status);
	const char *status = status_words(f->arena, a->status);
	if (a->fault != 0 && !refused)
		fact_unknown(f, &f->encryption_stripped, fault_words(a->fault));
	else
		fact_set(f, &f->encryption_stripped, in ? ANSWER_YES : ANSWER_NO, what,
			a->fault == 0 || !nt_status_ok(a->status) ? status : fault_words(a->fault));
}

static void probe_altered(struct probe *p)
{
	struct trial a = { 0 };
	int rc = trial_make(p, ALTERED, &a);
	if (rc == 0)
		altered_judge(p, &a);
	else
		fact_unknown(p->facts, &p->facts->downgrade_noticed, stop_words(p, rc));
}

static void probe_stripped(struct probe *p)
{
	struct trial a = { 0 };
	int rc = trial_make(p, STRIPPED, &a);
	if (rc == 0)
		stripped_judge(p, &a);
	else
		fact_unknown(p->facts, &p->facts->encryption_stripped, stop_words(p, rc));
}

void probe_downgrade(struct probe *p)
{
	struct host_facts *f = p->facts;
	struct trial control = { 0 };
	const char *fault = dialect_missing_words(&f->dialects[FACTS_DIALECTS - 1]);
	if (fault == NULL) {
		int rc = trial_make(p, ORDINARY, &control);
		fault = rc == 0 ? control_fault(p, &control) : stop_words(p, rc);
	}
	if (fault != NULL) {
		fact_unknown(f, &f->downgrade_noticed, fault);
		fact_unknown(f, &f->encryption_stripped, fault);
		return;
	}
	probe_altered(p);
	probe_stripped(p);
}
