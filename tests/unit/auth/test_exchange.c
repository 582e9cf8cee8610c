// SPDX-License-Identifier: Apache-2.0
#include "../test_support.h"

#include <arpa/inet.h>
#include <netinet/in.h>

#include "../wire/ntlm/recorded.h"
#include "auth/exchange.h"
#include "auth/ntlm_target.h"
#include "auth/ntlm_verify.h"
#include "exchange_fixture.h"

static void the_right_password_gives_an_identity(void **state)
{
	struct fixture *f = *state;
	const struct auth_result *r = succeeds(f);
	struct sid staff;

	assert_string_equal(r->identity->account, "Alice");
	assert_string_equal(r->identity->domain, "FILES");
	assert_string_equal(r->account, "alice");
	assert_string_equal(r->domain, "WORKGROUP");
	assert_string_equal(r->workstation, "CLIENT?1"); // control characters do not reach a log
	assert_string_equal(r->target_name, "cifs/files.example.org");
	assert_int_equal(r->mechanism, AUTH_MECHANISM_NTLMV2);
	assert_true(r->mic_verified);
	assert_true(r->mech_list_mic_verified);
	assert_false(r->raw);
	assert_true(sid_equal(&r->identity->user, &account_db_find(f->db, "alice")->sid));
	assert_true(account_db_group_sid(f->db, "staff", &staff));
	assert_true(identity_has_sid(r->identity, &staff));
	assert_true(identity_has_sid(r->identity, &sid_authenticated_users));
	assert_false(identity_has_sid(r->identity, &sid_builtin_administrators));
	assert_int_equal(sid_rid(&r->identity->groups[0]), 513);
}

static void an_identity_outlives_its_exchange(void **state)
{
	struct fixture *f = *state;
	struct identity *id = identity_ref(succeeds(f)->identity);

	auth_exchange_free(f->ex);
	f->ex = NULL;
	assert_string_equal(id->account, "Alice");
	assert_memory_equal(id->session_base_key.bytes, f->peer.exported_session_key, NTLM_KEY_LEN);
	identity_unref(id);
}

static void other_forms_of_clients_are_accepted(void **state)
{
	struct fixture *f = *state;

	f->peer.raw = true;
	assert_true(succeeds(f)->raw);
	f->peer.raw = false;
	f->peer.no_list_mic = true;
	assert_false(succeeds(f)->mech_list_mic_verified);
	f->peer.no_list_mic = false;
	f->peer.kerberos_first = true;
	assert_true(succeeds(f)->mech_list_mic_verified);
	f->peer.kerberos_first = false;
	f->peer.target_name = NULL;
	succeeds(f);
	f->peer.target_name = "";
	succeeds(f);
	f->peer.domain = "";
	succeeds(f);
	f->peer.user = "ALICE";
	succeeds(f);
}

// To the client these are all the same.
static void credentials_that_do_not_fit(void **state)
{
	struct fixture *f = *state;

	f->peer.password = "passw0rd-alice";
	assert_string_equal(
		fails(f, AUTH_REASON_WRONG_PASSWORD, STATUS(LOGON_FAILURE).code)->account, "alice");
	f->peer.user = "mallory";
	assert_string_equal(
		fails(f, AUTH_REASON_UNKNOWN_ACCOUNT, STATUS(LOGON_FAILURE).code)->account, "mallory");
	f->peer.user = "bob";
	fails(f, AUTH_REASON_NTLM_NOT_ALLOWED_FOR_ACCOUNT, STATUS(LOGON_FAILURE).code);
	f->peer.user = "guest";
	f->peer.password = "";
	fails(f, AUTH_REASON_GUEST, STATUS(LOGON_FAILURE).code);
	f->peer.user = "carol";
	fails(f, AUTH_REASON_WRONG_PASSWORD, STATUS(LOGON_FAILURE).code);
	f->peer.password = "Passw0rd-carol";
	fails(f, AUTH_REASON_ACCOUNT_DISABLED, STATUS(LOGON_FAILURE).code);
	f->peer.anonymous = true;
	fails(f, AUTH_REASON_ANONYMOUS, STATUS(ACCESS_DENIED).code);
}

// An account without a hash has 16 zeros in its place: they must not be one.
static void a_hash_of_zeros_does_not_open_bob(void **state)
{
	struct fixture *f = *state;
	uint8_t zeros[NTLM_KEY_LEN] = {}, key[NTLM_KEY_LEN], proof[NTLM_KEY_LEN], base[NTLM_KEY_LEN];

	f->peer.user = "bob";
	f->ex = auth_exchange_new(&f->config);
	(void)ntlm_peer_prepare(&f->peer, f->ex);
	struct ntlm_authenticate m;
	struct ntlm_challenge c;
	assert_int_equal(ntlm_authenticate_decode(f->peer.authenticate, &m), VERDICT_OK);
	assert_int_equal(ntlm_challenge_decode(f->peer.challenge, &c), VERDICT_OK);
	struct span temp = span_make(m.nt_challenge_response.data + 16, m.nt_challenge_response.len - 16);
	assert_int_equal(ntlm_ntowf_v2(zeros, m.user_name, m.domain_name, key), 0);
	assert_int_equal(ntlm_proof(key, c.server_challenge, temp, proof, base), 0);
	uint8_t *forged = arena_copy(&f->arena, f->peer.authenticate.data, f->peer.authenticate.len);
	memcpy(forged + (m.nt_challenge_response.data - f->peer.authenticate.data), proof, 16);
	struct spnego_resp resp = { .has_response_token = true,
		.response_token = span_make(forged, f->peer.authenticate.len) };
	uint8_t token[2048];
	struct writer w = writer_make(token, sizeof(token));
	spnego_resp_encode(&w, &resp);
	struct span out;
	struct nt_status status = auth_exchange_step(f->ex, writer_since(&w, 0), &f->arena, &out);
	assert_int_equal(status.code, STATUS(LOGON_FAILURE).code);
	assert_int_equal(auth_exchange_result(f->ex)->reason, AUTH_REASON_NTLM_NOT_ALLOWED_FOR_ACCOUNT);
}

static void the_mechanism_list_is_protected(void **state)
{
	struct fixture *f = *state;

	f->peer.list_mic_flipped = true;
	fails(f, AUTH_REASON_MECH_LIST_MIC_WRONG, STATUS(LOGON_FAILURE).code);
	f->peer.list_mic_flipped = false;
	f->peer.kerberos_first = true;
	f->peer.no_list_mic = true;
	fails(f, AUTH_REASON_MECH_LIST_MIC_WRONG, STATUS(LOGON_FAILURE).code);
	f->config.policy.transcript_protected = true;
	succeeds(f);
}

static struct nt_status step_hex(struct fixture *f, const char *hex)
{
	struct span token = hex_alloc(hex), out;
	struct nt_status status = auth_exchange_step(f->ex, token, &f->arena, &out);

	hex_free(token);
	return status;
}

static void first_is(struct fixture *f, const char *hex, enum auth_reason reason, uint32_t status)
{
	auth_exchange_free(f->ex);
	f->ex = auth_exchange_new(&f->config);
	assert_int_equal(step_hex(f, hex).code, status);
	assert_int_equal(auth_exchange_result(f->ex)->reason, reason);
}

static void first_tokens_that_lead_nowhere(void **state)
{
	struct fixture *f = *state;

	first_is(f, "", AUTH_REASON_MALFORMED, STATUS(INVALID_PARAMETER).code);
	first_is(f, "deadbeef", AUTH_REASON_MALFORMED, STATUS(INVALID_PARAMETER).code);
	first_is(f, recorded_completed, AUTH_REASON_OUT_OF_ORDER, STATUS(INVALID_PARAMETER).code);
	first_is(f, "600d06092a864886f7120102020100", AUTH_REASON_MECHANISM_NOT_OFFERED,
		STATUS(NOT_SUPPORTED).code);
	// NTLMSSP, but with a CHALLENGE, an AUTHENTICATE, an unknown type and a half message.
	first_is(f, "4e544c4d5353500002000000", AUTH_REASON_OUT_OF_ORDER, STATUS(INVALID_PARAMETER).code);
	first_is(f, "4e544c4d5353500003000000", AUTH_REASON_OUT_OF_ORDER, STATUS(INVALID_PARAMETER).code);
	first_is(f, "4e544c4d5353500009000000", AUTH_REASON_OUT_OF_ORDER, STATUS(INVALID_PARAMETER).code);
	first_is(f, "4e544c4d535350000100", AUTH_REASON_MALFORMED, STATUS(INVALID_PARAMETER).code);
	f->config.policy.ntlm = false;
	first_is(f, recorded_init, AUTH_REASON_MECHANISM_NOT_OFFERED, STATUS(NOT_SUPPORTED).code);
	first_is(
		f, "4e544c4d5353500001000000", AUTH_REASON_MECHANISM_NOT_OFFERED, STATUS(NOT_SUPPORTED).code);
}

static void forms_may_not_be_mixed(void **state)
{
	struct fixture *f = *state;
	struct span out;

	f->ex = auth_exchange_new(&f->config);
	(void)ntlm_peer_prepare(&f->peer, f->ex);
	// SPNEGO was begun: the bare message is not taken.
	assert_int_equal(auth_exchange_step(f->ex, f->peer.authenticate, &f->arena, &out).code,
		STATUS(INVALID_PARAMETER).code);
	assert_int_equal(auth_exchange_result(f->ex)->reason, AUTH_REASON_OUT_OF_ORDER);
	auth_exchange_free(f->ex);
	f->ex = auth_exchange_new(&f->config);
	assert_int_equal(step_hex(f, recorded_init).code, STATUS(MORE_PROCESSING_REQUIRED).code);
	assert_int_equal(step_hex(f, recorded_init).code, STATUS(INVALID_PARAMETER).code);
}

static void too_long_a_token_is_refused(void **state)
{
	struct fixture *f = *state;
	uint8_t *token = calloc(1, AUTH_TOKEN_LEN_MAX + 1);
	struct span out;

	f->ex = auth_exchange_new(&f->config);
	assert_int_equal(
		auth_exchange_step(f->ex, span_make(token, AUTH_TOKEN_LEN_MAX + 1), &f->arena, &out).code,
		STATUS(INVALID_PARAMETER).code);
	assert_int_equal(auth_exchange_result(f->ex)->reason, AUTH_REASON_TOKEN_TOO_LONG);
	free(token);
}

// Any byte of the last token changed, or any number of them missing: no identity. (Bytes that no one
// covers exist only outside of the NTLM message: the frame around it, which then does not decode.)
static void no_changed_token_gives_an_identity(void **state)
{
	struct fixture *f = *state;

	for (size_t i = 0;; i++) {
		auth_exchange_free(f->ex);
		f->ex = auth_exchange_new(&f->config);
		struct span token = ntlm_peer_prepare(&f->peer, f->ex), out;
		if (i >= 2 * token.len)
			break;
		uint8_t *changed = arena_copy(&f->arena, token.data, token.len);
		if (i < token.len)
			changed[i] ^= 0x10;
		else
			token.len = i - token.len;
		struct nt_status status =
			auth_exchange_step(f->ex, span_make(changed, token.len), &f->arena, &out);
		if (nt_status_ok(status))
			fail_msg("accepted with byte %zu changed", i);
		assert_null(auth_exchange_result(f->ex)->identity);
		arena_reset(&f->arena);
	}
}

static void negotiate_offers_what_the_policy_has(void **state)
{
	struct fixture *f = *state;
	struct span token = auth_negotiate_token(&f->config.policy, &f->arena);
	struct span expected = hex_alloc(recorded_hint); // Samba without Kerberos says the same

	assert_int_equal(token.len, expected.len);
	assert_memory_equal(token.data, expected.data, token.len);
	hex_free(expected);
	f->config.policy.ntlm = false;
	assert_int_equal(auth_negotiate_token(&f->config.policy, &f->arena).len, 0);
}

// smbclient and Samba, recorded: our verification comes to Samba's result.
static void a_recorded_exchange_is_verified(void **state)
{
	struct fixture *f = *state;
	struct span t0 = hex_alloc(recorded_init), t1 = hex_alloc(recorded_challenge),
		    t2 = hex_alloc(recorded_authenticate);
	struct spnego_init init;
	struct spnego_resp resp, last;
	struct ntlm_challenge c;
	struct ntlm_av_list list;
	static const struct auth_names recorded_names = { .netbios_computer = "FILESERVER",
		.dns_computer = "fileserver.test.lab" };
	struct auth_report report;
	struct ntlm_proved proved;

	auth_report_init(&report);
	f->config.names = &recorded_names;
	assert_int_equal(spnego_init_decode(t0, &init), VERDICT_OK);
	assert_int_equal(spnego_resp_decode(t1, &resp), VERDICT_OK);
	assert_int_equal(spnego_resp_decode(t2, &last), VERDICT_OK);
	assert_int_equal(ntlm_challenge_decode(resp.response_token, &c), VERDICT_OK);
	assert_int_equal(ntlm_av_list_decode(c.target_info, &list), VERDICT_OK);
	struct ntlm_attempt at = {
		.config = &f->config,
		.negotiate = init.mech_token,
		.challenge = resp.response_token,
		.authenticate = last.response_token,
		.target_info = c.target_info,
	};
	memcpy(at.server_challenge, c.server_challenge, sizeof(at.server_challenge));
	assert_true(ntlm_av_list_timestamp(&list, &at.now));
	assert_int_equal(ntlm_attempt_verify(&at, &report, &proved), AUTH_REASON_OK);
	assert_true(report.result.mic_verified);
	assert_string_equal(proved.account->name, "Alice");
	assert_string_equal(report.workstation, "CL1");
	assert_string_equal(report.target_name, "cifs/fileserver.test.lab");
	at.now += (uint64_t)(NTLM_CLOCK_SKEW_MAX_S + 1) * 10000000u; // replayed later
	assert_int_equal(ntlm_attempt_verify(&at, &report, &proved), AUTH_REASON_CLOCK_SKEW);
	hex_free(t0);
	hex_free(t1);
	hex_free(t2);
}

static void target_is(struct fixture *f, const char *local, const char *name, bool ours)
{
	struct sockaddr_in v4 = { .sin_family = AF_INET };
	struct sockaddr_in6 v6 = { .sin6_family = AF_INET6 };

	memset(&f->config.local, 0, sizeof(f->config.local));
	if (local != NULL && inet_pton(AF_INET, local, &v4.sin_addr) == 1)
		memcpy(&f->config.local, &v4, sizeof(v4));
	else if (local != NULL && inet_pton(AF_INET6, local, &v6.sin6_addr) == 1)
		memcpy(&f->config.local, &v6, sizeof(v6));
	if (ntlm_target_name_ours(name, &f->config) != ours)
		fail_msg("%s at %s", name, local != NULL ? local : "no address");
}

static void target_names(void **state)
{
	struct fixture *f = *state;

	target_is(f, NULL, "cifs/FILES", true);
	target_is(f, NULL, "CIFS/Files.Example.Org", true);
	target_is(f, NULL, "cifs/files.example.org.", true);
	target_is(f, NULL, "cifs/share.example.org:4450", true);
	target_is(f, NULL, "cifs/share.example.org/instance", true);
	target_is(f, NULL, "cifs/", false);
	target_is(f, NULL, "cifs", false);
	target_is(f, NULL, "files", false);
	target_is(f, NULL, "host/files", false);
	target_is(f, NULL, "cifs/files.example.org.evil.example", false);
	target_is(f, NULL, "cifs/127.0.0.1", false);
	target_is(f, "127.0.0.1", "cifs/127.0.0.1", true);
	target_is(f, "127.0.0.1", "cifs/localhost", true);
	target_is(f, "::1", "cifs/localhost", true);
	target_is(f, "::1", "cifs/::1", true);
	target_is(f, "::1", "cifs/[::1]:445", true);
	target_is(f, "::ffff:192.0.2.7", "cifs/192.0.2.7", true);
	target_is(f, "192.0.2.7", "cifs/192.0.2.8", false);
	target_is(f, "192.0.2.7", "cifs/localhost", false);
	target_is(f, "fe80::1", "cifs/fe80::1%eth0", true);
	target_is(f, "2001:db8::1", "cifs/2001:DB8:0::1", true);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		EXCHANGE_TEST(the_right_password_gives_an_identity),
		EXCHANGE_TEST(an_identity_outlives_its_exchange),
		EXCHANGE_TEST(other_forms_of_clients_are_accepted),
		EXCHANGE_TEST(credentials_that_do_not_fit),
		EXCHANGE_TEST(a_hash_of_zeros_does_not_open_bob),
		EXCHANGE_TEST(the_mechanism_list_is_protected),
		EXCHANGE_TEST(first_tokens_that_lead_nowhere),
		EXCHANGE_TEST(forms_may_not_be_mixed),
		EXCHANGE_TEST(too_long_a_token_is_refused),
		EXCHANGE_TEST(no_changed_token_gives_an_identity),
		EXCHANGE_TEST(negotiate_offers_what_the_policy_has),
		EXCHANGE_TEST(a_recorded_exchange_is_verified),
		EXCHANGE_TEST(target_names),
	};

	return RUN_TESTS(tests);
}
