// SPDX-License-Identifier: Apache-2.0
// An altered negotiation, with an account: who notices it and who does not are told apart.
#include "../test_support.h"

#include <string.h>

#include "../auth/exchange_fixture.h"
#include "audit/logon_turn.h"
#include "audit/probe_wait.h"
#include "audit/probes/probes.h"
#include "audit/rate.h"
#include "base/filetime.h"
#include "careless_server.h"

enum { INDEX_300 = 2, INDEX_302 = 3, INDEX_311 = 4, TIMEOUT_MS = 5000 };

struct bench {
	struct careless_server server;
	struct audit_options options;
	struct arena arena;
	struct host_facts facts;
};

static struct bench bench_of(struct fixture *f, uint16_t first, uint16_t second)
{
	struct bench b = { .server = { .policy = { .dialects = { first, second }, .guid = { 1, 2, 3 } },
				   .auth = &f->config } };
	f->config.policy.check_target_name = false; // the probe calls it by its address
	smb2_negotiate_ids_add(&b.server.policy.signings, SMB2_SIGNING_AES_CMAC);
	b.options = (struct audit_options){ .timeout_ms = TIMEOUT_MS,
		.login = { .user = "alice", .password = "Passw0rd-alice" } };
	return b;
}

static void bench_run(struct bench *b, bool login)
{
	arena_init(&b->arena, NULL, 0);
	b->facts = (struct host_facts){ .arena = &b->arena };
	careless_server_start(&b->server);
	struct probe p = { .options = &b->options,
		.facts = &b->facts,
		.loop = client_loop_new(),
		.host = "127.0.0.1",
		.address = "127.0.0.1",
		.port = b->server.port,
		.deadline_ms = monotonic_ms() + 60000,
		.rate = rate_new(0),
		.logons = logon_turn_new() };
	client_loop_set_wait(p.loop, probe_wait, &p);
	if (!login)
		b->options.login = (struct audit_login){ 0 };
	probe_dialects(&p);
	probe_downgrade(&p);
	probe_validate(&p);
	client_loop_free(p.loop);
	rate_free(p.rate);
	logon_turn_free(p.logons);
	careless_server_stop(&b->server);
}

static void noticed_case(struct fixture *f, bool careless, bool closes, enum answer expected)
{
	struct bench b = bench_of(f, SMB2_DIALECT_311, 0);
	b.server.takes_any_signature = careless;
	b.server.closes_instead = closes;
	bench_run(&b, true);
	assert_int_equal(b.facts.dialects[INDEX_311].answer, ANSWER_YES);
	assert_int_equal(b.facts.logged_on.answer, ANSWER_YES);
	assert_int_equal(b.facts.downgrade_noticed.answer, expected);
	assert_non_null(b.facts.downgrade_noticed.evidence);
	arena_reset(&b.arena);
}

static void altered_negotiation_of_311(void **state)
{
	noticed_case(*state, false, false, ANSWER_YES);
	noticed_case(*state, false, true, ANSWER_YES);
	noticed_case(*state, true, false, ANSWER_NO);
}

static void stripped_case(struct fixture *f, bool needs_cipher, bool closes, enum answer expected)
{
	struct bench b = bench_of(f, SMB2_DIALECT_311, 0);
	b.server.needs_cipher = needs_cipher;
	b.server.closes_instead = closes;
	bench_run(&b, true);
	assert_int_equal(b.facts.encryption_stripped.answer, expected);
	assert_int_equal(b.facts.downgrade_noticed.answer, ANSWER_YES);
	arena_reset(&b.arena);
}

static void stripped_ciphers(void **state)
{
	stripped_case(*state, false, false, ANSWER_YES);
	stripped_case(*state, true, false, ANSWER_NO);
	stripped_case(*state, true, true, ANSWER_NO);
}

static void validation_case(
	struct fixture *f, enum validation v, uint16_t second, enum answer negotiate, enum answer answered)
{
	struct bench b = bench_of(f, second, SMB2_DIALECT_300);
	b.server.validation = v;
	bench_run(&b, true);
	assert_int_equal(b.facts.dialects[INDEX_300].answer, ANSWER_YES);
	assert_int_equal(b.facts.validate_negotiate.answer, negotiate);
	assert_int_equal(b.facts.validate_answered.answer, answered);
	arena_reset(&b.arena);
}

// With a better dialect to be kept from, and where 3.0 is all there is.
static void validation_of_30(void **state)
{
	for (unsigned i = 0; i < 2; i++) {
		uint16_t second = i == 0 ? SMB2_DIALECT_302 : SMB2_DIALECT_300;
		validation_case(*state, VALIDATION_ENDS, second, ANSWER_YES, ANSWER_YES);
		validation_case(*state, VALIDATION_REFUSES, second, ANSWER_YES, ANSWER_YES);
		validation_case(*state, VALIDATION_IGNORES, second, ANSWER_NO, ANSWER_YES);
		validation_case(*state, VALIDATION_LIES, second, ANSWER_NO, ANSWER_NO);
	}
}

static void without_account_it_stays_open(void **state)
{
	struct bench b = bench_of(*state, SMB2_DIALECT_311, SMB2_DIALECT_300);
	bench_run(&b, false);
	assert_int_equal(b.facts.downgrade_noticed.answer, ANSWER_UNKNOWN);
	assert_string_equal(b.facts.downgrade_noticed.reason, "needs credentials");
	assert_int_equal(b.facts.validate_negotiate.answer, ANSWER_UNKNOWN);
	assert_string_equal(b.facts.validate_negotiate.reason, "needs credentials");
	arena_reset(&b.arena);
}

// A refused account is not tried again.
static void wrong_password_is_tried_once(void **state)
{
	struct bench b = bench_of(*state, SMB2_DIALECT_311, SMB2_DIALECT_300);
	b.options.login.password = "wrong";
	bench_run(&b, true);
	assert_int_equal(b.facts.logged_on.answer, ANSWER_NO);
	assert_int_equal(b.facts.downgrade_noticed.answer, ANSWER_UNKNOWN);
	assert_int_equal(b.facts.validate_negotiate.answer, ANSWER_UNKNOWN);
	arena_reset(&b.arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		EXCHANGE_TEST(altered_negotiation_of_311),
		EXCHANGE_TEST(stripped_ciphers),
		EXCHANGE_TEST(validation_of_30),
		EXCHANGE_TEST(without_account_it_stays_open),
		EXCHANGE_TEST(wrong_password_is_tried_once),
	};
	return RUN_TESTS(tests);
}
