// SPDX-License-Identifier: Apache-2.0
// What an audit sends to see it refused is what the specification says it should be (MS-NLMP 4.2.2, 4.2.3).
#include "../test_support.h"

#include <errno.h>

#include "../crypto/hex.h"
#include "client/client_ntlm_answer.h"
#include "crypto/des.h"
#include "crypto/hash.h"

static const uint8_t server_challenge[NTLM_CHALLENGE_LEN] = { 0x01, 0x23, 0x45, 0x67, 0x89, 0xAB, 0xCD,
	0xEF };

static struct ntlm_answer answer_of(struct arena *a, enum client_proof proof)
{
	struct ntlm_answer s = { .a = a, .proof = proof };
	memcpy(s.challenge.server_challenge, server_challenge, sizeof(server_challenge));
	return s;
}

static void the_responses_of_the_specification(void **state UNUSED)
{
	struct arena a;
	arena_init(&a, NULL, 0);
	struct ntlm_answer v1 = answer_of(&a, CLIENT_PROOF_NTLMV1);
	assert_int_equal(ntlm_answer_v1(&v1, "Password"), 0);
	assert_int_equal(v1.nt_response.len, NTLM_RESPONSE_LEN);
	assert_hex(v1.nt_response.data, "67c43011f30298a2ad35ece64f16331c44bdbed927841f94");
	assert_hex(v1.key_exchange_key, "d87262b0cde4b1cb7499becccdf10784");

	struct ntlm_answer lm = answer_of(&a, CLIENT_PROOF_LM);
	assert_int_equal(ntlm_answer_v1(&lm, "Password"), 0);
	assert_int_equal(lm.nt_response.len, 0);
	assert_hex(lm.lm_response.data, "98def7b87f88aa5dafe2df779688a172def11c7d5ccdef13");
	arena_reset(&a);
}

// 4.2.3 with a challenge of our own: DESL of the first half of MD5 of both challenges.
static void the_session_response_answers_both_challenges(void **state UNUSED)
{
	static const uint8_t first_key[DES_KEY_LEN] = { 0xa4, 0xf4, 0x9c, 0x40, 0x65, 0x10, 0xbd };
	uint8_t both[MD5_LEN], block[DES_BLOCK_LEN];
	struct arena a;
	arena_init(&a, NULL, 0);
	struct ntlm_answer s = answer_of(&a, CLIENT_PROOF_NTLMV1_SESSION);
	assert_int_equal(ntlm_answer_v1(&s, "Password"), 0);
	const struct span parts[] = { span_make(server_challenge, 8), span_make(s.lm_response.data, 8) };
	assert_int_equal(md5(parts, ARRAY_LEN(parts), both), 0);
	assert_int_equal(des_block(first_key, both, block), 0);
	assert_memory_equal(s.nt_response.data, block, sizeof(block));
	for (size_t i = NTLM_CHALLENGE_LEN; i < NTLM_RESPONSE_LEN; i++)
		assert_int_equal(s.lm_response.data[i], 0);
	arena_reset(&a);
}

static void passwords_without_an_lm_hash(void **state UNUSED)
{
	struct arena a;
	arena_init(&a, NULL, 0);
	struct ntlm_answer s = answer_of(&a, CLIENT_PROOF_LM);
	assert_int_equal(ntlm_answer_v1(&s, "fourteen-chars"), 0);
	assert_int_equal(ntlm_answer_v1(&s, "fifteen-charact"), -EINVAL);
	assert_int_equal(ntlm_answer_v1(&s, "pässword"), -EINVAL);
	arena_reset(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_responses_of_the_specification),
		cmocka_unit_test(the_session_response_answers_both_challenges),
		cmocka_unit_test(passwords_without_an_lm_hash),
	};
	return RUN_TESTS(tests);
}
