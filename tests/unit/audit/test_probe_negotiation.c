// SPDX-License-Identifier: Apache-2.0
// The probes of the negotiation against a server that does what no real one should: weak choices are seen,
// and whatever comes back instead of an answer, the probes end in time with a reason for what is unknown.
#include "../test_support.h"

#include <string.h>

#include "audit/logon_turn.h"
#include "audit/probe_wait.h"
#include "audit/probes/probes.h"
#include "audit/rate.h"
#include "base/filetime.h"
#include "fake_server.h"

enum { INDEX_202, INDEX_210, INDEX_300, INDEX_302, INDEX_311, TIMEOUT_MS = 100, TIME_MS_MAX = 4000 };

struct bench {
	struct fake_server server;
	struct audit_options options;
	struct arena arena;
	struct host_facts facts;
	struct probe probe;
	uint64_t took_ms;
};

static void bench_probe(struct bench *b)
{
	b->options = (struct audit_options){ .timeout_ms = TIMEOUT_MS };
	b->facts = (struct host_facts){ .arena = &b->arena };
	b->probe = (struct probe){ .options = &b->options,
		.facts = &b->facts,
		.loop = client_loop_new(),
		.host = "127.0.0.1",
		.address = "127.0.0.1",
		.port = b->server.port,
		.deadline_ms = monotonic_ms() + 60000,
		.rate = rate_new(0),
		.logons = logon_turn_new() };
	client_loop_set_wait(b->probe.loop, probe_wait, &b->probe);
	uint64_t begun = monotonic_ms();
	probe_dialects(&b->probe);
	probe_smb1(&b->probe);
	probe_contexts(&b->probe);
	probe_system(&b->probe);
	b->took_ms = monotonic_ms() - begun;
	client_loop_free(b->probe.loop);
	rate_free(b->probe.rate);
	logon_turn_free(b->probe.logons);
}

static void bench_run(struct bench *b)
{
	arena_init(&b->arena, NULL, 0);
	fake_server_start(&b->server);
	bench_probe(b);
	fake_server_stop(&b->server);
}

static void bench_done(struct bench *b)
{
	arena_reset(&b->arena);
}

static struct smb2_negotiate_ids ids_range(uint16_t first, uint16_t last)
{
	struct smb2_negotiate_ids ids = { 0 };
	for (uint16_t id = first; id <= last; id++)
		smb2_negotiate_ids_add(&ids, id);
	return ids;
}

static struct fake_policy policy_of_311(void)
{
	return (struct fake_policy){ .dialects = { SMB2_DIALECT_311 },
		.ciphers = ids_range(SMB2_CIPHER_AES_128_CCM, SMB2_CIPHER_AES_256_GCM),
		.signings = ids_range(SMB2_SIGNING_HMAC_SHA256, SMB2_SIGNING_AES_GMAC),
		.guid = { 1, 2, 3 } };
}

static void assert_answer(const struct fact *f, enum answer a)
{
	assert_int_equal(f->answer, a);
	if (a == ANSWER_UNKNOWN)
		assert_non_null(f->reason);
	else
		assert_non_null(f->evidence);
}

static void strict_server(void **state)
{
	(void)state;
	struct bench b = { .server.policy = policy_of_311() };
	bench_run(&b);
	for (unsigned i = 0; i < INDEX_311; i++)
		assert_answer(&b.facts.dialects[i], ANSWER_NO);
	assert_answer(&b.facts.dialects[INDEX_311], ANSWER_YES);
	assert_answer(&b.facts.smb1, ANSWER_NO);
	assert_answer(&b.facts.preauth_integrity, ANSWER_YES);
	assert_answer(&b.facts.signing_required, ANSWER_NO);
	for (unsigned i = 0; i < FACTS_CIPHERS; i++)
		assert_answer(&b.facts.ciphers[i], ANSWER_YES);
	for (unsigned i = 0; i < FACTS_SIGNINGS; i++)
		assert_answer(&b.facts.signings[i], ANSWER_YES);
	for (unsigned i = 1; i < FACTS_COMPRESSIONS; i++)
		assert_answer(&b.facts.compressions[i], ANSWER_NO);
	assert_answer(&b.facts.cipher_order, ANSWER_YES);
	assert_int_equal(b.facts.cipher_preferred, SMB2_CIPHER_AES_128_CCM);
	assert_in_range(b.facts.skew_ms + 1000, 0, 2000);
	assert_string_equal(b.facts.downgrade_noticed.reason, "needs credentials");
	assert_null(b.facts.system);
	bench_done(&b);
}

static void weak_choices_are_seen(void **state)
{
	(void)state;
	struct bench b = { .server.policy = policy_of_311() };
	b.server.policy.no_preauth = true;
	b.server.policy.follows_client = true;
	b.server.policy.smb1 = true;
	b.server.policy.skew_s = -3600;
	b.server.policy.compressions = ids_range(SMB2_COMPRESSION_LZNT1, SMB2_COMPRESSION_LZNT1);
	b.server.policy.signings = ids_range(SMB2_SIGNING_HMAC_SHA256, SMB2_SIGNING_HMAC_SHA256);
	bench_run(&b);
	assert_answer(&b.facts.smb1, ANSWER_YES);
	assert_answer(&b.facts.preauth_integrity, ANSWER_NO);
	assert_answer(&b.facts.cipher_order, ANSWER_NO);
	assert_int_equal(b.facts.cipher_preferred, 0);
	assert_answer(&b.facts.signings[SMB2_SIGNING_HMAC_SHA256], ANSWER_YES);
	assert_answer(&b.facts.signings[SMB2_SIGNING_AES_GMAC], ANSWER_NO);
	assert_answer(&b.facts.compressions[SMB2_COMPRESSION_LZNT1], ANSWER_YES);
	assert_answer(&b.facts.compressions[SMB2_COMPRESSION_LZ4], ANSWER_NO);
	assert_in_range(b.facts.skew_ms + 3601000, 0, 2000);
	bench_done(&b);
}

// Who refuses as a whole what it has only a part of: each algorithm is told apart all the same.
// An answer without its last bytes is one all the same where what is left says enough.
static void smb1_refused_by_ksmbd(void **state)
{
	(void)state;
	struct bench b = { .server.policy = policy_of_311() };
	b.server.policy.smb1_cut = true;
	bench_run(&b);
	assert_answer(&b.facts.smb1, ANSWER_NO);
	assert_non_null(strstr(b.facts.smb1.evidence->received, "WordCount 1"));
	assert_answer(&b.facts.smb1_leads_on, ANSWER_NO);
	bench_done(&b);
}

static void refused_as_a_whole(void **state)
{
	(void)state;
	struct bench b = { .server.policy = policy_of_311() };
	b.server.policy.insists = true;
	b.server.policy.ciphers = ids_range(SMB2_CIPHER_AES_256_GCM, SMB2_CIPHER_AES_256_GCM);
	b.server.policy.signings = ids_range(SMB2_SIGNING_AES_GMAC, SMB2_SIGNING_AES_GMAC);
	bench_run(&b);
	assert_answer(&b.facts.ciphers[0], ANSWER_NO);
	assert_answer(&b.facts.ciphers[2], ANSWER_NO);
	assert_answer(&b.facts.ciphers[3], ANSWER_YES);
	assert_answer(&b.facts.signings[SMB2_SIGNING_AES_CMAC], ANSWER_NO);
	assert_answer(&b.facts.signings[SMB2_SIGNING_AES_GMAC], ANSWER_YES);
	assert_answer(&b.facts.compressions[SMB2_COMPRESSION_LZ77], ANSWER_NO);
	bench_done(&b);
}

// The choice of what was not offered is no acceptance of what was.
static void dialect_that_was_not_offered(void **state)
{
	(void)state;
	struct bench b = { .server.policy = { .dialects = { SMB2_DIALECT_202 }, .any_dialect = true } };
	memset(b.server.policy.guid, 'A', SMB2_GUID_LEN);
	bench_run(&b);
	assert_answer(&b.facts.dialects[INDEX_202], ANSWER_YES);
	for (unsigned i = INDEX_210; i <= INDEX_311; i++)
		assert_answer(&b.facts.dialects[i], ANSWER_NO);
	assert_int_equal(b.facts.dialect_max, SMB2_DIALECT_202);
	for (unsigned i = 0; i < FACTS_CIPHERS; i++)
		assert_answer(&b.facts.ciphers[i], ANSWER_NO);
	assert_string_equal(b.facts.system, "impacket");
	bench_done(&b);
}

static void name_for_a_guid_is_samba(void **state)
{
	(void)state;
	struct bench b = { .server.policy = policy_of_311() };
	memcpy(b.server.policy.guid, "fileserver\0\0\0\0\0", SMB2_GUID_LEN);
	bench_run(&b);
	assert_string_equal(b.facts.system, "Samba");
	assert_true(b.facts.platform_known);
	assert_int_equal(b.facts.platform, PLATFORM_SAMBA);
	bench_done(&b);
}

static void assert_all_have_reasons(const struct bench *b)
{
	const struct host_facts *f = &b->facts;
	for (unsigned i = 0; i < FACTS_DIALECTS; i++)
		assert_answer(&f->dialects[i], f->dialects[i].answer);
	for (unsigned i = 0; i < FACTS_CIPHERS; i++)
		assert_answer(&f->ciphers[i], f->ciphers[i].answer);
	for (unsigned i = 0; i < FACTS_SIGNINGS; i++)
		assert_answer(&f->signings[i], f->signings[i].answer);
	for (unsigned i = 1; i < FACTS_COMPRESSIONS; i++)
		assert_answer(&f->compressions[i], f->compressions[i].answer);
	assert_answer(&f->smb1, f->smb1.answer);
	assert_answer(&f->preauth_integrity, f->preauth_integrity.answer);
	assert_answer(&f->cipher_order, f->cipher_order.answer);
	assert_answer(&f->signing_required, f->signing_required.answer);
}

// Nothing is believed of who never answers: at most that it refuses SMB1, by ending the connection.
static void nonsense_ends_in_time_without_a_fact(void **state)
{
	(void)state;
	for (enum fake_manner m = FAKE_SILENT; m < FAKE_CUT; m++) {
		struct bench b = { .server.policy = policy_of_311(), .server.manner = m };
		// Where there is a header, it is one of success.
		b.server.policy.any_dialect = b.server.policy.no_preauth = true;
		bench_run(&b);
		assert_in_range(b.took_ms, 0, TIME_MS_MAX);
		assert_all_have_reasons(&b);
		for (unsigned i = 0; i < FACTS_DIALECTS; i++)
			assert_int_equal(b.facts.dialects[i].answer, ANSWER_UNKNOWN);
		assert_int_not_equal(b.facts.smb1.answer, ANSWER_YES);
		assert_int_equal(b.facts.preauth_integrity.answer, ANSWER_UNKNOWN);
		assert_int_equal(b.facts.dialect_max, 0);
		assert_null(b.facts.system);
		bench_done(&b);
	}
}

// An answer cut short at any place, or with any byte of it changed, does no harm.
static void damaged_answers_do_no_harm(void **state)
{
	(void)state;
	enum { RUNS = 24 };
	for (enum fake_manner m = FAKE_CUT; m <= FAKE_BENT; m++) {
		struct bench b = { .server.policy = policy_of_311(), .server.manner = m };
		arena_init(&b.arena, NULL, 0);
		b.server.policy.smb1 = true;
		fake_server_start(&b.server);
		for (unsigned i = 0; i < RUNS; i++) {
			bench_probe(&b);
			assert_all_have_reasons(&b);
		}
		fake_server_stop(&b.server);
		assert_in_range(b.server.connections, RUNS * 7, RUNS * 40);
		bench_done(&b);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(strict_server),
		cmocka_unit_test(weak_choices_are_seen),
		cmocka_unit_test(smb1_refused_by_ksmbd),
		cmocka_unit_test(refused_as_a_whole),
		cmocka_unit_test(dialect_that_was_not_offered),
		cmocka_unit_test(name_for_a_guid_is_samba),
		cmocka_unit_test(nonsense_ends_in_time_without_a_fact),
		cmocka_unit_test(damaged_answers_do_no_harm),
	};
	return RUN_TESTS(tests);
}
