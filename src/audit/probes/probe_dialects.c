// SPDX-License-Identifier: Apache-2.0
// Which dialects of SMB2 and SMB3 are accepted, each offered alone, for a server that may choose hides the
// ones it likes less. What else the answers tell is taken from the highest dialect.
#include "audit/probes/negotiation.h"
#include "audit/probes/probe_words.h"
#include "audit/probes/probes.h"

enum { FILETIME_PER_MS = 10000 };

// "SMB2 NEGOTIATE offering 3.0.2 alone"
static const char *sent_words(struct probe *p, uint16_t dialect)
{
	const char *text =
		arena_printf(p->facts->arena, "SMB2 NEGOTIATE offering %s alone", dialect_words(dialect));
	return text != NULL ? text : "SMB2 NEGOTIATE";
}

static void values_take(struct host_facts *f, const struct negotiation_answer *a)
{
	const struct smb2_negotiate_response *m = &a->message;
	f->dialect_max = m->dialect_revision;
	memcpy(f->server_guid, m->server_guid, sizeof(f->server_guid));
	f->security_mode = m->security_mode;
	f->capabilities = m->capabilities;
	f->max_transact_size = m->max_transact_size;
	f->max_read_size = m->max_read_size;
	f->max_write_size = m->max_write_size;
	f->system_time = m->system_time;
	f->start_time = m->server_start_time;
	f->skew_known = m->system_time != 0;
	f->skew_ms = f->skew_known ? a->skew_100ns / FILETIME_PER_MS : 0;
}

// MS-SMB2 2.2.4: what the server claims; whether it does so is another probe's.
static void signing_claim_take(struct probe *p, const struct negotiation_answer *a)
{
	struct host_facts *f = p->facts;
	bool required = (a->message.security_mode & SMB2_NEGOTIATE_SIGNING_REQUIRED) != 0;
	const char *text = arena_printf(f->arena, "SecurityMode 0x%04X: signing is %s",
		a->message.security_mode, required ? "required" : "not required");
	fact_set(f, &f->signing_required, required ? ANSWER_YES : ANSWER_NO,
		sent_words(p, a->message.dialect_revision), text);
}

// Before 3.1.1 there is one cipher and a bit for it (MS-SMB2 3.3.5.4), before 3.0 none.
static void old_ciphers_take(struct probe *p, const struct negotiation_answer *a)
{
	struct host_facts *f = p->facts;
	uint16_t dialect = a->message.dialect_revision;
	if (dialect >= SMB2_DIALECT_311)
		return;
	bool bit = dialect >= SMB2_DIALECT_300 && (a->message.capabilities & SMB2_GLOBAL_CAP_ENCRYPTION) != 0;
	const char *text = arena_printf(f->arena, "Capabilities 0x%08X of %s, the highest dialect: %s",
		a->message.capabilities, dialect_words(dialect),
		bit ? "SMB2_GLOBAL_CAP_ENCRYPTION" : "no encryption");
	fact_set(f, &f->ciphers[0], bit ? ANSWER_YES : ANSWER_NO, sent_words(p, dialect), text);
	for (unsigned i = 1; i < FACTS_CIPHERS; i++)
		fact_set(f, &f->ciphers[i], ANSWER_NO, sent_words(p, dialect), text);
}

static void refusal_set(struct probe *p, unsigned i, const struct negotiation_answer *a)
{
	fact_set(p->facts, &p->facts->dialects[i], ANSWER_NO, sent_words(p, facts_dialects[i]), a->words);
}

// 0, or why the host was not worth further asking.
static int dialect_ask(struct probe *p, unsigned i, struct negotiation_answer *a)
{
	struct negotiation_question q = negotiation_question_all(false);
	if (facts_dialects[i] != SMB2_DIALECT_311)
		q = (struct negotiation_question){ .dialect = facts_dialects[i] };
	int rc = negotiation_ask(p, &q, a);
	if (a->outcome == NEGOTIATION_ACCEPTED)
		fact_set(p->facts, &p->facts->dialects[i], ANSWER_YES, sent_words(p, q.dialect), a->words);
	else if (a->outcome == NEGOTIATION_REFUSED)
		refusal_set(p, i, a);
	else
		fact_unknown(p->facts, &p->facts->dialects[i], a->words);
	return rc;
}

// To close the connection is a way to refuse, of somebody who answers to other dialects.
static void closed_judge(struct probe *p, const bool closed[FACTS_DIALECTS])
{
	static const struct negotiation_answer ended = { .words = "the connection was closed" };
	bool speaks = false;
	for (unsigned i = 0; i < FACTS_DIALECTS; i++)
		speaks |= !fact_is(&p->facts->dialects[i], ANSWER_UNKNOWN);
	for (unsigned i = 0; speaks && i < FACTS_DIALECTS; i++) {
		if (closed[i])
			refusal_set(p, i, &ended);
	}
}

void probe_dialects(struct probe *p)
{
	struct negotiation_answer a, highest = { 0 };
	bool closed[FACTS_DIALECTS] = { false };
	int rc = 0;
	for (unsigned i = 0; rc == 0 && i < FACTS_DIALECTS; i++) {
		rc = dialect_ask(p, i, &a);
		closed[i] = a.outcome == NEGOTIATION_CLOSED;
		if (a.outcome == NEGOTIATION_ACCEPTED)
			highest = a;
	}
	for (unsigned i = 0; i < FACTS_DIALECTS; i++)
		fact_unknown(p->facts, &p->facts->dialects[i], stop_words(p, rc));
	closed_judge(p, closed);
	if (highest.outcome != NEGOTIATION_ACCEPTED) {
		fact_unknown(p->facts, &p->facts->signing_required, "no dialect of SMB2 was accepted");
		return;
	}
	values_take(p->facts, &highest);
	signing_claim_take(p, &highest);
	old_ciphers_take(p, &highest);
}
