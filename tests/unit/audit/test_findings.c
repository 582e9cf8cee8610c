// SPDX-License-Identifier: Apache-2.0
// Findings: once each, worst first, and the grade they leave; facts keep their first answer.
#include "../test_support.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "audit/facts.h"
#include "audit/findings.h"
#include "audit/probe.h"

struct fixture {
	struct audit_report report;
	struct audit_subject *subject;
};

static void begin(struct fixture *f)
{
	audit_report_init(&f->report);
	f->subject = report_add_subject(&f->report, "192.0.2.7", 445);
	assert_non_null(f->subject);
}

static struct audit_finding *add(struct fixture *f, const char *id, const char *subject)
{
	struct audit_finding *one = report_add_finding(&f->report, f->subject, id, subject);

	assert_non_null(one);
	assert_true(finding_add_evidence(&f->report, one, "sent", "received"));
	return one;
}

static void catalogue_is_whole(void **state UNUSED)
{
	assert_true(audit_check_count > 50);
	for (size_t i = 0; i < audit_check_count; i++) {
		const struct check *c = &audit_checks[i];

		assert_ptr_equal(check_find(c->id), c); // so no id is there twice
		for (const char *letter = c->id; *letter; letter++)
			assert_true(islower((unsigned char)*letter) || isdigit((unsigned char)*letter) ||
				    *letter == '_');
		assert_non_null(c->title);
		assert_true(strlen(c->title) <= 72);
		assert_non_null(c->why);
		assert_true(c->why[strlen(c->why) - 1] == '.');
		assert_true(c->grade >= 'A' && c->grade <= 'F');
		assert_true(c->how != 0);
		// What is worth knowing alone leaves an A, and nothing else does.
		assert_int_equal(c->severity == AUDIT_INFO, c->grade == 'A');
		for (size_t r = 0; r < CHECK_REFERENCES_MAX && c->references[r].source; r++)
			assert_non_null(c->references[r].id);
	}
	assert_null(check_find("no_such_check"));
}

static void names_are_the_contract(void **state UNUSED)
{
	assert_string_equal(audit_severity_name(AUDIT_INFO), "info");
	assert_string_equal(audit_severity_name(AUDIT_CRITICAL), "critical");
	assert_string_equal(platform_name(PLATFORM_SAMBA), "samba");
	assert_string_equal(platform_name(PLATFORM_WINDOWS_POWERSHELL), "windows-powershell");
	assert_string_equal(platform_name(PLATFORM_WINDOWS_REGISTRY), "windows-registry");
}

static void same_finding_is_one(void **state UNUSED)
{
	struct fixture f;
	struct audit_finding *first, *again;

	begin(&f);
	first = add(&f, "share_guest", "a");
	again = report_add_finding(&f.report, f.subject, "share_guest", "a");
	assert_ptr_equal(first, again);
	assert_true(finding_add_evidence(&f.report, again, "sent", "other"));
	assert_true(finding_add_evidence(&f.report, again, "sent", "received")); // has that already
	assert_string_equal(first->evidence->received, "received");
	assert_string_equal(first->evidence->next->received, "other");
	assert_null(first->evidence->next->next);
	assert_ptr_not_equal(add(&f, "share_guest", "b"), first);
	assert_ptr_not_equal(add(&f, "share_guest", NULL), first);
	assert_ptr_not_equal(add(&f, "share_guest", ""), add(&f, "share_guest", NULL));
	assert_ptr_not_equal(add(&f, "share_anonymous", "a"), first);
	assert_null(report_add_finding(&f.report, f.subject, "no_such_check", NULL));
	audit_report_done(&f.report);
}

// Quadratic work would take minutes here.
static void a_hundred_thousand_shares(void **state UNUSED)
{
	struct fixture f;
	char name[16];
	size_t count = 0;

	begin(&f);
	for (unsigned round = 0; round < 2; round++) {
		for (unsigned i = 0; i < 100000; i++) {
			(void)snprintf(name, sizeof(name), "share%u", i);
			assert_non_null(report_add_finding(&f.report, f.subject, "share_guest", name));
		}
	}
	subject_conclude(f.subject);
	for (const struct audit_finding *one = f.subject->findings; one; one = one->next, count++)
		assert_true(!one->next || strcmp(one->subject, one->next->subject) < 0);
	assert_int_equal(count, 100000);
	audit_report_done(&f.report);
}

static void evidence_is_bounded(void **state UNUSED)
{
	struct fixture f;
	struct audit_finding *one;
	char text[16];
	unsigned count = 0;

	begin(&f);
	one = add(&f, "smb1_accepted", NULL);
	for (unsigned i = 0; i < 1000; i++) {
		(void)snprintf(text, sizeof(text), "%u", i);
		assert_true(finding_add_evidence(&f.report, one, text, text));
	}
	for (const struct evidence *e = one->evidence; e; e = e->next)
		count++;
	assert_in_range(count, 8, 64);
	audit_report_done(&f.report);
}

static void worst_is_first(void **state UNUSED)
{
	static const char *const wanted[] = { "lm_accepted", "guest_accepted", "share_guest a",
		"share_guest b", "smb1_accepted", "signing_not_required", "encryption_not_required",
		"ntlm_accepted", "compression_offered" };
	struct fixture f;
	char text[64];
	size_t i = 0;

	begin(&f);
	add(&f, "compression_offered", NULL);
	add(&f, "share_guest", "b");
	add(&f, "signing_not_required", NULL);
	add(&f, "ntlm_accepted", NULL);
	add(&f, "smb1_accepted", NULL);
	add(&f, "lm_accepted", NULL);
	add(&f, "share_guest", "a");
	add(&f, "encryption_not_required", NULL);
	add(&f, "guest_accepted", NULL);
	subject_conclude(f.subject);
	for (const struct audit_finding *one = f.subject->findings; one; one = one->next, i++) {
		assert_true(i < ARRAY_LEN(wanted));
		(void)snprintf(
			text, sizeof(text), one->subject ? "%s %s" : "%s", one->check->id, one->subject);
		assert_string_equal(text, wanted[i]);
	}
	assert_int_equal(i, ARRAY_LEN(wanted));
	assert_int_equal(f.subject->grade, 'F');
	audit_report_done(&f.report);
}

static void grade_is_the_worst_that_counts(void **state UNUSED)
{
	struct fixture f;
	struct audit_finding *one;

	begin(&f);
	subject_conclude(f.subject);
	assert_int_equal(f.subject->grade, 'A');
	add(&f, "compression_offered", NULL);
	subject_conclude(f.subject);
	assert_int_equal(f.subject->grade, 'A');
	add(&f, "ntlm_accepted", NULL);
	subject_conclude(f.subject);
	assert_int_equal(f.subject->grade, 'B');
	one = add(&f, "guest_accepted", NULL);
	one->known = true; // counts all the same
	subject_conclude(f.subject);
	assert_int_equal(f.subject->grade, 'D');
	one->waiver = "until the scanners are gone";
	subject_conclude(f.subject);
	assert_int_equal(f.subject->grade, 'B');
	one->waiver = NULL;
	one->grade = 'C'; // a milder case
	subject_conclude(f.subject);
	assert_int_equal(f.subject->grade, 'C');
	f.subject->outcome = AUDIT_PARTIAL;
	subject_conclude(f.subject);
	assert_int_equal(f.subject->grade, 'C');
	f.subject->outcome = AUDIT_UNREACHABLE;
	subject_conclude(f.subject);
	assert_int_equal(f.subject->grade, '?');
	audit_report_done(&f.report);
}

static void limits_of_grades(void **state UNUSED)
{
	assert_true(grade_is_or_worse('D', 'D'));
	assert_true(grade_is_or_worse('F', 'D'));
	assert_false(grade_is_or_worse('C', 'D'));
	assert_true(grade_is_or_worse('A', 'A'));
	assert_false(grade_is_or_worse('?', 'A'));
}

static void open_questions_are_one_a_check(void **state UNUSED)
{
	struct fixture f;

	begin(&f);
	report_add_open(&f.report, f.subject, "lm_accepted", "needs credentials");
	report_add_open(&f.report, f.subject, "lm_accepted", "something later");
	report_add_open(&f.report, f.subject, "no_such_check", "x");
	assert_string_equal(f.subject->open->reason, "needs credentials");
	assert_null(f.subject->open->next);
	audit_report_done(&f.report);
}

static void facts_keep_their_first_answer(void **state UNUSED)
{
	struct arena arena;
	struct host_facts h = { .arena = &arena };
	char sent[] = "NEGOTIATE";

	arena_init(&arena, NULL, 0);
	fact_set(&h, &h.smb1, ANSWER_UNKNOWN, "x", "y");
	assert_int_equal(h.smb1.answer, ANSWER_UNKNOWN);
	fact_unknown(&h, &h.smb1, "the server closed the connection");
	fact_unknown(&h, &h.smb1, "another reason");
	assert_string_equal(h.smb1.reason, "the server closed the connection");
	fact_set(&h, &h.smb1, ANSWER_NO, sent, "closed");
	sent[0] = 'X'; // it has a copy
	fact_set(&h, &h.smb1, ANSWER_YES, "again", "other");
	assert_true(fact_is(&h.smb1, ANSWER_NO));
	assert_string_equal(h.smb1.evidence->sent, "NEGOTIATE");
	assert_null(h.smb1.reason);
	fact_unknown(&h, &h.smb1, "too late");
	assert_true(fact_is(&h.smb1, ANSWER_NO));
	arena_reset(&arena);
}

static void checks_take_the_facts_evidence(void **state UNUSED)
{
	struct fixture f;
	struct host_facts h;
	struct check_context c;
	struct audit_finding *one;

	begin(&f);
	h = (struct host_facts){ .arena = &f.report.arena };
	c = (struct check_context){ .facts = &h, .report = &f.report, .subject = f.subject };
	fact_set(&h, &h.smb1, ANSWER_YES, "NEGOTIATE", "NT LM 0.12");
	one = check_report(&c, "smb1_accepted", NULL, &h.smb1);
	assert_string_equal(one->evidence->received, "NT LM 0.12");
	fact_unknown(&h, &h.lm, "needs credentials");
	check_leave_open(&c, "lm_accepted", &h.lm);
	check_leave_open(&c, "clock_skew", &h.smb1);
	check_leave_open(&c, "ntlmv1_accepted", &h.ntlmv1);
	assert_string_equal(f.subject->open->reason, "needs credentials");
	assert_string_equal(f.subject->open->next->reason, "not asked");
	assert_string_equal(f.subject->open->next->next->reason, "needs credentials");
	audit_report_done(&f.report);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(catalogue_is_whole),
		cmocka_unit_test(names_are_the_contract),
		cmocka_unit_test(same_finding_is_one),
		cmocka_unit_test(a_hundred_thousand_shares),
		cmocka_unit_test(evidence_is_bounded),
		cmocka_unit_test(worst_is_first),
		cmocka_unit_test(grade_is_the_worst_that_counts),
		cmocka_unit_test(limits_of_grades),
		cmocka_unit_test(open_questions_are_one_a_check),
		cmocka_unit_test(facts_keep_their_first_answer),
		cmocka_unit_test(checks_take_the_facts_evidence),
	};
	return RUN_TESTS(tests);
}
