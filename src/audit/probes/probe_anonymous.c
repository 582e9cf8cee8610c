// SPDX-License-Identifier: Apache-2.0
// A null session: an NTLM AUTHENTICATE without a name and without a response. No account is used, so nothing
// can count as a failed log-on.
#include "audit/probes/probe_login.h"
#include "audit/probes/probe_words.h"
#include "audit/probes/probes.h"

static const char sent[] = "SMB2 SESSION_SETUP with an NTLM AUTHENTICATE without user and response";

static void ipc_try(struct probe *p, struct client *c)
{
	struct host_facts *f = p->facts;
	struct nt_status status = STATUS(SUCCESS);
	uint32_t tree_id;
	int rc = client_tree_connect(c, "IPC$", &tree_id, NULL, &status);
	const char *words = probe_text(p, "SMB2 TREE_CONNECT, %s", probe_outcome(p, rc, status));
	if (rc < 0)
		fact_unknown(f, &f->anonymous_ipc, words);
	else
		fact_set(f, &f->anonymous_ipc, nt_status_ok(status) ? ANSWER_YES : ANSWER_NO,
			"SMB2 TREE_CONNECT to IPC$ in the null session", words);
}

// Without a session nothing can be reached in it.
static void refused(struct probe *p, const struct logon_result *r)
{
	struct host_facts *f = p->facts;
	fact_set(f, &f->anonymous, ANSWER_NO, sent, r->words);
	fact_set(f, &f->anonymous_ipc, ANSWER_NO, sent, r->words);
}

void probe_anonymous(struct probe *p)
{
	const struct client_options o = probe_session_options(p);
	const struct client_credentials nobody = { .proof = CLIENT_PROOF_ANONYMOUS };
	struct host_facts *f = p->facts;
	struct logon_result r;
	struct client *c = NULL;
	if (fact_is(&f->ntlm_accepted, ANSWER_NO)) {
		const char *what = f->ntlm_accepted.evidence->received;
		fact_set(f, &f->anonymous, ANSWER_NO, f->ntlm_accepted.evidence->sent, what);
		fact_set(f, &f->anonymous_ipc, ANSWER_NO, f->ntlm_accepted.evidence->sent, what);
		return;
	}
	int rc = probe_try_logon(p, &o, &nobody, &c, &r);
	if (rc < 0)
		fact_unknown(f, &f->anonymous, fault_words(rc));
	else if (r.let_in)
		fact_set(f, &f->anonymous, ANSWER_YES, sent, r.words);
	else if (r.refused)
		refused(p, &r);
	else
		fact_unknown(f, &f->anonymous, r.words);
	if (c != NULL)
		ipc_try(p, c);
	client_free(c);
}
