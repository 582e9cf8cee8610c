// SPDX-License-Identifier: Apache-2.0
// The negotiate contexts of 3.1.1: whether preauthentication integrity is insisted on, which algorithms are
// taken when they are offered alone, and which of all. Contexts do not depend on each other, so that one
// question asks for an algorithm of each kind; where it is refused as a whole, each is asked for by itself
// among all others of the other kinds.
#include <errno.h>

#include "audit/probes/negotiation.h"
#include "audit/probes/probe_words.h"
#include "audit/probes/probes.h"

// One kind of algorithm.
struct kind {
	const char *context; // as the specification names it
	const char *(*words)(uint16_t id);
	size_t facts;   // of host_facts, an array
	unsigned count; // of it
	unsigned skip;  // of its start: what is no algorithm
	uint16_t first_id;
	size_t offered;  // of negotiation_question
	size_t seen;     // of smb2_negotiate_contexts
	size_t answered; // likewise
};

enum { KINDS = 3, ROUNDS = 5 };

static const struct kind kinds[KINDS] = {
	{ "ENCRYPTION_CAPABILITIES", cipher_words, offsetof(struct host_facts, ciphers), FACTS_CIPHERS, 0,
		SMB2_CIPHER_AES_128_CCM, offsetof(struct negotiation_question, ciphers),
		offsetof(struct smb2_negotiate_contexts, encryption_seen),
		offsetof(struct smb2_negotiate_contexts, ciphers) },
	{ "SIGNING_CAPABILITIES", signing_words, offsetof(struct host_facts, signings), FACTS_SIGNINGS, 0,
		SMB2_SIGNING_HMAC_SHA256, offsetof(struct negotiation_question, signings),
		offsetof(struct smb2_negotiate_contexts, signing_seen),
		offsetof(struct smb2_negotiate_contexts, signing_algorithms) },
	{ "COMPRESSION_CAPABILITIES", compression_words, offsetof(struct host_facts, compressions),
		FACTS_COMPRESSIONS, 1, SMB2_COMPRESSION_LZNT1,
		offsetof(struct negotiation_question, compressions),
		offsetof(struct smb2_negotiate_contexts, compression_seen),
		offsetof(struct smb2_negotiate_contexts, compression_algorithms) },
};

static struct fact *kind_fact(struct host_facts *f, const struct kind *k, unsigned i)
{
	return (struct fact *)(void *)((char *)f + k->facts) + k->skip + i;
}

static unsigned kind_count(const struct kind *k)
{
	return k->count - k->skip;
}

static struct smb2_negotiate_ids *kind_offered(struct negotiation_question *q, const struct kind *k)
{
	return (struct smb2_negotiate_ids *)(void *)((char *)q + k->offered);
}

static const struct smb2_negotiate_ids *kind_answered(
	const struct smb2_negotiate_contexts *c, const struct kind *k)
{
	uint16_t seen;
	memcpy(&seen, (const char *)c + k->seen, sizeof(seen));
	return seen == 0 ? NULL
			 : (const struct smb2_negotiate_ids *)(const void *)((const char *)c + k->answered);
}

static uint16_t kind_id(const struct kind *k, unsigned i)
{
	return (uint16_t)(k->first_id + i);
}

static const char *ids_words(struct host_facts *f, const struct kind *k, const struct smb2_negotiate_ids *ids)
{
	const char *text = k->words(ids->ids[0]);
	for (uint16_t i = 1; i < ids->count && text != NULL; i++)
		text = arena_printf(f->arena, "%s, %s", text, k->words(ids->ids[i]));
	return text != NULL ? text : "memory is out";
}

static const char *context_words(
	struct host_facts *f, const struct kind *k, const struct smb2_negotiate_ids *ids)
{
	if (ids == NULL)
		return arena_printf(f->arena, "SMB2 NEGOTIATE, 3.1.1, without %s", k->context);
	return arena_printf(f->arena, "SMB2 NEGOTIATE, 3.1.1, %s with %s", k->context, ids_words(f, k, ids));
}

static const char *offer_words(struct host_facts *f, const struct kind *k, unsigned i)
{
	return arena_printf(f->arena, "SMB2 NEGOTIATE offering 3.1.1, %s with %s alone", k->context,
		k->words(kind_id(k, i)));
}

// MS-SMB2 3.3.5.4: without the context, 3.1.1 signs with AES-CMAC.
static bool is_taken(const struct kind *k, const struct smb2_negotiate_ids *ids, uint16_t id)
{
	if (ids == NULL)
		return k->words == signing_words && id == SMB2_SIGNING_AES_CMAC;
	return smb2_negotiate_ids_contain(ids, id);
}

static void algorithm_take(
	struct host_facts *f, const struct kind *k, unsigned i, const struct negotiation_answer *a)
{
	const struct smb2_negotiate_ids *ids = kind_answered(&a->contexts, k);
	bool taken = is_taken(k, ids, kind_id(k, i));
	fact_set(f, kind_fact(f, k, i), taken ? ANSWER_YES : ANSWER_NO, offer_words(f, k, i),
		context_words(f, k, ids));
}

static int algorithm_ask(struct probe *p, const struct kind *k, unsigned i)
{
	struct host_facts *f = p->facts;
	struct negotiation_question q = negotiation_question_all(false);
	struct negotiation_answer a;
	*kind_offered(&q, k) = (struct smb2_negotiate_ids){ 1, { kind_id(k, i) } };
	int rc = negotiation_ask(p, &q, &a);
	if (a.outcome == NEGOTIATION_ACCEPTED)
		algorithm_take(f, k, i, &a);
	else if (a.outcome == NEGOTIATION_UNCLEAR)
		fact_unknown(f, kind_fact(f, k, i), a.words);
	else
		fact_set(f, kind_fact(f, k, i), ANSWER_NO, offer_words(f, k, i), a.words);
	return rc;
}

static int round_again(struct probe *p, unsigned i)
{
	int rc = 0;
	for (unsigned n = 0; rc == 0 && n < KINDS; n++) {
		if (i < kind_count(&kinds[n]))
			rc = algorithm_ask(p, &kinds[n], i);
	}
	return rc;
}

// The i-th algorithm of each kind in one question.
static int round_ask(struct probe *p, unsigned i)
{
	struct negotiation_question q = { .dialect = SMB2_DIALECT_311 };
	struct negotiation_answer a;
	for (unsigned n = 0; n < KINDS; n++) {
		if (i < kind_count(&kinds[n]))
			*kind_offered(&q, &kinds[n]) =
				(struct smb2_negotiate_ids){ 1, { kind_id(&kinds[n], i) } };
	}
	int rc = negotiation_ask(p, &q, &a);
	if (rc < 0 || a.outcome != NEGOTIATION_ACCEPTED)
		return rc < 0 ? rc : round_again(p, i);
	for (unsigned n = 0; n < KINDS; n++) {
		if (i < kind_count(&kinds[n]))
			algorithm_take(p->facts, &kinds[n], i, &a);
	}
	return 0;
}

static uint16_t first_of(const struct negotiation_answer *a, const struct kind *k)
{
	const struct smb2_negotiate_ids *ids = kind_answered(&a->contexts, k);
	return ids == NULL ? UINT16_MAX : ids->ids[0];
}

// Two orders of the same offer: whose answers are equal chooses by itself.
static void order_take(struct host_facts *f, const struct kind *k, struct fact *fact, uint16_t *preferred,
	const struct negotiation_answer *forward, const struct negotiation_answer *reverse)
{
	uint16_t one = first_of(forward, k), other = first_of(reverse, k);
	if (one == UINT16_MAX || other == UINT16_MAX) {
		fact_unknown(f, fact, "the server chose none");
		return;
	}
	bool own = one == other;
	*preferred = own ? one : 0;
	fact_set(f, fact, own ? ANSWER_YES : ANSWER_NO,
		arena_printf(
			f->arena, "SMB2 NEGOTIATE offering 3.1.1, %s with all, in two orders", k->context),
		arena_printf(
			f->arena, own ? "%s both times" : "%s, then %s", k->words(one), k->words(other)));
}

static int orders_ask(struct probe *p, const struct negotiation_answer *forward)
{
	struct host_facts *f = p->facts;
	struct negotiation_question q = negotiation_question_all(true);
	struct negotiation_answer reverse;
	int rc = negotiation_ask(p, &q, &reverse);
	if (reverse.outcome != NEGOTIATION_ACCEPTED) {
		fact_unknown(f, &f->cipher_order, reverse.words);
		fact_unknown(f, &f->signing_order, reverse.words);
		return rc;
	}
	order_take(f, &kinds[0], &f->cipher_order, &f->cipher_preferred, forward, &reverse);
	order_take(f, &kinds[1], &f->signing_order, &f->signing_preferred, forward, &reverse);
	return rc;
}

// What is wrong with the server's part of the hash; NULL: nothing.
static const char *preauth_fault(const struct negotiation_answer *a)
{
	const struct smb2_negotiate_contexts *c = &a->contexts;
	if (c->preauth_seen == 0)
		return "SMB2 NEGOTIATE, 3.1.1, without PREAUTH_INTEGRITY_CAPABILITIES";
	if (c->preauth_hashes.count != 1 || c->preauth_hashes.ids[0] != SMB2_HASH_SHA_512)
		return "PREAUTH_INTEGRITY_CAPABILITIES with another hash than SHA-512";
	return NULL;
}

// MS-SMB2 3.3.5.4: 3.1.1 without the context is STATUS_INVALID_PARAMETER.
static int preauth_ask(struct probe *p, const struct negotiation_answer *with)
{
	static const char sent[] = "SMB2 NEGOTIATE offering 3.1.1 without PREAUTH_INTEGRITY_CAPABILITIES";
	struct host_facts *f = p->facts;
	struct negotiation_question q = negotiation_question_all(false);
	struct negotiation_answer a;
	const char *fault = preauth_fault(with);
	if (fault != NULL)
		fact_set(f, &f->preauth_integrity, ANSWER_NO,
			"SMB2 NEGOTIATE offering 3.1.1 with PREAUTH_INTEGRITY_CAPABILITIES", fault);
	q.no_preauth = true;
	int rc = negotiation_ask(p, &q, &a);
	if (a.outcome == NEGOTIATION_UNCLEAR)
		fact_unknown(f, &f->preauth_integrity, a.words);
	else
		fact_set(f, &f->preauth_integrity, a.outcome == NEGOTIATION_ACCEPTED ? ANSWER_NO : ANSWER_YES,
			sent,
			arena_printf(f->arena, "%s (with it: SHA-512 and a Salt of %zu bytes)", a.words,
				with->salt_len));
	return rc;
}

static void all_unknown(struct host_facts *f, const char *why)
{
	fact_unknown(f, &f->preauth_integrity, why);
	fact_unknown(f, &f->cipher_order, why);
	fact_unknown(f, &f->signing_order, why);
	fact_unknown(f, &f->rdma_transform, why);
	for (unsigned n = 0; n < KINDS; n++) {
		for (unsigned i = 0; i < kind_count(&kinds[n]); i++)
			fact_unknown(f, kind_fact(f, &kinds[n], i), why);
	}
}

static void rdma_take(struct host_facts *f, const struct negotiation_answer *a)
{
	bool told = a->contexts.rdma_transform_seen != 0;
	fact_set(f, &f->rdma_transform, told ? ANSWER_YES : ANSWER_NO,
		"SMB2 NEGOTIATE offering 3.1.1 with RDMA_TRANSFORM_CAPABILITIES",
		told ? "RDMA_TRANSFORM_CAPABILITIES" : "none");
}

// What the probes say that are left out when there is no account.
static void needs_login(struct probe *p)
{
	struct host_facts *f = p->facts;
	const char *why = fault_words(-EACCES);
	if (p->options->login.user != NULL || p->options->login.kerberos)
		return;
	fact_unknown(f, &f->downgrade_noticed, why);
	fact_unknown(f, &f->encryption_stripped, why);
	fact_unknown(f, &f->validate_negotiate, why);
	fact_unknown(f, &f->validate_answered, why);
}

void probe_contexts(struct probe *p)
{
	struct host_facts *f = p->facts;
	struct negotiation_question q = negotiation_question_all(false);
	struct negotiation_answer forward;
	needs_login(p);
	const char *missing = dialect_missing_words(&f->dialects[FACTS_DIALECTS - 1]);
	if (missing != NULL) {
		all_unknown(f, missing);
		return;
	}
	int rc = negotiation_ask(p, &q, &forward);
	if (forward.outcome != NEGOTIATION_ACCEPTED) {
		all_unknown(f, forward.words);
		return;
	}
	rdma_take(f, &forward);
	if (rc == 0)
		rc = orders_ask(p, &forward);
	if (rc == 0)
		rc = preauth_ask(p, &forward);
	for (unsigned i = 0; rc == 0 && i < ROUNDS; i++)
		rc = round_ask(p, i);
	all_unknown(f, stop_words(p, rc));
}
