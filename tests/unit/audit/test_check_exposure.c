// SPDX-License-Identifier: Apache-2.0
// What exposure means: who may list, who gets into shares and pipes, what is told, and whether the host can
// be relayed to. Each finding is raised by what proves it and not by its opposite.
#include "../test_support.h"

#include <stdlib.h>
#include <string.h>

#include "audit/checks/checks.h"

#define STYPE_SPECIAL 0x80000000u

struct bench {
	struct arena arena;
	struct host_facts facts;
	struct audit_report report;
	struct audit_subject *subject;
	struct share_fact share;
	struct pipe_fact pipe;
};

static void answer(struct bench *b, struct fact *f, enum answer a)
{
	fact_set(&b->facts, f, a, "asked", "answered");
}

static void bench_init(struct bench *b)
{
	memset(b, 0, sizeof(*b));
	arena_init(&b->arena, NULL, 0);
	b->facts.arena = &b->arena;
	b->facts.security_mode = 1;
	b->facts.system = "Windows";
	b->share.name = "data";
	b->pipe.name = "spoolss";
	b->pipe.interface = "MS-RPRN";
	b->facts.shares = &b->share;
	b->facts.pipes = &b->pipe;
	audit_report_init(&b->report);
	b->subject = report_add_subject(&b->report, "192.0.2.7", 445);
	assert_non_null(b->subject);
}

static void judge(struct bench *b)
{
	const struct check_context c = { &b->facts, &b->report, b->subject };
	check_relay(&c);
	check_exposure(&c);
	check_shares(&c);
	check_information(&c);
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

// As above, and it must be there.
static const struct audit_finding *find(const struct bench *b, const char *id)
{
	const struct audit_finding *f = found(b, id);
	if (f == NULL) {
		print_error("no %s\n", id);
		abort();
	}
	return f;
}

static bool is_open(const struct bench *b, const char *id)
{
	for (const struct open_question *q = b->subject->open; q != NULL; q = q->next) {
		if (strcmp(q->check->id, id) == 0)
			return true;
	}
	return false;
}

static void expect(const struct bench *b, const char *id, enum audit_severity severity, char grade)
{
	const struct audit_finding *f = find(b, id);
	assert_int_equal(f->severity, severity);
	assert_int_equal(f->grade, grade);
}

// --- relay ------------------------------------------------------------------------------------------------

struct relay_case {
	enum answer ntlm, required, unsigned_taken, unsealed_taken, target, no_mic;
	bool only_311;
	char grade; // 0: no finding
	bool open;
};

static void relay_case_set(struct bench *b, const struct relay_case *k)
{
	answer(b, &b->facts.ntlm_accepted, k->ntlm);
	answer(b, &b->facts.signing_required, k->required);
	answer(b, &b->facts.unsigned_accepted, k->unsigned_taken);
	answer(b, &b->facts.unsealed_accepted, k->unsealed_taken);
	answer(b, &b->facts.ntlm_wrong_target, k->target);
	answer(b, &b->facts.ntlm_no_mic, k->no_mic);
	for (size_t i = 0; k->only_311 && i < FACTS_DIALECTS; i++)
		answer(b, &b->facts.dialects[i],
			facts_dialects[i] == SMB2_DIALECT_311 ? ANSWER_YES : ANSWER_NO);
	if (k->only_311)
		answer(b, &b->facts.smb1, ANSWER_NO);
}

#define NO ANSWER_NO
#define YES ANSWER_YES

static const struct relay_case relay_cases[] = {
	// With an account: by what was seen.
	{ .ntlm = YES, .required = YES, .unsigned_taken = NO },
	{ .ntlm = YES, .required = NO, .unsigned_taken = YES, .unsealed_taken = NO },
	{ .ntlm = YES, .required = NO, .unsigned_taken = YES, .unsealed_taken = YES, .grade = 'C' },
	{ .ntlm = YES, .required = YES, .unsigned_taken = YES, .grade = 'C' }, // it claims and does not
	{ .ntlm = YES, .unsigned_taken = YES, .target = NO, .no_mic = NO, .grade = 'B' },
	{ .ntlm = YES, .unsigned_taken = YES, .target = NO, .no_mic = YES, .grade = 'C' },
	{ .ntlm = YES, .unsigned_taken = YES, .target = NO, .grade = 'C' },
	// Without: by what it says of itself.
	{ .ntlm = YES, .required = NO, .grade = 'C' },
	{ .ntlm = YES, .required = NO, .only_311 = true, .open = true },
	{ .ntlm = YES, .required = YES, .open = true },
	{ .ntlm = YES, .open = true },
	{ .required = NO, .open = true },
	// Tickets are for one host.
	{ .ntlm = NO, .required = NO },
	{ .ntlm = NO, .required = NO, .unsigned_taken = YES, .grade = 'B' },
	{ .ntlm = NO, .required = YES, .unsigned_taken = NO },
};

static void test_relay(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(relay_cases); i++) {
		struct bench b;
		bench_init(&b);
		relay_case_set(&b, &relay_cases[i]);
		judge(&b);
		const struct audit_finding *f = found(&b, "relay_target");
		assert_int_equal(f != NULL ? f->grade : 0, relay_cases[i].grade);
		assert_int_equal(is_open(&b, "relay_target"), relay_cases[i].open);
		bench_done(&b);
	}
}

static void test_relay_severity(void **state)
{
	(void)state;
	struct bench b;
	bench_init(&b);
	relay_case_set(&b, &(struct relay_case){ .ntlm = YES, .required = NO, .unsigned_taken = YES });
	judge(&b);
	expect(&b, "relay_target", AUDIT_HIGH, 'C');
	bench_done(&b);
	bench_init(&b); // a claim is less than what was seen, and says so
	relay_case_set(&b, &(struct relay_case){ .ntlm = YES, .required = NO });
	judge(&b);
	expect(&b, "relay_target", AUDIT_MEDIUM, 'C');
	assert_non_null(strstr(find(&b, "relay_target")->summary, "Not proven"));
	bench_done(&b);
	bench_init(&b); // nothing is ever signed
	b.facts.security_mode = 0;
	relay_case_set(&b, &(struct relay_case){ .ntlm = YES, .required = NO, .unsigned_taken = YES });
	judge(&b);
	expect(&b, "relay_target", AUDIT_HIGH, 'D');
	bench_done(&b);
}

// --- shares -----------------------------------------------------------------------------------------------

static void test_shares_without_account(void **state)
{
	(void)state;
	struct bench b;
	bench_init(&b);
	answer(&b, &b.share.anonymous, ANSWER_YES);
	answer(&b, &b.share.anonymous_writes, ANSWER_NO);
	answer(&b, &b.share.guest, ANSWER_YES);
	answer(&b, &b.share.guest_writes, ANSWER_YES);
	judge(&b);
	expect(&b, "share_anonymous", AUDIT_HIGH, 'D');
	expect(&b, "share_guest", AUDIT_CRITICAL, 'F');
	assert_string_equal(find(&b, "share_guest")->subject, "data");
	bench_done(&b);
	bench_init(&b);
	answer(&b, &b.share.anonymous, ANSWER_NO);
	answer(&b, &b.share.guest, ANSWER_NO);
	judge(&b);
	assert_null(found(&b, "share_anonymous"));
	assert_null(found(&b, "share_guest"));
	bench_done(&b);
}

// What is told decides how much is said.
static void test_shares_for_everyone(void **state)
{
	(void)state;
	static const struct {
		const char *system;
		bool told;
		enum answer writes;
		const char *id;
		enum audit_severity severity;
		char grade;
	} cases[] = {
		{ "Windows", true, ANSWER_YES, "share_writable_by_everyone", AUDIT_HIGH, 'D' },
		{ "Windows", true, ANSWER_NO, "share_open_to_everyone", AUDIT_MEDIUM, 'C' },
		{ "Windows", false, ANSWER_YES, "share_writable_by_everyone", AUDIT_MEDIUM, 'C' },
		{ "Samba", true, ANSWER_NO, "share_open_to_everyone", AUDIT_LOW, 'B' },
		{ NULL, true, ANSWER_YES, "share_writable_by_everyone", AUDIT_MEDIUM, 'C' },
	};
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct bench b;
		bench_init(&b);
		b.facts.system = cases[i].system;
		b.share.descriptor_told = cases[i].told;
		answer(&b, &b.share.everyone, ANSWER_YES);
		answer(&b, &b.share.everyone_writes, cases[i].writes);
		judge(&b);
		expect(&b, cases[i].id, cases[i].severity, cases[i].grade);
		assert_int_equal(found(&b, "share_open_to_everyone") != NULL, cases[i].writes == ANSWER_NO);
		bench_done(&b);
	}
}

static void test_shares_of_administrators(void **state)
{
	(void)state;
	struct bench b;
	bench_init(&b);
	b.share.name = "C$";
	b.share.type = STYPE_SPECIAL;
	answer(&b, &b.share.writes, ANSWER_YES);
	answer(&b, &b.share.everyone, ANSWER_YES);
	judge(&b);
	expect(&b, "admin_share_writable", AUDIT_INFO, 'A');
	assert_null(found(&b, "share_open_to_everyone"));
	bench_done(&b);
}

static void test_shares_not_known(void **state)
{
	(void)state;
	struct bench b;
	bench_init(&b);
	b.facts.shares = NULL;
	fact_unknown(&b.facts, &b.facts.lists_shares, "the connection was closed");
	judge(&b);
	assert_true(is_open(&b, "share_open_to_everyone"));
	assert_true(is_open(&b, "share_anonymous"));
	bench_done(&b);
	bench_init(&b); // no null session gets as far as that
	b.facts.shares = NULL;
	answer(&b, &b.facts.anonymous, ANSWER_NO);
	judge(&b);
	assert_false(is_open(&b, "share_anonymous"));
	bench_done(&b);
}

// --- pipes, lists, interfaces -----------------------------------------------------------------------------

static void test_coercion(void **state)
{
	(void)state;
	struct bench b;
	bench_init(&b);
	b.pipe.coercion = true;
	answer(&b, &b.pipe.anonymous, ANSWER_YES);
	judge(&b);
	expect(&b, "coercion_interface", AUDIT_HIGH, 'D');
	expect(&b, "pipe_anonymous", AUDIT_MEDIUM, 'C');
	bench_done(&b);
	bench_init(&b); // with an account alone
	b.pipe.coercion = true;
	answer(&b, &b.pipe.anonymous, ANSWER_NO);
	answer(&b, &b.pipe.authenticated, ANSWER_YES);
	judge(&b);
	expect(&b, "coercion_interface", AUDIT_MEDIUM, 'C');
	assert_null(found(&b, "pipe_anonymous"));
	bench_done(&b);
	bench_init(&b); // Samba follows as nobody, and has no more of DFS than its name
	b.facts.system = "Samba";
	b.pipe.coercion = true;
	answer(&b, &b.pipe.anonymous, ANSWER_YES);
	judge(&b);
	expect(&b, "coercion_interface", AUDIT_INFO, 'A');
	bench_done(&b);
	bench_init(&b);
	b.facts.system = "Samba";
	b.pipe.interface = "MS-DFSNM";
	b.pipe.coercion = true;
	answer(&b, &b.pipe.anonymous, ANSWER_YES);
	judge(&b);
	assert_null(found(&b, "coercion_interface"));
	bench_done(&b);
}

static void test_lists(void **state)
{
	(void)state;
	struct bench b;
	bench_init(&b);
	answer(&b, &b.facts.anonymous_lists_shares, ANSWER_YES);
	answer(&b, &b.facts.anonymous_lists_users, ANSWER_YES);
	answer(&b, &b.facts.netbios_session, ANSWER_YES);
	answer(&b, &b.facts.interfaces_told_anonymous, ANSWER_YES);
	judge(&b);
	expect(&b, "anonymous_lists_shares", AUDIT_HIGH, 'D');
	expect(&b, "anonymous_lists_users", AUDIT_HIGH, 'D');
	expect(&b, "netbios_session_open", AUDIT_LOW, 'B');
	expect(&b, "interfaces_disclosed", AUDIT_LOW, 'B');
	bench_done(&b);
	bench_init(&b);
	answer(&b, &b.facts.anonymous_lists_shares, ANSWER_NO);
	fact_unknown(&b.facts, &b.facts.anonymous_lists_users, "the answer cannot be read");
	answer(&b, &b.facts.interfaces_told_anonymous, ANSWER_NO);
	answer(&b, &b.facts.interfaces_told, ANSWER_YES);
	judge(&b);
	assert_null(found(&b, "anonymous_lists_shares"));
	assert_true(is_open(&b, "anonymous_lists_users"));
	expect(&b, "interfaces_disclosed", AUDIT_INFO, 'A');
	bench_done(&b);
}

static void test_information(void **state)
{
	(void)state;
	struct bench b;
	bench_init(&b);
	judge(&b);
	assert_null(found(&b, "information_disclosed"));
	bench_done(&b);
	bench_init(&b);
	b.facts.dns_name = "fs.example.net";
	b.facts.os_version = "10.0.20348";
	b.facts.system_time = 133500000000000000u;
	judge(&b);
	expect(&b, "information_disclosed", AUDIT_INFO, 'A');
	const struct evidence *e = find(&b, "information_disclosed")->evidence;
	assert_string_equal(e->received, "DNS name fs.example.net");
	assert_string_equal(e->next->received, "version 10.0.20348");
	assert_string_equal(e->next->next->received, "SystemTime 1705526400 (Unix time)");
	bench_done(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_relay),
		cmocka_unit_test(test_relay_severity),
		cmocka_unit_test(test_shares_without_account),
		cmocka_unit_test(test_shares_for_everyone),
		cmocka_unit_test(test_shares_of_administrators),
		cmocka_unit_test(test_shares_not_known),
		cmocka_unit_test(test_coercion),
		cmocka_unit_test(test_lists),
		cmocka_unit_test(test_information),
	};
	return RUN_TESTS(tests);
}
