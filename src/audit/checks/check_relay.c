// SPDX-License-Identifier: Apache-2.0
// Whether somebody else's authentication can be used here. Who relays one never knows its session key: a
// server that lets nothing unsigned or unsealed pass is of no use to him. What a server says of itself in
// NEGOTIATE is a claim; only with an account it can be seen whether it keeps to it.
#include "audit/checks/checks.h"

static const char id[] = "relay_target";

enum protection {
	PROTECTION_UNKNOWN,
	PROTECTION_PROVEN,  // a request in the clear was refused
	PROTECTION_CLAIMED, // not tried
	PROTECTION_NONE_CLAIMED,
	PROTECTION_NONE_PROVEN, // a request in the clear was answered
};

// Sealed sessions need no signatures, and either is enough.
static enum protection protection_of(const struct host_facts *h)
{
	bool unsealed_refused = fact_is(&h->unsealed_accepted, ANSWER_NO);
	if (fact_is(&h->unsigned_accepted, ANSWER_NO) || unsealed_refused)
		return PROTECTION_PROVEN;
	if (fact_is(&h->unsigned_accepted, ANSWER_YES))
		return PROTECTION_NONE_PROVEN;
	if (fact_is(&h->signing_required, ANSWER_YES))
		return PROTECTION_CLAIMED;
	return fact_is(&h->signing_required, ANSWER_NO) ? PROTECTION_NONE_CLAIMED : PROTECTION_UNKNOWN;
}

// MS-SMB2 3.3.5.7: over 3.1.1 a tree connect must be signed or sealed whatever else is required. Who relays
// needs an older dialect.
static bool is_311_alone(const struct host_facts *h)
{
	for (size_t i = 0; i < FACTS_DIALECTS; i++) {
		bool newest = facts_dialects[i] == SMB2_DIALECT_311;
		if (!fact_is(&h->dialects[i], newest ? ANSWER_YES : ANSWER_NO))
			return false;
	}
	return fact_is(&h->smb1, ANSWER_NO);
}

static void add_evidence(const struct check_context *c, struct audit_finding *f, const struct fact *proof)
{
	for (const struct evidence *e = proof->evidence; f != NULL && e != NULL; e = e->next)
		(void)!finding_add_evidence(c->report, f, e->sent, e->received);
}

static struct audit_finding *report(const struct check_context *c, const struct fact *proof,
	enum audit_severity severity, char grade, const char *summary)
{
	struct audit_finding *f = check_report(c, id, NULL, proof);
	if (f == NULL)
		return NULL;
	f->severity = severity;
	f->grade = grade;
	f->summary = summary;
	add_evidence(c, f, &c->facts->ntlm_accepted);
	return f;
}

static bool is_signing_there(const struct host_facts *h)
{
	return h->security_mode != 0 || fact_is(&h->signing_required, ANSWER_YES);
}

// Names and MICs narrow who can be relayed to those who meant to come here.
static bool is_target_checked(const struct host_facts *h)
{
	return fact_is(&h->ntlm_wrong_target, ANSWER_NO) && fact_is(&h->ntlm_no_mic, ANSWER_NO);
}

static void report_proven(const struct check_context *c)
{
	const struct host_facts *h = c->facts;
	if (is_target_checked(h)) {
		struct audit_finding *f = report(c, &h->unsigned_accepted, AUDIT_LOW, 'B',
			"An unsigned request was answered. Only an authentication that was meant for this "
			"very host can "
			"be used: one for another name, or without a MIC, is refused.");
		add_evidence(c, f, &h->ntlm_wrong_target);
		add_evidence(c, f, &h->ntlm_no_mic);
		return;
	}
	(void)!report(c, &h->unsigned_accepted, AUDIT_HIGH, is_signing_there(h) ? 'C' : 'D',
		"NTLM is accepted and an unsigned request was answered: who relays an authentication can use "
		"it.");
}

// Without an account: what is claimed counts against it, but not as much as what was seen.
static void report_claimed(const struct check_context *c)
{
	const struct host_facts *h = c->facts;
	if (is_311_alone(h)) {
		report_add_open(c->report, c->subject, id,
			"signing is not required, but SMB 3.1.1 alone, which is all that is accepted, signs "
			"TREE_CONNECT: "
			"whether anything passes without can be seen only with an account");
		return;
	}
	(void)!report(c, &h->signing_required, AUDIT_MEDIUM, is_signing_there(h) ? 'C' : 'D',
		"NTLM is accepted and signing not required, by what the server says of itself. Not proven: "
		"that an "
		"unsigned request is answered, and that encryption is not required, either; that takes an "
		"account.");
}

// Tickets are for one service: those for this host can still be relayed to it.
static void report_kerberos(const struct check_context *c)
{
	const struct host_facts *h = c->facts;
	bool unsigned_passes = protection_of(h) == PROTECTION_NONE_PROVEN;
	struct audit_finding *f = unsigned_passes ? check_report(c, id, NULL, &h->unsigned_accepted) : NULL;
	if (f == NULL)
		return;
	f->severity = AUDIT_LOW;
	f->grade = 'B';
	f->summary = "NTLM is refused, but an unsigned request was answered: a Kerberos ticket for this very "
		     "host, got "
		     "by a name that leads to the attacker, can be used.";
}

static void judge_ntlm(const struct check_context *c)
{
	switch (protection_of(c->facts)) {
	case PROTECTION_PROVEN:
		return;
	case PROTECTION_NONE_PROVEN:
		report_proven(c);
		return;
	case PROTECTION_NONE_CLAIMED:
		report_claimed(c);
		return;
	case PROTECTION_CLAIMED:
		report_add_open(c->report, c->subject, id,
			"signing is required by what the server says of itself; that it keeps to it can be "
			"seen only with "
			"an account");
		return;
	case PROTECTION_UNKNOWN:
		check_leave_open(c, id, &c->facts->signing_required);
		return;
	}
}

void check_relay(const struct check_context *c)
{
	const struct host_facts *h = c->facts;
	if (fact_is(&h->ntlm_accepted, ANSWER_YES))
		judge_ntlm(c);
	else if (fact_is(&h->ntlm_accepted, ANSWER_NO))
		report_kerberos(c);
	else
		check_leave_open(c, id, &h->ntlm_accepted);
}
