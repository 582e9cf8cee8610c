// SPDX-License-Identifier: Apache-2.0
// What the facts of a negotiation mean: each finding is raised by what proves it, with that as its evidence,
// and not by its opposite; what is not known stays open.
#include "../test_support.h"

#include <string.h>

#include "audit/checks/checks.h"
#include "wire/smb2/smb2_negotiate_contexts.h"

enum { INDEX_202, INDEX_210, INDEX_300, INDEX_302, INDEX_311 };

struct bench {
	struct arena arena;
	struct host_facts facts;
	struct audit_report report;
	struct audit_subject *subject;
};

static void answer(struct bench *b, struct fact *f, enum answer a)
{
	fact_set(&b->facts, f, a, "asked", "answered");
}

// A server as it should be: 3.1.1 alone, everything that is to be refused refused, and its clock right.
static void bench_init(struct bench *b)
{
	memset(b, 0, sizeof(*b));
	arena_init(&b->arena, NULL, 0);
	b->facts.arena = &b->arena;
	b->facts.dialect_max = SMB2_DIALECT_311;
	b->facts.skew_known = true;
	audit_report_init(&b->report);
	b->subject = report_add_subject(&b->report, "192.0.2.7", 445);
	assert_non_null(b->subject);
}

static void set_rest(struct bench *b)
{
	struct host_facts *f = &b->facts;
	answer(b, &f->smb1, ANSWER_NO);
	for (unsigned i = 0; i < INDEX_311; i++)
		answer(b, &f->dialects[i], ANSWER_NO);
	answer(b, &f->dialects[INDEX_311], ANSWER_YES);
	answer(b, &f->preauth_integrity, ANSWER_YES);
	answer(b, &f->downgrade_noticed, ANSWER_YES);
	answer(b, &f->validate_negotiate, ANSWER_YES);
	answer(b, &f->validate_answered, ANSWER_YES);
	for (unsigned i = 0; i < FACTS_CIPHERS; i++)
		answer(b, &f->ciphers[i], ANSWER_YES);
	answer(b, &f->cipher_order, ANSWER_NO);
	for (unsigned i = 0; i < FACTS_SIGNINGS; i++)
		answer(b, &f->signings[i], ANSWER_YES);
	for (unsigned i = 1; i < FACTS_COMPRESSIONS; i++)
		answer(b, &f->compressions[i], ANSWER_NO);
	answer(b, &f->encryption_stripped, ANSWER_NO);
	answer(b, &f->unsealed_accepted, ANSWER_NO);
}

static void judge(struct bench *b)
{
	const struct check_context c = { &b->facts, &b->report, b->subject };
	check_dialects(&c);
	check_negotiation(&c);
	check_crypto(&c);
	subject_conclude(b->subject);
}

static void bench_done(struct bench *b)
{
	audit_report_done(&b->report);
	arena_reset(&b->arena);
}

static const struct audit_finding *found(const struct bench *b, const char *id)
{
	for (const struct audit_finding *f = b->subject->findings; f != NULL; f = f->next) {
		assert_non_null(f->evidence);
		if (strcmp(f->check->id, id) == 0)
			return f;
	}
	return NULL;
}

static const char *found_subject(const struct bench *b, const char *id)
{
	const struct audit_finding *f = found(b, id);
	return f != NULL ? f->subject : "no finding";
}

static const char *open_reason(const struct bench *b, const char *id)
{
	for (const struct open_question *q = b->subject->open; q != NULL; q = q->next) {
		if (strcmp(q->check->id, id) == 0)
			return q->reason;
	}
	return NULL;
}

// Exactly this finding and no open question.
static void assert_only(const struct bench *b, const char *id, char grade)
{
	assert_non_null(found(b, id));
	assert_null(b->subject->findings->next);
	assert_null(b->subject->open);
	assert_int_equal(b->subject->grade, grade);
}

static void good_server_has_no_finding(void **state)
{
	(void)state;
	struct bench b;
	bench_init(&b);
	set_rest(&b);
	judge(&b);
	assert_null(b.subject->findings);
	assert_null(b.subject->open);
	assert_int_equal(b.subject->grade, 'A');
	bench_done(&b);
}

// One fact that is not as it should be, and the finding that is then alone there.
struct one_case {
	size_t fact; // of host_facts
	enum answer answer;
	const char *id;
	char grade;
};

#define AT(member) offsetof(struct host_facts, member)

static const struct one_case one_cases[] = {
	{ AT(smb1), ANSWER_YES, "smb1_accepted", 'D' },
	{ AT(dialects[INDEX_202]), ANSWER_YES, "old_dialect_accepted", 'C' },
	{ AT(dialects[INDEX_210]), ANSWER_YES, "old_dialect_accepted", 'C' },
	{ AT(dialects[INDEX_300]), ANSWER_YES, "dialect_below_311", 'B' },
	{ AT(dialects[INDEX_302]), ANSWER_YES, "dialect_below_311", 'B' },
	{ AT(preauth_integrity), ANSWER_NO, "preauth_integrity_missing", 'D' },
	{ AT(downgrade_noticed), ANSWER_NO, "downgrade_unnoticed", 'D' },
	{ AT(compressions[SMB2_COMPRESSION_LZ77]), ANSWER_YES, "compression_offered", 'A' },
	{ AT(encryption_stripped), ANSWER_YES, "encryption_not_required", 'C' },
};

static struct fact *fact_at(struct host_facts *f, size_t offset)
{
	return (struct fact *)(void *)((char *)f + offset);
}

static void one_bad_fact_is_one_finding(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(one_cases); i++) {
		struct bench b;
		bench_init(&b);
		fact_set(&b.facts, fact_at(&b.facts, one_cases[i].fact), one_cases[i].answer, "this was sent",
			"this came back");
		set_rest(&b);
		judge(&b);
		assert_only(&b, one_cases[i].id, one_cases[i].grade);
		const struct evidence *e = b.subject->findings->evidence;
		assert_string_equal(e->sent, "this was sent");
		assert_string_equal(e->received, "this came back");
		bench_done(&b);
	}
}

// Those that are asked of every host: unknown, with its reason, is an open question and no finding.
static const struct one_case open_cases[] = {
	{ AT(smb1), ANSWER_UNKNOWN, "smb1_accepted", 'A' },
	{ AT(dialects[INDEX_210]), ANSWER_UNKNOWN, "old_dialect_accepted", 'A' },
	{ AT(dialects[INDEX_302]), ANSWER_UNKNOWN, "dialect_below_311", 'A' },
	{ AT(preauth_integrity), ANSWER_UNKNOWN, "preauth_integrity_missing", 'A' },
	{ AT(downgrade_noticed), ANSWER_UNKNOWN, "downgrade_unnoticed", 'A' },
	{ AT(cipher_order), ANSWER_UNKNOWN, "weak_cipher_preferred", 'A' },
	{ AT(compressions[SMB2_COMPRESSION_LZNT1]), ANSWER_UNKNOWN, "compression_offered", 'A' },
};

static void unknown_stays_open(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(open_cases); i++) {
		struct bench b;
		bench_init(&b);
		set_rest(&b);
		*fact_at(&b.facts, open_cases[i].fact) = (struct fact){ .reason = "no answer in time" };
		judge(&b);
		assert_null(b.subject->findings);
		assert_string_equal(open_reason(&b, open_cases[i].id), "no answer in time");
		assert_null(b.subject->open->next);
		bench_done(&b);
	}
}

static void missing_311_says_nothing_of_its_contexts(void **state)
{
	(void)state;
	struct bench b;
	bench_init(&b);
	b.facts.dialect_max = SMB2_DIALECT_302;
	answer(&b, &b.facts.dialects[INDEX_311], ANSWER_NO);
	answer(&b, &b.facts.dialects[INDEX_302], ANSWER_YES);
	set_rest(&b);
	fact_unknown(&b.facts, &b.facts.preauth_integrity, "the dialect is not accepted");
	judge(&b);
	assert_non_null(found(&b, "smb311_not_offered"));
	assert_non_null(found(&b, "dialect_below_311"));
	assert_null(found(&b, "preauth_integrity_missing"));
	assert_null(b.subject->open);
	assert_int_equal(b.subject->grade, 'C');
	bench_done(&b);
}

static void smb1_alone_has_no_encryption(void **state)
{
	(void)state;
	struct bench b;
	bench_init(&b);
	b.facts.dialect_max = 0;
	b.facts.skew_known = false;
	answer(&b, &b.facts.smb1, ANSWER_YES);
	for (unsigned i = 0; i < FACTS_DIALECTS; i++)
		answer(&b, &b.facts.dialects[i], ANSWER_NO);
	judge(&b);
	assert_non_null(found(&b, "smb1_accepted"));
	assert_non_null(found(&b, "smb311_not_offered"));
	assert_non_null(found(&b, "encryption_not_supported"));
	assert_null(b.subject->open);
	bench_done(&b);
}

// Only what nobody takes is missing: with one unknown among the refused, the question is open.
static void ciphers_missing(void **state)
{
	(void)state;
	struct bench b;
	bench_init(&b);
	for (unsigned i = 0; i < FACTS_CIPHERS; i++)
		answer(&b, &b.facts.ciphers[i], ANSWER_NO);
	set_rest(&b);
	judge(&b);
	assert_only(&b, "encryption_not_supported", 'C');
	bench_done(&b);

	bench_init(&b);
	answer(&b, &b.facts.ciphers[2], ANSWER_NO);
	answer(&b, &b.facts.ciphers[3], ANSWER_NO);
	set_rest(&b);
	judge(&b);
	assert_only(&b, "cipher_256_missing", 'A');
	bench_done(&b);

	bench_init(&b);
	answer(&b, &b.facts.ciphers[2], ANSWER_NO);
	set_rest(&b);
	b.facts.ciphers[3] = (struct fact){ .reason = "the connection was closed" };
	judge(&b);
	assert_null(b.subject->findings);
	assert_string_equal(open_reason(&b, "cipher_256_missing"), "the connection was closed");
	bench_done(&b);
}

static void preference_case(uint16_t preferred, const char *finding_subject)
{
	struct bench b;
	bench_init(&b);
	answer(&b, &b.facts.cipher_order, ANSWER_YES);
	b.facts.cipher_preferred = preferred;
	set_rest(&b);
	judge(&b);
	if (finding_subject == NULL) {
		assert_null(b.subject->findings);
	} else {
		assert_only(&b, "weak_cipher_preferred", 'A');
		assert_string_equal(found_subject(&b, "weak_cipher_preferred"), finding_subject);
	}
	bench_done(&b);
}

static void preference_is_judged_by_what_is_there(void **state)
{
	(void)state;
	preference_case(SMB2_CIPHER_AES_128_CCM, "AES-128-CCM");
	preference_case(SMB2_CIPHER_AES_128_GCM, "AES-128-GCM");
	preference_case(SMB2_CIPHER_AES_256_CCM, "AES-256-CCM");
	preference_case(SMB2_CIPHER_AES_256_GCM, NULL);
	preference_case(0xFFFF, NULL);
	preference_case(SMB2_CIPHER_NONE, NULL);
}

// Who has nothing better may prefer what it has.
static void preference_without_choice_is_none(void **state)
{
	(void)state;
	struct bench b;
	bench_init(&b);
	for (unsigned i = 1; i < FACTS_CIPHERS; i++)
		answer(&b, &b.facts.ciphers[i], ANSWER_NO);
	answer(&b, &b.facts.cipher_order, ANSWER_YES);
	b.facts.cipher_preferred = SMB2_CIPHER_AES_128_CCM;
	set_rest(&b);
	judge(&b);
	assert_only(&b, "cipher_256_missing", 'A');
	bench_done(&b);
}

static void old_signing(void **state)
{
	(void)state;
	struct bench b;
	bench_init(&b);
	answer(&b, &b.facts.signings[SMB2_SIGNING_AES_GMAC], ANSWER_NO);
	set_rest(&b);
	judge(&b);
	assert_null(b.subject->findings);
	bench_done(&b);

	bench_init(&b);
	answer(&b, &b.facts.signings[SMB2_SIGNING_AES_GMAC], ANSWER_NO);
	answer(&b, &b.facts.signings[SMB2_SIGNING_AES_CMAC], ANSWER_NO);
	set_rest(&b);
	judge(&b);
	assert_only(&b, "signing_algorithm_old", 'A');
	bench_done(&b);
}

// Where encryption is not enforced anyway, that it can be left out is nothing new.
static void stripping_matters_where_encryption_is_enforced(void **state)
{
	(void)state;
	struct bench b;
	bench_init(&b);
	answer(&b, &b.facts.encryption_stripped, ANSWER_YES);
	answer(&b, &b.facts.unsealed_accepted, ANSWER_YES);
	set_rest(&b);
	judge(&b);
	assert_null(b.subject->findings);
	bench_done(&b);
}

static void validation_matters_on_30(void **state)
{
	(void)state;
	struct bench b;
	bench_init(&b);
	answer(&b, &b.facts.dialects[INDEX_300], ANSWER_YES);
	answer(&b, &b.facts.validate_negotiate, ANSWER_NO);
	set_rest(&b);
	judge(&b);
	assert_string_equal(found_subject(&b, "downgrade_unnoticed"), "SMB 3.0");
	bench_done(&b);

	bench_init(&b);
	answer(&b, &b.facts.dialects[INDEX_300], ANSWER_YES);
	set_rest(&b);
	b.facts.validate_negotiate = (struct fact){ .reason = "needs credentials" };
	judge(&b);
	assert_null(found(&b, "downgrade_unnoticed"));
	assert_string_equal(open_reason(&b, "downgrade_unnoticed"), "needs credentials");
	bench_done(&b);
}

static void skew_case(int64_t skew_ms, bool finding)
{
	struct bench b;
	bench_init(&b);
	set_rest(&b);
	b.facts.skew_ms = skew_ms;
	judge(&b);
	if (finding)
		assert_only(&b, "clock_skew", 'B');
	else
		assert_null(b.subject->findings);
	bench_done(&b);
}

static void clock_that_is_wrong(void **state)
{
	(void)state;
	enum { FIVE_MINUTES_MS = 300000 };
	skew_case(FIVE_MINUTES_MS, false);
	skew_case(-FIVE_MINUTES_MS, false);
	skew_case(FIVE_MINUTES_MS + 1, true);
	skew_case(-FIVE_MINUTES_MS - 1, true);
	skew_case(INT64_MAX / 10000, true);
	skew_case(INT64_MIN / 10000, true);
	struct bench b;
	bench_init(&b);
	set_rest(&b);
	b.facts.skew_known = false;
	judge(&b);
	assert_non_null(open_reason(&b, "clock_skew"));
	bench_done(&b);
}

// A host of which nothing came to be known has questions and no findings.
static void nothing_known(void **state)
{
	(void)state;
	struct bench b;
	bench_init(&b);
	b.facts.dialect_max = 0;
	b.facts.skew_known = false;
	judge(&b);
	assert_null(b.subject->findings);
	assert_non_null(open_reason(&b, "smb1_accepted"));
	assert_non_null(open_reason(&b, "smb311_not_offered"));
	assert_non_null(open_reason(&b, "encryption_not_supported"));
	bench_done(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(good_server_has_no_finding),
		cmocka_unit_test(one_bad_fact_is_one_finding),
		cmocka_unit_test(unknown_stays_open),
		cmocka_unit_test(missing_311_says_nothing_of_its_contexts),
		cmocka_unit_test(smb1_alone_has_no_encryption),
		cmocka_unit_test(ciphers_missing),
		cmocka_unit_test(preference_is_judged_by_what_is_there),
		cmocka_unit_test(preference_without_choice_is_none),
		cmocka_unit_test(old_signing),
		cmocka_unit_test(stripping_matters_where_encryption_is_enforced),
		cmocka_unit_test(validation_matters_on_30),
		cmocka_unit_test(clock_that_is_wrong),
		cmocka_unit_test(nothing_known),
	};
	return RUN_TESTS(tests);
}
