// SPDX-License-Identifier: Apache-2.0
// One log-on on two connections, tickets and names that do not fit, negotiations that were changed; and what
// only looks like these.
#include <string.h>

#include "detect_fixture.h"

#define VICTIM "10.0.0.21"
#define RELAY "10.0.0.66"
#define TARGET "10.0.0.10"

// An NTLM log-on with this challenge and proof.
static void ntlm(
	struct scene *s, const char *client, const char *server, uint64_t flow, char challenge, char proof)
{
	scene_init(s, EVENT_AUTH, client, server, flow);
	s->auth.has_challenge = true;
	memset(s->auth.server_challenge, challenge, sizeof(s->auth.server_challenge));
	s->auth.has_nt_proof = proof != 0;
	memset(s->auth.nt_proof, proof, sizeof(s->auth.nt_proof));
	s->auth.mic = EVENT_MIC_PRESENT;
	memset(s->auth.server_guid, (int)flow, sizeof(s->auth.server_guid));
}

static void share(struct fixture *x, struct scene *leg, double second, struct nt_status status)
{
	struct scene s = *leg;
	s.event = (struct event){ .kind = EVENT_TREE_CONNECT, .share = "data", .status = status };
	scene_feed(x, &s, second);
}

static void a_relay_is_told_once_with_its_outcome(void **state)
{
	struct fixture *x = *state;
	struct scene victim, target;
	ntlm(&target, RELAY, TARGET, 2, 'c', 'p');
	ntlm(&victim, VICTIM, RELAY, 1, 'c', 'p');
	scene_feed(x, &target, 1);
	scene_feed(x, &victim, 1.01);
	share(x, &target, 2, STATUS(SUCCESS));
	fixture_finish(x);
	assert_int_equal(found_of(x, "ntlm_relay"), 1);
	assert_string_equal(found_first(x, "ntlm_relay")->outcome, "succeeded");
	assert_string_equal(found_first(x, "ntlm_relay")->first_host, RELAY);
	assert_int_equal(found_first(x, "ntlm_relay")->severity, EVENT_ALERT);
}

static void refused_shares_block_a_relay(void **state)
{
	struct fixture *x = *state;
	struct scene victim, target;
	ntlm(&victim, VICTIM, RELAY, 1, 'c', 'p');
	ntlm(&target, RELAY, TARGET, 2, 'c', 'p');
	scene_feed(x, &victim, 1);
	scene_feed(x, &target, 1.01);
	share(x, &target, 2, STATUS(ACCESS_DENIED));
	fixture_finish(x);
	assert_string_equal(found_first(x, "ntlm_relay")->outcome, "blocked");
}

static void ntlmv1_is_relayed_too(void **state)
{
	struct fixture *x = *state;
	struct scene victim, target;
	ntlm(&victim, VICTIM, RELAY, 1, 'c', 0);
	ntlm(&target, RELAY, TARGET, 2, 'c', 0);
	scene_feed(x, &victim, 1);
	scene_feed(x, &target, 1.01);
	fixture_finish(x);
	assert_string_equal(found_first(x, "ntlm_relay")->outcome, "authenticated");
}

static void a_forwarder_is_a_remark_unless_it_is_known(void **state)
{
	struct fixture *x = *state;
	char error[DETECT_ERROR_LEN];
	for (int known = 0; known <= 1; known++) {
		struct scene near, far;
		if (known)
			assert_true(detect_settings_set(&x->settings, "forwarders", RELAY, error));
		fixture_begin(x);
		ntlm(&near, VICTIM, RELAY, 1, 'c', 'p');
		ntlm(&far, RELAY, TARGET, 2, 'c', 'p');
		far.session.id = near.session.id;
		memcpy(far.auth.server_guid, near.auth.server_guid, sizeof(far.auth.server_guid));
		near.auth.client_negotiate_hash = far.auth.client_negotiate_hash = 7;
		scene_feed(x, &near, 1);
		scene_feed(x, &far, 1.01);
		fixture_finish(x);
		assert_int_equal(found_of(x, "ntlm_relay"), known ? 0 : 1);
		if (!known)
			assert_int_equal(found_first(x, "ntlm_relay")->severity, EVENT_INFO);
	}
}

static void nat_and_a_second_tap_are_nothing(void **state)
{
	struct fixture *x = *state;
	struct scene one, other;
	ntlm(&one, VICTIM, TARGET, 1, 'c', 'p');
	other = one;
	other.connection.client_address = "192.168.1.1"; // translated
	other.wire.flow = 2;
	scene_feed(x, &one, 1);
	scene_feed(x, &other, 1.01);
	ntlm(&one, VICTIM, TARGET, 3, 'd', 'q');
	other = one;
	other.wire.flow = 4; // the same addresses and ports, seen elsewhere
	other.session.id++;  // whatever this says
	scene_feed(x, &one, 2);
	scene_feed(x, &other, 2.01);
	fixture_finish(x);
	assert_int_equal(x->count, 0);
}

static void a_fixed_challenge_is_no_relay(void **state)
{
	struct fixture *x = *state;
	for (uint64_t i = 1; i <= 5; i++) {
		struct scene s;
		ntlm(&s, VICTIM, TARGET, i, 'c', (char)('a' + i));
		scene_feed(x, &s, (double)i);
	}
	fixture_finish(x);
	assert_int_equal(x->count, 0);
}

static void a_missing_mic_is_told_of_one_connection(void **state)
{
	struct fixture *x = *state;
	struct scene s;
	ntlm(&s, RELAY, TARGET, 1, 'c', 'p');
	s.auth.mic = EVENT_MIC_MISSING;
	s.event.status = STATUS(INVALID_PARAMETER);
	scene_feed(x, &s, 1);
	fixture_finish(x);
	assert_int_equal(found_first(x, "ntlm_relay")->severity, EVENT_WARNING);
	assert_string_equal(found_first(x, "ntlm_relay")->outcome, "failed");
}

static void named(struct fixture *x, const char *target_name, const char *dns, double second)
{
	struct scene s;
	ntlm(&s, VICTIM, TARGET, (uint64_t)second, (char)second, 'p');
	s.auth.server_name = "FILESERVER";
	s.auth.server_dns = dns;
	s.auth.target_name = target_name;
	scene_feed(x, &s, second);
}

static void names_that_fit_are_nothing(void **state)
{
	struct fixture *x = *state;
	char error[DETECT_ERROR_LEN];
	assert_true(
		detect_settings_set(&x->settings, "aliases", "files.test.lab=fileserver.test.lab", error));
	fixture_begin(x);
	named(x, "cifs/fileserver.test.lab", "fileserver.test.lab", 1);
	named(x, "cifs/FILESERVER", "fileserver.test.lab", 2);
	named(x, "cifs/" TARGET, "fileserver.test.lab", 3);
	named(x, "cifs/files.test.lab", "fileserver.test.lab", 4);
	named(x, "cifs/127.0.0.1", "fileserver.test.lab", 5);
	named(x, "cifs/localhost", "fileserver.test.lab", 6);
	named(x, NULL, "fileserver.test.lab", 7);
	fixture_finish(x);
	assert_int_equal(x->count, 0);
}

static void a_strange_name_is_a_remark_and_ones_own_a_warning(void **state)
{
	struct fixture *x = *state;
	named(x, "cifs/other.test.lab", "fileserver.test.lab", 1);
	fixture_finish(x);
	assert_int_equal(found_first(x, "ntlm_relay")->severity, EVENT_INFO);
	fixture_begin(x);
	named(x, "cifs/" VICTIM, "fileserver.test.lab", 1);
	fixture_finish(x);
	assert_int_equal(found_first(x, "ntlm_relay")->severity, EVENT_WARNING);
}

// --- Kerberos -----------------------------------------------------------------------------------------

static void ticket(struct scene *s, const char *client, const char *server, uint64_t flow, uint64_t exchange)
{
	scene_init(s, EVENT_AUTH, client, server, flow);
	s->session.mechanism = "kerberos";
	s->auth.service = "cifs/fileserver.test.lab";
	s->auth.ticket_hash = 99;
	s->auth.exchange_hash = exchange;
}

static void the_same_exchange_in_two_sessions_is_a_relay(void **state)
{
	struct fixture *x = *state;
	struct scene victim, target;
	ticket(&victim, VICTIM, RELAY, 1, 5);
	ticket(&target, RELAY, TARGET, 2, 5);
	scene_feed(x, &victim, 1);
	scene_feed(x, &target, 1.01);
	share(x, &target, 2, STATUS(SUCCESS));
	fixture_finish(x);
	assert_int_equal(found_of(x, "kerberos_relay"), 1);
	assert_int_equal(found_first(x, "kerberos_relay")->severity, EVENT_ALERT);
	assert_string_equal(found_first(x, "kerberos_relay")->first_host, RELAY);
}

static void tickets_are_used_again_and_forwarded(void **state)
{
	struct fixture *x = *state;
	struct scene s, far;
	for (uint64_t i = 1; i <= 3; i++) {
		ticket(&s, VICTIM, TARGET, i, i);
		scene_feed(x, &s, (double)i);
	}
	fixture_finish(x);
	assert_int_equal(x->count, 0);
	fixture_begin(x);
	for (uint64_t i = 1; i <= 3; i++) {
		ticket(&s, VICTIM, RELAY, 2 * i, i);
		ticket(&far, RELAY, TARGET, 2 * i + 1, i);
		far.session.id = s.session.id;
		scene_feed(x, &far, (double)i);
		scene_feed(x, &s, (double)i + 0.01);
	}
	fixture_finish(x);
	assert_int_equal(found_of(x, "ntlm_relay"), 0);
	for (size_t i = 0; i < x->count; i++)
		assert_true(x->found[i].severity <= EVENT_INFO);
}

static void a_refused_ticket_is_a_notice(void **state)
{
	struct fixture *x = *state;
	struct scene s;
	ticket(&s, VICTIM, "10.0.0.11", 1, 1);
	s.event.status = STATUS(LOGON_FAILURE);
	scene_feed(x, &s, 1);
	fixture_finish(x);
	assert_int_equal(found_first(x, "kerberos_relay")->severity, EVENT_NOTICE);
	assert_string_equal(found_first(x, "kerberos_relay")->outcome, "failed");
}

// --- negotiations ---------------------------------------------------------------------------------------

static const uint16_t all_dialects[] = { 0x0202, 0x0210, 0x0300, 0x0302, 0x0311 };

static void negotiation(
	struct scene *s, const char *client, const char *server, uint64_t flow, uint16_t dialect)
{
	scene_init(s, EVENT_NEGOTIATE, client, server, flow);
	struct event_negotiation *n = &s->negotiation;
	n->client_dialects = all_dialects;
	n->client_dialect_count = ARRAY_LEN(all_dialects);
	n->client_hash = n->client_salt = flow;
	n->server_hash = 3;
	n->dialect = dialect;
	memset(n->client_guid, (int)flow, sizeof(n->client_guid));
	memset(n->server_guid, 's', sizeof(n->server_guid));
}

static void a_changed_negotiation_is_a_downgrade(void **state)
{
	struct fixture *x = *state;
	struct scene near, far;
	negotiation(&near, VICTIM, RELAY, 1, 0x0311);
	negotiation(&far, RELAY, TARGET, 2, 0x0302);
	memcpy(far.negotiation.client_guid, near.negotiation.client_guid, 16);
	far.negotiation.client_salt = 0; // taken away
	scene_feed(x, &far, 1);
	scene_feed(x, &near, 1.01);
	fixture_finish(x);
	assert_int_equal(found_of(x, "downgrade"), 1);
	assert_string_equal(found_first(x, "downgrade")->first_host, RELAY);
}

static void tools_with_a_fixed_salt_are_nothing(void **state)
{
	struct fixture *x = *state;
	for (uint64_t i = 1; i <= 3; i++) {
		struct scene s;
		negotiation(&s, i == 3 ? RELAY : VICTIM, TARGET, i, 0x0311);
		s.negotiation.client_salt = 1;
		memset(s.negotiation.client_guid, 'g', 16);
		scene_feed(x, &s, (double)i);
	}
	fixture_finish(x);
	assert_int_equal(x->count, 0);
}

static void less_than_before_counts_only_if_more_was_offered(void **state)
{
	struct fixture *x = *state;
	struct scene s;
	negotiation(&s, VICTIM, TARGET, 1, 0x0311);
	scene_feed(x, &s, 1);
	negotiation(&s, VICTIM, TARGET, 2, 0x0302);
	s.negotiation.client_dialect_count = 4; // "client max protocol"
	scene_feed(x, &s, 20);
	fixture_finish(x);
	assert_int_equal(found_of(x, "downgrade"), 0);
	negotiation(&s, VICTIM, TARGET, 3, 0x0302);
	scene_feed(x, &s, 40);
	fixture_finish(x);
	assert_int_equal(found_first(x, "downgrade")->severity, EVENT_WARNING);
}

int main(void)
{
#define T(test) cmocka_unit_test_setup_teardown(test, fixture_setup, fixture_teardown)
	const struct CMUnitTest tests[] = {
		T(a_relay_is_told_once_with_its_outcome),
		T(refused_shares_block_a_relay),
		T(ntlmv1_is_relayed_too),
		T(a_forwarder_is_a_remark_unless_it_is_known),
		T(nat_and_a_second_tap_are_nothing),
		T(a_fixed_challenge_is_no_relay),
		T(a_missing_mic_is_told_of_one_connection),
		T(names_that_fit_are_nothing),
		T(a_strange_name_is_a_remark_and_ones_own_a_warning),
		T(the_same_exchange_in_two_sessions_is_a_relay),
		T(tickets_are_used_again_and_forwarded),
		T(a_refused_ticket_is_a_notice),
		T(a_changed_negotiation_is_a_downgrade),
		T(tools_with_a_fixed_salt_are_nothing),
		T(less_than_before_counts_only_if_more_was_offered),
	};
	return RUN_TESTS(tests);
}
