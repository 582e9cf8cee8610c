// SPDX-License-Identifier: Apache-2.0
#include "../test_support.h"

#include <errno.h>

#include "../wire/ntlm/ms_nlmp.h"
#include "../wire/ntlm/recorded.h"
#include "auth/ntlm_crypto.h"
#include "base/arena.h"
#include "base/utf16.h"
#include "wire/ntlm/ntlm_message.h"
#include "wire/ntlm/ntlm_response.h"
#include "wire/spnego/spnego.h"

static void bytes_are(const uint8_t *bytes, const char *hex)
{
	struct span expected = hex_alloc(hex);

	assert_memory_equal(bytes, expected.data, expected.len);
	hex_free(expected);
}

static void response_key(const char *user, const char *domain, const char *password, uint8_t out[16])
{
	uint8_t hash[16];
	struct arena a;

	arena_init(&a, NULL, 0);
	assert_int_equal(ntlm_nt_hash(password, hash), 0);
	assert_int_equal(ntlm_ntowf_v2(hash, utf16_from_utf8(&a, user), utf16_from_utf8(&a, domain), out), 0);
	arena_reset(&a);
}

static void hashes_of_specification(void **state UNUSED)
{
	uint8_t out[16];

	assert_int_equal(ntlm_nt_hash("Password", out), 0);
	bytes_are(out, nlmp_ntowf_v1);
	response_key("User", "Domain", "Password", out);
	bytes_are(out, nlmp_ntowf_v2);
}

// The user's case does not matter (also beyond ASCII), the domain's does.
static void user_is_upper_cased(void **state UNUSED)
{
	uint8_t a[16], b[16];

	response_key("jürgen", "Domain", "x", a);
	response_key("JÜRGEN", "Domain", "x", b);
	assert_memory_equal(a, b, 16);
	response_key("jürgen", "DOMAIN", "x", b);
	assert_memory_not_equal(a, b, 16);
}

static void proof_and_keys_of_specification(void **state UNUSED)
{
	struct span challenge = hex_alloc(nlmp_server_challenge), temp = hex_alloc(nlmp_temp);
	uint8_t key[16], proof[16], base[16], encrypted[16], lm[24], exported[16], client[8];

	memset(client, 0xAA, sizeof(client));
	memset(exported, 0x55, sizeof(exported));
	response_key("User", "Domain", "Password", key);
	assert_int_equal(ntlm_proof(key, challenge.data, temp, proof, base), 0);
	bytes_are(proof, nlmp_nt_proof_str);
	bytes_are(base, nlmp_session_base_key);
	assert_int_equal(ntlm_lmv2_response(key, challenge.data, client, lm), 0);
	bytes_are(lm, nlmp_lmv2_response);
	ntlm_key_exchange(base, exported, encrypted);
	bytes_are(encrypted, nlmp_encrypted_session_key);
	ntlm_key_exchange(base, encrypted, encrypted);
	assert_memory_equal(encrypted, exported, 16);
	hex_free(challenge);
	hex_free(temp);
}

static void sealing_of_specification(void **state UNUSED)
{
	struct span plaintext = hex_alloc(nlmp_plaintext);
	struct ntlm_seal seal;
	uint8_t exported[16], message[18], mac[16];

	memset(exported, 0x55, sizeof(exported));
	assert_int_equal(plaintext.len, sizeof(message));
	memcpy(message, plaintext.data, sizeof(message));
	assert_int_equal(ntlm_seal_init(&seal, exported, NTLM_CLIENT_TO_SERVER, true), 0);
	bytes_are(seal.sign_key, nlmp_sign_key);
	assert_int_equal(ntlm_seal_message(&seal, message, sizeof(message), mac), 0);
	bytes_are(message, nlmp_sealed);
	bytes_are(mac, nlmp_signature);
	ntlm_seal_done(&seal);
	hex_free(plaintext);
}

static void signatures_are_verified_in_order(void **state UNUSED)
{
	struct ntlm_seal out, in;
	uint8_t key[16] = { 7 }, first[16], second[16];
	struct span message = span_of_str("message");
	bool fits;

	assert_int_equal(ntlm_seal_init(&out, key, NTLM_SERVER_TO_CLIENT, true), 0);
	assert_int_equal(ntlm_seal_init(&in, key, NTLM_SERVER_TO_CLIENT, true), 0);
	assert_int_equal(ntlm_sign(&out, message, first), 0);
	assert_int_equal(ntlm_sign(&out, message, second), 0);
	assert_memory_not_equal(first, second, 16);
	assert_int_equal(ntlm_verify(&in, message, span_make(first, 16), &fits), 0);
	assert_true(fits);
	assert_int_equal(ntlm_verify(&in, message, span_make(first, 16), &fits), 0); // again
	assert_false(fits);
	ntlm_seal_done(&in);
	assert_int_equal(ntlm_seal_init(&in, key, NTLM_SERVER_TO_CLIENT, true), 0);
	assert_int_equal(ntlm_verify(&in, span_of_str("massage"), span_make(first, 16), &fits), 0);
	assert_false(fits);
	ntlm_seal_done(&in);
	ntlm_seal_done(&out);
}

struct recorded {
	struct span tokens[4];
	struct spnego_init init;
	struct spnego_resp challenge, authenticate, completed;
	struct ntlm_authenticate message;
	struct ntlmv2_response response;
	uint8_t base[16], exported[16];
};

static void recorded_load(struct recorded *r)
{
	struct ntlm_challenge challenge;
	uint8_t key[16], proof[16];

	r->tokens[0] = hex_alloc(recorded_init);
	r->tokens[1] = hex_alloc(recorded_challenge);
	r->tokens[2] = hex_alloc(recorded_authenticate);
	r->tokens[3] = hex_alloc(recorded_completed);
	assert_int_equal(spnego_init_decode(r->tokens[0], &r->init), VERDICT_OK);
	assert_int_equal(spnego_resp_decode(r->tokens[1], &r->challenge), VERDICT_OK);
	assert_int_equal(spnego_resp_decode(r->tokens[2], &r->authenticate), VERDICT_OK);
	assert_int_equal(spnego_resp_decode(r->tokens[3], &r->completed), VERDICT_OK);
	assert_int_equal(ntlm_challenge_decode(r->challenge.response_token, &challenge), VERDICT_OK);
	assert_int_equal(ntlm_authenticate_decode(r->authenticate.response_token, &r->message), VERDICT_OK);
	assert_int_equal(ntlmv2_response_decode(r->message.nt_challenge_response, &r->response), VERDICT_OK);
	response_key("alice", "TEST", "Passw0rd-alice", key);
	assert_int_equal(ntlm_proof(key, challenge.server_challenge, r->response.temp, proof, r->base), 0);
	assert_memory_equal(proof, r->response.response, 16);
	assert_int_equal(r->message.encrypted_random_session_key.len, 16);
	ntlm_key_exchange(r->base, r->message.encrypted_random_session_key.data, r->exported);
}

static void recorded_free(struct recorded *r)
{
	for (size_t i = 0; i < ARRAY_LEN(r->tokens); i++)
		hex_free(r->tokens[i]);
}

static void mic_of_a_recorded_exchange(void **state UNUSED)
{
	struct recorded r;
	uint8_t mic[16];

	recorded_load(&r);
	assert_true(r.message.has_mic);
	assert_int_equal(ntlm_mic(r.exported, r.init.mech_token, r.challenge.response_token,
				 r.authenticate.response_token, r.message.mic_offset, mic),
		0);
	assert_memory_equal(mic, r.message.mic, 16);
	assert_int_equal(ntlm_mic(r.exported, r.init.mech_token, r.challenge.response_token,
				 r.authenticate.response_token, r.authenticate.response_token.len - 15, mic),
		-EINVAL);
	recorded_free(&r);
}

static void list_macs_of_a_recorded_exchange(void **state UNUSED)
{
	struct recorded r;
	struct ntlm_seal seal;
	uint8_t mac[16];
	bool fits;

	recorded_load(&r);
	assert_int_equal(ntlm_seal_init(&seal, r.exported, NTLM_CLIENT_TO_SERVER, true), 0);
	assert_int_equal(ntlm_verify(&seal, r.init.mech_types_der, r.authenticate.mech_list_mic, &fits), 0);
	assert_true(fits);
	ntlm_seal_done(&seal);
	assert_int_equal(ntlm_seal_init(&seal, r.exported, NTLM_SERVER_TO_CLIENT, true), 0);
	assert_int_equal(ntlm_sign(&seal, r.init.mech_types_der, mac), 0);
	assert_int_equal(r.completed.mech_list_mic.len, 16);
	assert_memory_equal(mac, r.completed.mech_list_mic.data, 16);
	ntlm_seal_done(&seal);
	recorded_free(&r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(hashes_of_specification),
		cmocka_unit_test(user_is_upper_cased),
		cmocka_unit_test(proof_and_keys_of_specification),
		cmocka_unit_test(sealing_of_specification),
		cmocka_unit_test(signatures_are_verified_in_order),
		cmocka_unit_test(mic_of_a_recorded_exchange),
		cmocka_unit_test(list_macs_of_a_recorded_exchange),
	};

	return RUN_TESTS(tests);
}
