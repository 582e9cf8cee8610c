// SPDX-License-Identifier: Apache-2.0
#include "../../test_support.h"

#include "../ntlm/recorded.h"
#include "wire/spnego/spnego.h"

static void bytes_are(struct span s, const char *hex)
{
	struct span expected = hex_alloc(hex);

	assert_int_equal(s.len, expected.len);
	assert_memory_equal(s.data, expected.data, s.len);
	hex_free(expected);
}

// Decodes and encodes again: the same bytes must come out.
static void init_round_trip(const char *hex, struct spnego_init *init, struct span *token)
{
	uint8_t out[1024];
	struct writer w = writer_make(out, sizeof(out));

	*token = hex_alloc(hex);
	assert_int_equal(spnego_token_kind_of(*token), SPNEGO_TOKEN_INIT);
	assert_int_equal(spnego_init_decode(*token, init), VERDICT_OK);
	spnego_init_encode(&w, init);
	assert_true(writer_ok(&w));
	bytes_are(writer_since(&w, 0), hex);
}

static void reads_hint_of_windows(void **state UNUSED)
{
	static const enum spnego_mech expected[] = { SPNEGO_MECH_NEGOEX, SPNEGO_MECH_MS_KRB5,
		SPNEGO_MECH_KRB5, SPNEGO_MECH_KRB5_U2U, SPNEGO_MECH_NTLMSSP };
	struct spnego_init init;
	struct span token;

	init_round_trip(windows_hint, &init, &token);
	assert_int_equal(init.mech_type_count, ARRAY_LEN(expected));
	for (unsigned i = 0; i < ARRAY_LEN(expected); i++)
		assert_int_equal(init.mech_types[i].mech, expected[i]);
	assert_true(init.has_neg_hints);
	assert_true(span_equal(init.hint_name, span_of_str("not_defined_in_RFC4178@please_ignore")));
	assert_false(init.has_mech_token);
	hex_free(token);
}

static void reads_hint_of_samba(void **state UNUSED)
{
	struct spnego_init init;
	struct span token;

	init_round_trip(recorded_hint, &init, &token);
	assert_int_equal(init.mech_type_count, 1);
	assert_int_equal(init.mech_types[0].mech, SPNEGO_MECH_NTLMSSP);
	hex_free(token);
}

static void reads_first_token_of_client(void **state UNUSED)
{
	struct spnego_init init;
	struct span token;

	init_round_trip(recorded_init, &init, &token);
	assert_true(init.has_mech_token);
	assert_int_equal(spnego_token_kind_of(init.mech_token), SPNEGO_TOKEN_NTLMSSP);
	assert_false(init.has_neg_hints);
	bytes_are(init.mech_types_der, "300c060a2b06010401823702020a");
	uint8_t out[64];
	struct writer w = writer_make(out, sizeof(out));
	spnego_mech_types_encode(&w, &init);
	bytes_are(writer_since(&w, 0), "300c060a2b06010401823702020a");
	hex_free(token);
}

static void resp_round_trip(const char *hex, struct spnego_resp *resp, struct span *token)
{
	uint8_t out[1024];
	struct writer w = writer_make(out, sizeof(out));

	*token = hex_alloc(hex);
	assert_int_equal(spnego_token_kind_of(*token), SPNEGO_TOKEN_RESP);
	assert_int_equal(spnego_resp_decode(*token, resp), VERDICT_OK);
	spnego_resp_encode(&w, resp);
	assert_true(writer_ok(&w));
	bytes_are(writer_since(&w, 0), hex);
}

static void reads_responses(void **state UNUSED)
{
	struct spnego_resp resp;
	struct span token;

	resp_round_trip(recorded_challenge, &resp, &token);
	assert_int_equal(resp.neg_state, SPNEGO_ACCEPT_INCOMPLETE);
	assert_int_equal(resp.supported_mech, SPNEGO_MECH_NTLMSSP);
	assert_int_equal(resp.response_token.len, 202);
	assert_false(resp.has_mech_list_mic);
	hex_free(token);
	resp_round_trip(recorded_authenticate, &resp, &token);
	assert_false(resp.has_neg_state);
	assert_int_equal(resp.mech_list_mic.len, 16);
	hex_free(token);
	resp_round_trip(recorded_completed, &resp, &token);
	assert_true(resp.has_neg_state);
	assert_int_equal(resp.neg_state, SPNEGO_ACCEPT_COMPLETED);
	bytes_are(resp.mech_list_mic, "010000009e5a1bf5e689b14a00000000");
	hex_free(token);
}

static void truncated_tokens_are_refused(void **state UNUSED)
{
	static const char *const tokens[] = { windows_hint, recorded_init, recorded_challenge,
		recorded_completed };

	for (size_t i = 0; i < ARRAY_LEN(tokens); i++) {
		struct span whole = hex_alloc(tokens[i]);
		for (size_t len = 0; len < whole.len; len++) {
			struct span cut = span_make(memcpy(malloc(len + 1), whole.data, len), len);
			struct spnego_init init;
			struct spnego_resp resp;
			assert_int_not_equal(spnego_init_decode(cut, &init), VERDICT_OK);
			assert_int_not_equal(spnego_resp_decode(cut, &resp), VERDICT_OK);
			hex_free(cut);
		}
		hex_free(whole);
	}
}

static void trailing_bytes_are_refused(void **state UNUSED)
{
	struct span whole = hex_alloc(recorded_init);
	uint8_t longer[256] = {};
	struct spnego_init init;

	memcpy(longer, whole.data, whole.len);
	assert_int_equal(spnego_init_decode(span_make(longer, whole.len + 1), &init), VERDICT_TRAILING);
	hex_free(whole);
}

static void number_of_mechanisms_is_bounded(void **state UNUSED)
{
	struct spnego_init init = { .mech_type_count = SPNEGO_MECHS_MAX }, back;
	uint8_t out[1024];

	for (unsigned i = 0; i < SPNEGO_MECHS_MAX; i++)
		init.mech_types[i].mech = SPNEGO_MECH_KRB5;
	struct writer w = writer_make(out, sizeof(out));
	spnego_init_encode(&w, &init);
	assert_int_equal(spnego_init_decode(writer_since(&w, 0), &back), VERDICT_OK);
	assert_int_equal(back.mech_type_count, SPNEGO_MECHS_MAX);

	// The same with one more, by hand: 17 times "06 01 2a".
	w = writer_make(out, sizeof(out));
	writer_bytes(&w, "\x60\x43\x06\x06\x2B\x06\x01\x05\x05\x02", 10);
	writer_bytes(&w, "\xA0\x39\x30\x37\xA0\x35\x30\x33", 8);
	for (unsigned i = 0; i < SPNEGO_MECHS_MAX + 1; i++)
		writer_bytes(&w, "\x06\x01\x2A", 3);
	assert_int_equal(spnego_init_decode(writer_since(&w, 0), &back), VERDICT_TOO_LONG);
}

static void no_mechanism_is_refused(void **state UNUSED)
{
	struct span token = hex_alloc("600e06062b0601050502a0043002a000");
	struct span empty_list = hex_alloc("601006062b0601050502a0063004a0023000");
	struct spnego_init init;

	assert_int_not_equal(spnego_init_decode(token, &init), VERDICT_OK);
	assert_int_equal(spnego_init_decode(empty_list, &init), VERDICT_BAD_VALUE);
	hex_free(token);
	hex_free(empty_list);
}

static void kinds_are_told_apart(void **state UNUSED)
{
	struct span krb5 = hex_alloc("600d06092a864886f7120102020100");
	struct span other = hex_alloc("600506032a0304");

	assert_int_equal(spnego_token_kind_of(span_make(NULL, 0)), SPNEGO_TOKEN_UNKNOWN);
	assert_int_equal(spnego_token_kind_of(span_make("NTLMSSP\0\1", 9)), SPNEGO_TOKEN_NTLMSSP);
	assert_int_equal(spnego_token_kind_of(span_make("NTLMSSP", 7)), SPNEGO_TOKEN_UNKNOWN);
	assert_int_equal(spnego_token_kind_of(krb5), SPNEGO_TOKEN_KRB5);
	assert_int_equal(spnego_token_kind_of(other), SPNEGO_TOKEN_UNKNOWN);
	hex_free(krb5);
	hex_free(other);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_hint_of_windows),
		cmocka_unit_test(reads_hint_of_samba),
		cmocka_unit_test(reads_first_token_of_client),
		cmocka_unit_test(reads_responses),
		cmocka_unit_test(truncated_tokens_are_refused),
		cmocka_unit_test(trailing_bytes_are_refused),
		cmocka_unit_test(number_of_mechanisms_is_bounded),
		cmocka_unit_test(no_mechanism_is_refused),
		cmocka_unit_test(kinds_are_told_apart),
	};

	return RUN_TESTS(tests);
}
