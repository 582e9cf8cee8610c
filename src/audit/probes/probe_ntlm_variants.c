// SPDX-License-Identifier: Apache-2.0
// The account's right password, proven in ways that a server should refuse. A refusal may count as a failed
// log-on of the account: so it is done only when asked for, and in a whole run there is no further one after
// the first that may have counted. They come in the order in which a refusal costs least.
#include <errno.h>

#include "audit/logon_turn.h"
#include "audit/probes/probe_login.h"
#include "audit/probes/probe_words.h"
#include "audit/probes/probes.h"
#include "base/filetime.h"

#define NOT_ASKED "a refusal would count as a failed log-on; --try-logons allows one"
#define HAD_ONE "a log-on of this account was refused in this run, and one is the limit"

enum { VARIANTS = 5 };

struct variant {
	struct fact *fact;
	enum client_proof proof;
	const char *target_name; // NULL: as it should be
	const char *words;
	bool last; // of its fact: only then a refusal is a no
};

static void variants_make(struct probe *p, struct variant out[VARIANTS])
{
	struct host_facts *f = p->facts;
	// Servers look at the name when the proof was right: what they answer then does not count.
	out[0] = (struct variant){ &f->ntlm_wrong_target, CLIENT_PROOF_NTLMV2, "cifs/elsewhere.invalid",
		"NTLMv2 meant for cifs/elsewhere.invalid", true };
	out[1] = (struct variant){ &f->ntlm_no_mic, CLIENT_PROOF_NTLMV2_NO_MIC, NULL,
		"NTLMv2 that has no MIC and announces none", true };
	out[2] = (struct variant){ &f->ntlmv1, CLIENT_PROOF_NTLMV1_SESSION, NULL,
		"NTLMv1 with extended session security", false };
	out[3] = (struct variant){ &f->ntlmv1, CLIENT_PROOF_NTLMV1, NULL, "NTLMv1", true };
	out[4] = (struct variant){ &f->lm, CLIENT_PROOF_LM, NULL, "an LM response", true };
}

// Of whom the password was looked at, NTLMv1 of either kind is the same.
static void variant_judge(struct probe *p, const struct variant *v, const struct logon_result *r)
{
	const char *sent =
		probe_text(p, "SMB2 SESSION_SETUP as %s with %s", p->options->login.user, v->words);
	if (r->let_in && !r->guest && !r->null_session)
		fact_set(p->facts, v->fact, ANSWER_YES, sent, r->words);
	else if (r->let_in || (r->refused && (v->last || probe_refusal_counts(r->status))))
		fact_set(p->facts, v->fact, ANSWER_NO, sent, r->words);
	else if (r->fault == -EINVAL)
		fact_unknown(p->facts, v->fact, "the password has no LM hash");
	else if (v->last)
		fact_unknown(p->facts, v->fact, r->words);
}

// Let in as nobody is a refusal, too.
static bool may_have_counted(const struct logon_result *r)
{
	return r->guest || r->null_session || (r->refused && probe_refusal_counts(r->status));
}

// Waiting for other hosts does not count as this one's time.
static bool turn_take(struct probe *p)
{
	uint64_t before = monotonic_ms();
	bool taken = logon_turn_take(p->variants);
	p->deadline_ms += monotonic_ms() - before;
	return taken;
}

static void variant_try(struct probe *p, const struct variant *v)
{
	const struct client_options o = probe_session_options(p);
	struct client_credentials who = probe_credentials(p);
	struct logon_result r;
	if (v->target_name != NULL)
		who.target_name = v->target_name;
	who.proof = v->proof;
	if (!turn_take(p)) {
		fact_unknown(p->facts, v->fact, HAD_ONE);
		return;
	}
	int rc = probe_try_logon(p, &o, &who, NULL, &r);
	if (rc == 0 && may_have_counted(&r)) {
		logon_turn_refuse(p->variants);
		probe_delay_judge(
			p, &r, probe_text(p, "SMB2 SESSION_SETUP as %s with %s", who.user, v->words));
	}
	logon_turn_give(p->variants);
	if (rc == 0)
		variant_judge(p, v, &r);
	else
		fact_unknown(p->facts, v->fact, fault_words(rc));
}

// Why none of it can be done; NULL: it can.
static const char *obstacle(struct probe *p)
{
	if (p->options->login.kerberos)
		return "needs a password, not a ticket";
	if (!fact_is(&p->facts->logged_on, ANSWER_YES))
		return probe_no_login_words(p);
	return p->options->try_failed_logon ? NULL : NOT_ASKED;
}

void probe_ntlm_variants(struct probe *p)
{
	struct variant all[VARIANTS];
	const char *reason = obstacle(p);
	variants_make(p, all);
	for (unsigned i = 0; i < VARIANTS && !probe_is_over(p); i++) {
		if (all[i].fact->answer != ANSWER_UNKNOWN)
			continue;
		if (reason != NULL)
			fact_unknown(p->facts, all[i].fact, reason);
		else
			variant_try(p, &all[i]);
	}
}
