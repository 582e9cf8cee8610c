// SPDX-License-Identifier: Apache-2.0
// Who is let in, and by which proof.
#include "audit/checks/checks.h"

// A server that answers nothing unsigned is of no use to who relays or alters an authentication.
static bool signs_everything(const struct host_facts *h)
{
	if (fact_is(&h->unsigned_accepted, ANSWER_UNKNOWN))
		return fact_is(&h->signing_required, ANSWER_YES);
	return fact_is(&h->unsigned_accepted, ANSWER_NO);
}

static void make_mild(struct audit_finding *f, const char *summary)
{
	if (f == NULL)
		return;
	f->severity = AUDIT_LOW;
	f->grade = 'B';
	f->summary = summary;
}

// SMB1 alone was not asked about any of it.
static bool speaks_smb2(const struct host_facts *h)
{
	return h->dialect_max != 0;
}

static void when(const struct check_context *c, const char *id, const struct fact *f, enum answer weak)
{
	if (fact_is(f, weak))
		(void)!check_report(c, id, NULL, f);
	else if (fact_is(f, ANSWER_UNKNOWN))
		check_leave_open(c, id, f);
}

// Without NTLM there is nothing of it that could be accepted.
static void when_ntlm(const struct check_context *c, const char *id, const struct fact *f)
{
	if (!fact_is(&c->facts->ntlm_accepted, ANSWER_NO) || fact_is(f, ANSWER_YES))
		when(c, id, f, ANSWER_YES);
}

// What a relay could do with it is over where it cannot sign.
static void when_relayed(const struct check_context *c, const char *id, const struct fact *f)
{
	when_ntlm(c, id, f);
	if (fact_is(f, ANSWER_YES) && signs_everything(c->facts))
		make_mild(report_add_finding(c->report, c->subject, id, NULL),
			"Of little use to an attacker, for signing is required.");
}

static void check_kerberos(const struct check_context *c)
{
	const struct host_facts *h = c->facts;
	when(c, "kerberos_not_offered", &h->mech_kerberos, ANSWER_NO);
	if (fact_is(&h->kerberos_weak, ANSWER_YES))
		(void)!check_report(c, "kerberos_weak_keys", NULL, &h->kerberos_weak);
	else if (fact_is(&h->kerberos_weak, ANSWER_UNKNOWN) && fact_is(&h->mech_kerberos, ANSWER_YES))
		check_leave_open(c, "kerberos_weak_keys", &h->kerberos_weak);
}

// A null session that may not even connect to IPC$ is of no use.
static void check_anonymous(const struct check_context *c)
{
	static const char id[] = "anonymous_session";
	const struct host_facts *h = c->facts;
	if (fact_is(&h->anonymous, ANSWER_UNKNOWN)) {
		check_leave_open(c, id, &h->anonymous);
	} else if (fact_is(&h->anonymous, ANSWER_YES) && !fact_is(&h->anonymous_ipc, ANSWER_NO)) {
		(void)!check_report(c, id, NULL, &h->anonymous);
		(void)!check_report(c, id, NULL, &h->anonymous_ipc);
	}
}

void check_authentication(const struct check_context *c)
{
	const struct host_facts *h = c->facts;
	if (!speaks_smb2(h))
		return;
	when(c, "ntlm_accepted", &h->ntlm_accepted, ANSWER_YES);
	when_ntlm(c, "ntlmv1_accepted", &h->ntlmv1);
	when_ntlm(c, "lm_accepted", &h->lm);
	when_relayed(c, "ntlm_mic_not_required", &h->ntlm_no_mic);
	when_relayed(c, "ntlm_target_not_checked", &h->ntlm_wrong_target);
	check_kerberos(c);
	when(c, "guest_accepted", &h->guest, ANSWER_YES);
	check_anonymous(c);
	// A server without NTLM has no password to guess here.
	if (!fact_is(&h->ntlm_accepted, ANSWER_NO))
		when(c, "logon_not_delayed", &h->logon_delayed, ANSWER_NO);
}
