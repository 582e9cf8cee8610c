// SPDX-License-Identifier: Apache-2.0
#include "../../test_support.h"

#include "ms_nlmp.h"
#include "recorded.h"
#include "wire/ntlm/ntlm_message.h"
#include "wire/ntlm/ntlm_response.h"

static void utf16_is(struct span s, const char *ascii)
{
	assert_int_equal(s.len, 2 * strlen(ascii));
	for (size_t i = 0; i < strlen(ascii); i++) {
		assert_int_equal(s.data[2 * i], (uint8_t)ascii[i]);
		assert_int_equal(s.data[2 * i + 1], 0);
	}
}

static void bytes_are(struct span s, const char *hex)
{
	struct span expected = hex_alloc(hex);

	assert_int_equal(s.len, expected.len);
	assert_memory_equal(s.data, expected.data, s.len);
	hex_free(expected);
}

static void decodes_challenge_of_specification(void **state UNUSED)
{
	struct span message = hex_alloc(nlmp_challenge_message);
	struct ntlm_challenge m;
	struct ntlm_av_list av;

	assert_int_equal(ntlm_challenge_decode(message, &m), VERDICT_OK);
	assert_int_equal(m.negotiate_flags, 0xE28A8233u);
	bytes_are(span_make(m.server_challenge, 8), nlmp_server_challenge);
	utf16_is(m.target_name, "Server");
	assert_true(m.has_version);
	assert_int_equal(m.version.product_build, 6000);
	assert_int_equal(ntlm_av_list_decode(m.target_info, &av), VERDICT_OK);
	assert_int_equal(av.count, 2);
	utf16_is(ntlm_av_list_find(&av, MSV_AV_NB_DOMAIN_NAME)->value, "Domain");
	utf16_is(ntlm_av_list_find(&av, MSV_AV_NB_COMPUTER_NAME)->value, "Server");
	hex_free(message);
}

static void encodes_challenge_of_specification(void **state UNUSED)
{
	struct span message = hex_alloc(nlmp_challenge_message);
	struct ntlm_challenge m;
	uint8_t out[256];
	struct writer w = writer_make(out, sizeof(out));

	assert_int_equal(ntlm_challenge_decode(message, &m), VERDICT_OK);
	ntlm_challenge_encode(&w, &m);
	assert_true(writer_ok(&w));
	bytes_are(writer_since(&w, 0), nlmp_challenge_message);
	hex_free(message);
}

static void decodes_authenticate_of_specification(void **state UNUSED)
{
	struct span message = hex_alloc(nlmp_authenticate_message);
	struct ntlm_authenticate m;
	struct ntlmv2_response r;

	assert_int_equal(ntlm_authenticate_decode(message, &m), VERDICT_OK);
	assert_int_equal(m.negotiate_flags, 0xE2888235u);
	utf16_is(m.domain_name, "Domain");
	utf16_is(m.user_name, "User");
	utf16_is(m.workstation, "COMPUTER");
	bytes_are(m.lm_challenge_response, nlmp_lmv2_response);
	bytes_are(m.encrypted_random_session_key, nlmp_encrypted_session_key);
	assert_true(m.has_version);
	assert_int_equal(m.version.product_build, 2600);
	assert_false(m.has_mic); // the example has its payload where a MIC would be
	assert_int_equal(ntlm_response_kind_of(m.nt_challenge_response), NTLM_RESPONSE_V2);
	assert_int_equal(ntlmv2_response_decode(m.nt_challenge_response, &r), VERDICT_OK);
	bytes_are(span_make(r.response, 16), nlmp_nt_proof_str);
	bytes_are(r.temp, nlmp_temp);
	assert_int_equal(r.time_stamp, 0);
	hex_free(message);
}

static void encodes_authenticate_of_specification(void **state UNUSED)
{
	struct span message = hex_alloc(nlmp_authenticate_message);
	struct ntlm_authenticate m;
	uint8_t out[512];
	struct writer w = writer_make(out, sizeof(out));

	assert_int_equal(ntlm_authenticate_decode(message, &m), VERDICT_OK);
	ntlm_authenticate_encode(&w, &m);
	assert_true(writer_ok(&w));
	bytes_are(writer_since(&w, 0), nlmp_authenticate_message);
	hex_free(message);
}

static void encodes_client_challenge_of_specification(void **state UNUSED)
{
	static const uint8_t aa[8] = { 0xAA, 0xAA, 0xAA, 0xAA, 0xAA, 0xAA, 0xAA, 0xAA };
	uint8_t av[64], out[128];
	struct writer pairs = writer_make(av, sizeof(av)), w = writer_make(out, sizeof(out));

	assert_true(ntlm_av_put_text(&pairs, MSV_AV_NB_DOMAIN_NAME, "Domain"));
	assert_true(ntlm_av_put_text(&pairs, MSV_AV_NB_COMPUTER_NAME, "Server"));
	ntlm_av_put_eol(&pairs);
	struct ntlmv2_response r = { .av_pairs = writer_since(&pairs, 0) };
	memcpy(r.challenge_from_client, aa, sizeof(aa));
	ntlmv2_client_challenge_encode(&w, &r);
	assert_true(writer_ok(&w));
	bytes_are(writer_since(&w, 0), nlmp_temp);
}

static void negotiate_survives_the_round_trip(void **state UNUSED)
{
	struct ntlm_negotiate in = {
		.negotiate_flags = NTLMSSP_NEGOTIATE_OEM_DOMAIN_SUPPLIED |
				   NTLMSSP_NEGOTIATE_OEM_WORKSTATION_SUPPLIED | NTLMSSP_NEGOTIATE_VERSION,
		.domain_name = span_of_str("DOMAIN"),
		.workstation = span_of_str("WORKSTATION"),
		.has_version = true,
		.version = { 10, 0, 20348, NTLMSSP_REVISION_W2K3 },
	};
	struct ntlm_negotiate back;
	uint8_t out[128];
	struct writer w = writer_make(out, sizeof(out));

	ntlm_negotiate_encode(&w, &in);
	assert_true(writer_ok(&w));
	assert_int_equal(ntlm_negotiate_decode(writer_since(&w, 0), &back), VERDICT_OK);
	assert_true(span_equal(back.domain_name, in.domain_name));
	assert_true(span_equal(back.workstation, in.workstation));
	assert_true(back.has_version);
	assert_int_equal(back.version.product_major_version, in.version.product_major_version);
	assert_int_equal(back.version.product_minor_version, in.version.product_minor_version);
	assert_int_equal(back.version.product_build, in.version.product_build);
	assert_int_equal(back.version.ntlm_revision_current, in.version.ntlm_revision_current);
}

static void fields_without_their_flag_are_ignored(void **state UNUSED)
{
	struct ntlm_negotiate in = { .domain_name = span_of_str("DOMAIN") }, back;
	uint8_t out[128];
	struct writer w = writer_make(out, sizeof(out));

	ntlm_negotiate_encode(&w, &in);
	assert_int_equal(ntlm_negotiate_decode(writer_since(&w, 0), &back), VERDICT_OK);
	assert_int_equal(back.domain_name.len, 0);
}

static void mic_and_version_are_found_by_the_payload(void **state UNUSED)
{
	struct ntlm_authenticate in = {
		.negotiate_flags = NTLMSSP_NEGOTIATE_VERSION,
		.user_name = span_of_str("u\0s\0"),
		.has_version = true,
		.has_mic = true,
		.mic = { 1, 2, 3 },
	};
	struct ntlm_authenticate back;
	uint8_t out[128];
	struct writer w = writer_make(out, sizeof(out));

	ntlm_authenticate_encode(&w, &in);
	assert_int_equal(ntlm_authenticate_decode(writer_since(&w, 0), &back), VERDICT_OK);
	assert_true(back.has_mic);
	assert_int_equal(back.mic_offset, NTLM_MIC_OFFSET);
	assert_memory_equal(back.mic, in.mic, sizeof(in.mic));
}

// A message with any of its bytes missing is refused or, where only payload that nobody points to is
// missing, decodes; never does a span reach beyond what is there (the allocation is exact: ASan sees it).
static void truncated_messages_are_refused(void **state UNUSED)
{
	struct span whole = hex_alloc(nlmp_authenticate_message);

	for (size_t len = 0; len < whole.len; len++) {
		struct span cut = span_make(memcpy(malloc(len + 1), whole.data, len), len);
		struct ntlm_authenticate m;
		assert_int_not_equal(ntlm_authenticate_decode(cut, &m), VERDICT_OK);
		hex_free(cut);
	}
	hex_free(whole);
	whole = hex_alloc(nlmp_challenge_message);
	for (size_t len = 0; len < whole.len; len++) {
		struct span cut = span_make(memcpy(malloc(len + 1), whole.data, len), len);
		struct ntlm_challenge m;
		assert_int_not_equal(ntlm_challenge_decode(cut, &m), VERDICT_OK);
		hex_free(cut);
	}
	hex_free(whole);
}

static void payload_in_the_fixed_part_is_refused(void **state UNUSED)
{
	struct span message = hex_alloc(nlmp_authenticate_message);
	uint8_t copy[512];
	struct ntlm_authenticate m;

	memcpy(copy, message.data, message.len);
	copy[0x18] = 0x10; // DomainNameBufferOffset
	assert_int_equal(ntlm_authenticate_decode(span_make(copy, message.len), &m), VERDICT_BAD_OFFSET);
	copy[0x18] = 0x48;
	copy[8] = 2; // MessageType
	assert_int_equal(ntlm_authenticate_decode(span_make(copy, message.len), &m), VERDICT_BAD_VALUE);
	copy[8] = 3;
	copy[0] = 'n';
	assert_int_equal(ntlm_authenticate_decode(span_make(copy, message.len), &m), VERDICT_BAD_VALUE);
	assert_false(ntlm_message_recognise(span_make(copy, message.len)));
	hex_free(message);
}

static void responses_are_told_apart(void **state UNUSED)
{
	uint8_t bytes[64] = {};

	assert_int_equal(ntlm_response_kind_of(span_make(bytes, 0)), NTLM_RESPONSE_EMPTY);
	assert_int_equal(ntlm_response_kind_of(span_make(bytes, 24)), NTLM_RESPONSE_V1);
	assert_int_equal(ntlm_response_kind_of(span_make(bytes, 16)), NTLM_RESPONSE_OTHER);
	assert_int_equal(ntlm_response_kind_of(span_make(bytes, 48)), NTLM_RESPONSE_OTHER);
	bytes[16] = 1;
	assert_int_equal(ntlm_response_kind_of(span_make(bytes, 48)), NTLM_RESPONSE_V2);
	assert_int_equal(ntlm_response_kind_of(span_make(bytes, 47)), NTLM_RESPONSE_OTHER);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(decodes_challenge_of_specification),
		cmocka_unit_test(encodes_challenge_of_specification),
		cmocka_unit_test(decodes_authenticate_of_specification),
		cmocka_unit_test(encodes_authenticate_of_specification),
		cmocka_unit_test(encodes_client_challenge_of_specification),
		cmocka_unit_test(negotiate_survives_the_round_trip),
		cmocka_unit_test(fields_without_their_flag_are_ignored),
		cmocka_unit_test(mic_and_version_are_found_by_the_payload),
		cmocka_unit_test(truncated_messages_are_refused),
		cmocka_unit_test(payload_in_the_fixed_part_is_refused),
		cmocka_unit_test(responses_are_told_apart),
	};

	return RUN_TESTS(tests);
}
