// SPDX-License-Identifier: Apache-2.0
// The client's tokens are what the specification's cryptography says they should be.
#include "../test_support.h"

#include <errno.h>
#include <string.h>

#include "auth/ntlm_crypto.h"
#include "base/utf16.h"
#include "client/client_ntlm.h"
#include "wire/ntlm/ntlm_message.h"
#include "wire/ntlm/ntlm_response.h"
#include "wire/spnego/spnego.h"

enum { TOKEN_MAX = 1024 };

static const uint8_t server_challenge[NTLM_CHALLENGE_LEN] = { 1, 2, 3, 4, 5, 6, 7, 8 };

struct challenge {
	uint8_t message[TOKEN_MAX];
	size_t message_len;
	uint8_t token[TOKEN_MAX];
	size_t token_len;
};

static void challenge_make(struct challenge *c, bool timestamp)
{
	uint8_t info[256];
	struct writer w = writer_make(info, sizeof(info));
	assert_true(ntlm_av_put_text(&w, MSV_AV_NB_COMPUTER_NAME, "SERVER"));
	if (timestamp)
		ntlm_av_put_u64(&w, MSV_AV_TIMESTAMP, 0x01D8000000000000u);
	ntlm_av_put_eol(&w);
	struct ntlm_challenge m = { .negotiate_flags = NTLMSSP_NEGOTIATE_UNICODE |
						       NTLMSSP_NEGOTIATE_KEY_EXCH |
						       NTLMSSP_NEGOTIATE_EXTENDED_SESSIONSECURITY |
						       NTLMSSP_NEGOTIATE_128 | NTLMSSP_NEGOTIATE_TARGET_INFO,
		.target_info = writer_since(&w, 0) };
	memcpy(m.server_challenge, server_challenge, sizeof(server_challenge));
	struct writer message = writer_make(c->message, sizeof(c->message));
	ntlm_challenge_encode(&message, &m);
	c->message_len = message.pos;
	struct spnego_resp resp = { .has_neg_state = true,
		.neg_state = SPNEGO_ACCEPT_INCOMPLETE,
		.has_supported_mech = true,
		.supported_mech = SPNEGO_MECH_NTLMSSP,
		.has_response_token = true,
		.response_token = writer_since(&message, 0) };
	struct writer token = writer_make(c->token, sizeof(c->token));
	spnego_resp_encode(&token, &resp);
	assert_true(writer_ok(&token));
	c->token_len = token.pos;
}

static const struct client_credentials who = { .user = "User", .password = "Password", .domain = "Domain" };

struct answer {
	struct client_ntlm ntlm;
	struct spnego_resp resp;
	struct ntlm_authenticate m;
	struct ntlmv2_response response;
	struct ntlm_av_list pairs;
};

static void answer_make(struct answer *s, struct arena *a, const struct challenge *c)
{
	struct span token;
	assert_int_equal(client_ntlm_first(&s->ntlm, a, &token), 0);
	assert_int_equal(spnego_token_kind_of(token), SPNEGO_TOKEN_INIT);
	assert_int_equal(
		client_ntlm_second(&s->ntlm, &who, "host", span_make(c->token, c->token_len), a, &token), 0);
	assert_int_equal(spnego_resp_decode(token, &s->resp), VERDICT_OK);
	assert_int_equal(ntlm_authenticate_decode(s->resp.response_token, &s->m), VERDICT_OK);
	assert_int_equal(ntlmv2_response_decode(s->m.nt_challenge_response, &s->response), VERDICT_OK);
	assert_int_equal(ntlm_av_list_decode(s->response.av_pairs, &s->pairs), VERDICT_OK);
}

// The proof by the password's hash of MS-NLMP 4.2.2.1.2 (NTOWFv1 of "Password").
static void the_proof_and_key_are_right(void **state UNUSED)
{
	static const uint8_t nt_hash[NTLM_KEY_LEN] = { 0xa4, 0xf4, 0x9c, 0x40, 0x65, 0x10, 0xbd, 0xca, 0xb6,
		0x82, 0x4e, 0xe7, 0xc3, 0x0f, 0xd8, 0x52 };
	uint8_t key[NTLM_KEY_LEN];
	uint8_t proof[NTLM_KEY_LEN];
	uint8_t base_key[NTLM_KEY_LEN];
	uint8_t session_key[NTLM_KEY_LEN];
	struct arena a;
	struct challenge c;
	static struct answer s;
	arena_init(&a, NULL, 0);
	challenge_make(&c, true);
	answer_make(&s, &a, &c);
	assert_int_equal(ntlm_ntowf_v2(nt_hash, s.m.user_name, s.m.domain_name, key), 0);
	assert_int_equal(ntlm_proof(key, server_challenge, s.response.temp, proof, base_key), 0);
	assert_memory_equal(proof, s.response.response, sizeof(proof));
	ntlm_key_exchange(base_key, s.m.encrypted_random_session_key.data, session_key);
	assert_true(
		span_equal(secret_span(&s.ntlm.session_key), span_make(session_key, sizeof(session_key))));

	uint8_t mic[NTLM_MAC_LEN];
	struct span negotiate = span_make(s.ntlm.negotiate, s.ntlm.negotiate_len);
	assert_true(s.m.has_mic);
	assert_int_equal(ntlm_mic(session_key, negotiate, span_make(c.message, c.message_len),
				 s.resp.response_token, s.m.mic_offset, mic),
		0);
	assert_memory_equal(mic, s.m.mic, sizeof(mic));

	struct ntlm_seal seal;
	bool fits = false;
	struct span mechs = span_make(s.ntlm.mech_types, s.ntlm.mech_types_len);
	assert_true(s.resp.has_mech_list_mic);
	assert_int_equal(ntlm_seal_init(&seal, session_key, NTLM_CLIENT_TO_SERVER, true), 0);
	assert_int_equal(ntlm_verify(&seal, mechs, s.resp.mech_list_mic, &fits), 0);
	assert_true(fits);
	client_ntlm_done(&s.ntlm);
	arena_reset(&a);
}

static void the_client_says_whom_it_means(void **state UNUSED)
{
	struct arena a;
	struct challenge c;
	static struct answer s;
	arena_init(&a, NULL, 0);
	challenge_make(&c, true);
	answer_make(&s, &a, &c);
	const struct ntlm_av_pair *target = ntlm_av_list_find(&s.pairs, MSV_AV_TARGET_NAME);
	assert_non_null(target);
	assert_string_equal(utf16_to_utf8(&a, target->value), "cifs/host");
	assert_int_equal(ntlm_av_list_flags(&s.pairs), MSV_AV_FLAG_MIC_PRESENT);
	assert_non_null(ntlm_av_list_find(&s.pairs, MSV_AV_NB_COMPUTER_NAME));
	// With the server's time there is no LM response, not even LMv2 (MS-NLMP 3.1.5.1.2).
	for (size_t i = 0; i < s.m.lm_challenge_response.len; i++)
		assert_int_equal(s.m.lm_challenge_response.data[i], 0);
	client_ntlm_done(&s.ntlm);
	arena_reset(&a);
}

static void a_token_that_is_no_challenge(void **state UNUSED)
{
	struct arena a;
	struct challenge c;
	struct client_ntlm n = { 0 };
	struct span token;
	arena_init(&a, NULL, 0);
	challenge_make(&c, false);
	for (size_t len = 0; len < c.token_len; len++)
		assert_int_equal(
			client_ntlm_second(&n, &who, "host", span_make(c.token, len), &a, &token), -EPROTO);
	struct client_credentials bad = who;
	bad.user = "\xff";
	assert_int_equal(
		client_ntlm_second(&n, &bad, "host", span_make(c.token, c.token_len), &a, &token), -EINVAL);
	arena_reset(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_proof_and_key_are_right),
		cmocka_unit_test(the_client_says_whom_it_means),
		cmocka_unit_test(a_token_that_is_no_challenge),
	};
	return RUN_TESTS(tests);
}
