// SPDX-License-Identifier: Apache-2.0
// What it means who is let in, how, and what is enforced then: each finding by its fact and with its
// evidence, milder where signing makes it so, and open where nobody knows.
#include "../test_support.h"

#include <stddef.h>
#include <string.h>

#include "audit/checks/checks.h"

struct bench {
	struct arena arena;
	struct host_facts facts;
	struct audit_report report;
	struct audit_subject *subject;
	struct share_fact share;
};

struct row {
	size_t fact;
	enum answer good;
	const char *id; // when it is the other one
	char grade;
};

#define AT(member) offsetof(struct host_facts, member)

// A server as it should be, with each deviation from it.
static const struct row rows[] = {
	{ AT(ntlm_accepted), ANSWER_YES, NULL, 0 }, // looked at on its own
	{ AT(mech_kerberos), ANSWER_YES, "kerberos_not_offered", 'A' },
	{ AT(kerberos_weak), ANSWER_NO, "kerberos_weak_keys", 'C' },
	{ AT(ntlmv1), ANSWER_NO, "ntlmv1_accepted", 'D' },
	{ AT(lm), ANSWER_NO, "lm_accepted", 'F' },
	{ AT(ntlm_no_mic), ANSWER_NO, "ntlm_mic_not_required", 'B' },
	{ AT(ntlm_wrong_target), ANSWER_NO, "ntlm_target_not_checked", 'B' },
	{ AT(guest), ANSWER_NO, "guest_accepted", 'D' },
	{ AT(logon_delayed), ANSWER_YES, "logon_not_delayed", 'B' },
	{ AT(signing_required), ANSWER_YES, NULL, 0 },
	{ AT(unsigned_accepted), ANSWER_NO, "signing_not_enforced", 'D' },
	{ AT(unsealed_accepted), ANSWER_NO, "encryption_not_required", 'C' },
	{ AT(anonymous), ANSWER_NO, NULL, 0 },
	{ AT(anonymous_ipc), ANSWER_NO, NULL, 0 },
	{ AT(logged_on), ANSWER_YES, NULL, 0 },
};

static struct fact *at(struct bench *b, size_t offset)
{
	return (struct fact *)(void *)((char *)&b->facts + offset);
}

static void answer(struct bench *b, struct fact *f, enum answer a)
{
	fact_set(&b->facts, f, a, "sent", "received");
}

static void bench_init(struct bench *b)
{
	memset(b, 0, sizeof(*b));
	arena_init(&b->arena, NULL, 0);
	b->facts.arena = &b->arena;
	b->facts.dialect_max = SMB2_DIALECT_311;
	b->share.name = "data";
	b->facts.shares = &b->share;
	audit_report_init(&b->report);
	b->subject = report_add_subject(&b->report, "192.0.2.7", 445);
	assert_non_null(b->subject);
}

// With the facts that the test did not set as they should be, but for one that stays unknown.
static void judge_but(struct bench *b, size_t unknown, const char *why)
{
	const struct check_context c = { &b->facts, &b->report, b->subject };
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		if (rows[i].fact == unknown)
			fact_unknown(&b->facts, at(b, unknown), why);
		else
			answer(b, at(b, rows[i].fact), rows[i].good);
	}
	answer(b, &b->share.unencrypted, ANSWER_NO);
	check_authentication(&c);
	check_enforcement(&c);
	subject_conclude(b->subject);
}

static void judge(struct bench *b)
{
	judge_but(b, SIZE_MAX, NULL);
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

// One that has to be there.
static const struct audit_finding *the(const struct bench *b, const char *id)
{
	static struct evidence nothing;
	static const struct audit_finding none = { .evidence = &nothing };
	const struct audit_finding *f = found(b, id);
	assert_non_null(f);
	return f != NULL ? f : &none;
}

static const char *reason(const struct bench *b, const char *id)
{
	for (const struct open_question *q = b->subject->open; q != NULL; q = q->next) {
		if (strcmp(q->check->id, id) == 0)
			return q->reason;
	}
	return "not open";
}

static unsigned count(const struct bench *b)
{
	unsigned n = 0;
	for (const struct audit_finding *f = b->subject->findings; f != NULL; f = f->next)
		n++;
	return n;
}

static enum answer opposite(enum answer a)
{
	return a == ANSWER_YES ? ANSWER_NO : ANSWER_YES;
}

static void ntlm_is_all_there_is_to_say(void **state UNUSED)
{
	struct bench b;
	bench_init(&b);
	judge(&b);
	assert_non_null(found(&b, "ntlm_accepted"));
	assert_int_equal(count(&b), 1);
	assert_null(b.subject->open);
	assert_int_equal(b.subject->grade, 'B');
	bench_done(&b);
}

static void each_deviation_is_its_finding(void **state UNUSED)
{
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct bench b;
		if (rows[i].id == NULL)
			continue;
		bench_init(&b);
		fact_set(&b.facts, at(&b, rows[i].fact), opposite(rows[i].good), "this", "that");
		judge(&b);
		const struct audit_finding *f = the(&b, rows[i].id);
		assert_int_equal(f->grade, rows[i].grade);
		const struct evidence *e = f->evidence;
		while (e->next != NULL)
			e = e->next;
		assert_string_equal(e->sent, "this");
		assert_string_equal(e->received, "that");
		bench_done(&b);
	}
}

static void what_is_unknown_is_open_and_no_finding(void **state UNUSED)
{
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct bench b;
		if (rows[i].id == NULL)
			continue;
		bench_init(&b);
		judge_but(&b, rows[i].fact, "nobody knows");
		assert_null(found(&b, rows[i].id));
		assert_string_equal(reason(&b, rows[i].id), "nobody knows");
		bench_done(&b);
	}
}

static void a_relay_needs_unsigned_requests(void **state UNUSED)
{
	struct bench b;
	bench_init(&b);
	answer(&b, &b.facts.ntlm_no_mic, ANSWER_YES);
	answer(&b, &b.facts.ntlm_wrong_target, ANSWER_YES);
	answer(&b, &b.facts.unsigned_accepted, ANSWER_YES);
	judge(&b);
	assert_int_equal(the(&b, "ntlm_mic_not_required")->grade, 'C');
	assert_int_equal(the(&b, "ntlm_mic_not_required")->severity, AUDIT_HIGH);
	assert_int_equal(the(&b, "ntlm_target_not_checked")->grade, 'C');
	bench_done(&b);
}

static void a_claim_and_what_is_done(void **state UNUSED)
{
	struct bench b;
	bench_init(&b);
	answer(&b, &b.facts.signing_required, ANSWER_NO);
	fact_set(&b.facts, &b.facts.unsigned_accepted, ANSWER_YES, "unsigned", "taken");
	judge(&b);
	assert_int_equal(the(&b, "signing_not_required")->grade, 'C');
	assert_non_null(the(&b, "signing_not_required")->evidence->next); // what it says, and does
	assert_null(found(&b, "signing_not_enforced"));
	bench_done(&b);

	// Not claimed, and yet nothing unsigned passes, as where all is sealed.
	bench_init(&b);
	answer(&b, &b.facts.signing_required, ANSWER_NO);
	judge(&b);
	assert_int_equal(the(&b, "signing_not_required")->grade, 'B');
	bench_done(&b);

	// Not claimed, and nobody could try: the claim is enough.
	bench_init(&b);
	answer(&b, &b.facts.signing_required, ANSWER_NO);
	judge_but(&b, AT(unsigned_accepted), "needs credentials");
	assert_int_equal(the(&b, "signing_not_required")->grade, 'C');
	bench_done(&b);
}

static void a_null_session_that_leads_nowhere(void **state UNUSED)
{
	struct bench b;
	bench_init(&b);
	answer(&b, &b.facts.anonymous, ANSWER_YES);
	judge(&b); // IPC$ was refused
	assert_null(found(&b, "anonymous_session"));
	bench_done(&b);

	bench_init(&b);
	answer(&b, &b.facts.anonymous, ANSWER_YES);
	answer(&b, &b.facts.anonymous_ipc, ANSWER_YES);
	judge(&b);
	assert_int_equal(the(&b, "anonymous_session")->grade, 'C');
	// With an account it is seen that encryption is required of others.
	assert_null(found(&b, "encryption_not_required"));
	bench_done(&b);
}

static void shares_one_by_one(void **state UNUSED)
{
	struct bench b;
	bench_init(&b);
	answer(&b, &b.share.unencrypted, ANSWER_YES);
	judge(&b);
	assert_string_equal(the(&b, "share_encryption_not_enforced")->subject, "data");
	assert_int_equal(the(&b, "share_encryption_not_enforced")->severity, AUDIT_MEDIUM);
	bench_done(&b);

	bench_init(&b);
	answer(&b, &b.share.unencrypted, ANSWER_YES);
	answer(&b, &b.share.encrypt_flag, ANSWER_YES);
	judge(&b);
	assert_int_equal(the(&b, "share_encryption_not_enforced")->severity, AUDIT_HIGH);
	bench_done(&b);
}

static void without_ntlm_none_of_it_is_asked(void **state UNUSED)
{
	struct bench b;
	bench_init(&b);
	const struct check_context c = { &b.facts, &b.report, b.subject };
	answer(&b, &b.facts.ntlm_accepted, ANSWER_NO);
	check_authentication(&c);
	assert_string_equal(reason(&b, "ntlmv1_accepted"), "not open");
	assert_string_equal(reason(&b, "ntlm_mic_not_required"), "not open");
	assert_null(found(&b, "ntlm_accepted"));
	bench_done(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ntlm_is_all_there_is_to_say),
		cmocka_unit_test(each_deviation_is_its_finding),
		cmocka_unit_test(what_is_unknown_is_open_and_no_finding),
		cmocka_unit_test(a_relay_needs_unsigned_requests),
		cmocka_unit_test(a_claim_and_what_is_done),
		cmocka_unit_test(a_null_session_that_leads_nowhere),
		cmocka_unit_test(shares_one_by_one),
		cmocka_unit_test(without_ntlm_none_of_it_is_asked),
	};
	return RUN_TESTS(tests);
}
