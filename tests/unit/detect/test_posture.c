// SPDX-License-Identifier: Apache-2.0
// What a session is like, judged by itself.
#include <stdio.h>
#include <string.h>

#include "detect_fixture.h"

#define CLIENT "10.0.0.21"
#define SERVER "10.0.0.10"

static void session(struct scene *s, uint16_t dialect, enum event_yes is_signed, enum event_yes sealed)
{
	scene_init(s, EVENT_SESSION, CLIENT, SERVER, 1);
	s->verdict.dialect = dialect;
	s->verdict.signed_ = is_signed;
	s->verdict.sealed = sealed;
	s->verdict.requests_unsigned = is_signed == EVENT_NO ? 5 : 0;
	s->verdict.requests_signed = is_signed == EVENT_YES && sealed != EVENT_YES ? 5 : 0;
	s->verdict.requests_sealed = sealed == EVENT_YES ? 5 : 0;
}

static void signed_and_sealed_sessions_are_nothing(void **state)
{
	struct fixture *x = *state;
	struct scene s;
	session(&s, 0x0311, EVENT_YES, EVENT_NO);
	scene_feed(x, &s, 1);
	session(&s, 0x0311, EVENT_YES, EVENT_YES);
	scene_feed(x, &s, 2);
	session(&s, 0x0311, EVENT_UNKNOWN, EVENT_UNKNOWN); // nothing ordinary was seen
	scene_feed(x, &s, 3);
	fixture_finish(x);
	assert_int_equal(x->count, 0);
}

static void unsigned_is_worse_where_a_log_on_can_be_relayed(void **state)
{
	struct fixture *x = *state;
	struct scene s;
	session(&s, 0x0311, EVENT_NO, EVENT_NO);
	scene_feed(x, &s, 1);
	scene_feed(x, &s, 2); // the same again: one story
	fixture_finish(x);
	assert_int_equal(found_of(x, "unsigned_session"), 1);
	assert_int_equal(found_first(x, "unsigned_session")->severity, EVENT_INFO);
	assert_int_equal(found_first(x, "unsigned_session")->count, 2);
	fixture_begin(x);
	session(&s, 0x0300, EVENT_NO, EVENT_NO);
	scene_feed(x, &s, 1);
	fixture_finish(x);
	assert_int_equal(found_first(x, "unsigned_session")->severity, EVENT_WARNING);
	assert_int_equal(found_first(x, "legacy_dialect")->severity, EVENT_NOTICE);
}

static void guests_are_not_blamed_for_missing_signatures(void **state)
{
	struct fixture *x = *state;
	struct scene s;
	scene_init(&s, EVENT_AUTH, CLIENT, SERVER, 1);
	s.auth.guest = true;
	s.session.mechanism = "guest";
	scene_feed(x, &s, 1);
	session(&s, 0x0311, EVENT_NO, EVENT_NO);
	s.session.mechanism = "guest";
	scene_feed(x, &s, 2);
	fixture_finish(x);
	assert_int_equal(found_of(x, "guest_session"), 1);
	assert_int_equal(x->count, 1);
}

static void what_is_to_be_sealed_and_is_not(void **state)
{
	struct fixture *x = *state;
	struct scene s;
	session(&s, 0x0311, EVENT_YES, EVENT_NO);
	s.session.encrypted = true;
	scene_feed(x, &s, 1);
	fixture_finish(x);
	assert_int_equal(found_first(x, "unsealed_session")->severity, EVENT_WARNING);
}

static void nobody_is_a_remark_until_a_share_opens(void **state)
{
	struct fixture *x = *state;
	struct scene s;
	scene_init(&s, EVENT_AUTH, CLIENT, SERVER, 1);
	s.session.account = "";
	s.session.mechanism = "anonymous";
	s.auth.anonymous = true;
	scene_feed(x, &s, 1);
	s.event = (struct event){ .kind = EVENT_TREE_CONNECT, .share = "IPC$" };
	scene_feed(x, &s, 2);
	fixture_finish(x);
	assert_int_equal(found_first(x, "anonymous_session")->severity, EVENT_INFO);
	s.event = (struct event){ .kind = EVENT_TREE_CONNECT, .share = "data" };
	scene_feed(x, &s, 3);
	fixture_finish(x);
	assert_int_equal(x->count, 2);
	assert_int_equal(x->found[1].severity, EVENT_WARNING);
}

static void keys_that_do_not_fit_are_no_tampering(void **state)
{
	struct fixture *x = *state;
	struct scene s;
	session(&s, 0x0311, EVENT_YES, EVENT_NO);
	s.verdict.signatures_wrong = 40;
	scene_feed(x, &s, 1);
	fixture_finish(x);
	assert_int_equal(x->count, 0);
	s.verdict.signatures_verified = 39;
	s.verdict.signatures_wrong = 1;
	scene_feed(x, &s, 2);
	fixture_finish(x);
	assert_int_equal(found_first(x, "tampering")->severity, EVENT_ALERT);
}

static void smb1_is_a_session_and_not_a_question(void **state)
{
	struct fixture *x = *state;
	struct scene s;
	scene_init(&s, EVENT_NEGOTIATE, CLIENT, SERVER, 1);
	s.negotiation.client_is_smb1 = true;
	s.event.result = EVENT_FAILURE;
	scene_feed(x, &s, 1);
	fixture_finish(x);
	assert_int_equal(found_of(x, "smb1_session"), 0);
	assert_int_equal(found_first(x, "legacy_dialect")->severity, EVENT_NOTICE);
	scene_init(&s, EVENT_AUTH, CLIENT, SERVER, 2);
	s.auth.protocol = "smb1";
	scene_feed(x, &s, 2);
	fixture_finish(x);
	assert_int_equal(found_of(x, "smb1_session"), 1);
}

static void ntlmv1_is_told_also_when_it_is_refused(void **state)
{
	struct fixture *x = *state;
	struct scene s;
	scene_init(&s, EVENT_AUTH, CLIENT, SERVER, 1);
	s.session.mechanism = "ntlmv1";
	s.event.status = STATUS(LOGON_FAILURE);
	scene_feed(x, &s, 1);
	fixture_finish(x);
	assert_int_equal(found_first(x, "ntlmv1_auth")->severity, EVENT_NOTICE);
}

// A client that comes back every ten seconds, for three days: told at once, then after 1, 2, 4, 8, 16 and 24
// hours, with all that came meanwhile.
static void what_stands_is_told_less_and_less(void **state)
{
	struct fixture *x = *state;
	struct scene s;
	enum { EACH_S = 10, DAYS_S = 3 * 86400 };
	uint64_t counted = 0;
	session(&s, 0x0311, EVENT_NO, EVENT_NO);
	for (unsigned int t = 0; t < DAYS_S; t += EACH_S)
		scene_feed(x, &s, t);
	fixture_finish(x);
	assert_int_equal(found_of(x, "unsigned_session"), 7);
	for (size_t i = 0; i < x->count; i++)
		counted += strcmp(x->found[i].detection, "unsigned_session") == 0 ? x->found[i].count : 0;
	const uint64_t last_told_s = (1 + 2 + 4 + 8 + 16 + 24) * 3600;
	assert_in_range(counted, last_told_s / EACH_S, last_told_s / EACH_S + 60);
}

// More pairs than stories have places: who was told of an hour ago is not told of again because others came.
static void many_others_make_nobody_new(void **state)
{
	struct fixture *x = *state;
	struct scene s;
	char client[32];
	enum { CLIENTS = 6000, ROUNDS = 3, ROUND_S = 600 };
	x->many = true;
	for (unsigned int round = 0; round < ROUNDS; round++)
		for (unsigned int i = 0; i < CLIENTS; i++) {
			(void)snprintf(client, sizeof(client), "10.1.%u.%u", i / 250, i % 250);
			session(&s, 0x0311, EVENT_NO, EVENT_YES);
			s.connection.client_address = client;
			scene_feed(x, &s, round * ROUND_S + i / 20);
		}
	fixture_finish(x);
	assert_int_equal(x->told, CLIENTS);
}

int main(void)
{
#define T(test) cmocka_unit_test_setup_teardown(test, fixture_setup, fixture_teardown)
	const struct CMUnitTest tests[] = {
		T(signed_and_sealed_sessions_are_nothing),
		T(unsigned_is_worse_where_a_log_on_can_be_relayed),
		T(guests_are_not_blamed_for_missing_signatures),
		T(what_is_to_be_sealed_and_is_not),
		T(nobody_is_a_remark_until_a_share_opens),
		T(keys_that_do_not_fit_are_no_tampering),
		T(smb1_is_a_session_and_not_a_question),
		T(what_stands_is_told_less_and_less),
		T(many_others_make_nobody_new),
		T(ntlmv1_is_told_also_when_it_is_refused),
	};
	return RUN_TESTS(tests);
}
