// SPDX-License-Identifier: Apache-2.0
#include "../../test_support.h"

#include "recorded.h"
#include "wire/ntlm/ntlm_av_pair.h"

static enum verdict decode(const char *hex, struct ntlm_av_list *list)
{
	struct span bytes = hex_alloc(hex);
	enum verdict v = ntlm_av_list_decode(bytes, list);

	hex_free(bytes);
	return v;
}

static void values_survive_the_round_trip(void **state UNUSED)
{
	uint8_t out[256];
	struct writer w = writer_make(out, sizeof(out));
	struct ntlm_av_list list;
	uint64_t time;

	assert_true(ntlm_av_put_text(&w, MSV_AV_TARGET_NAME, "cifs/files.example.org"));
	ntlm_av_put_u32(&w, MSV_AV_FLAGS, MSV_AV_FLAG_MIC_PRESENT);
	ntlm_av_put_u64(&w, MSV_AV_TIMESTAMP, 0x01DA0123456789ABu);
	ntlm_av_put(&w, MSV_AV_NB_DOMAIN_NAME, span_make(NULL, 0));
	ntlm_av_put_eol(&w);
	size_t list_len = w.pos;
	writer_zeros(&w, 4);
	assert_int_equal(ntlm_av_list_decode(writer_since(&w, 0), &list), VERDICT_OK);
	assert_int_equal(list.count, 4);
	assert_int_equal(list.raw.len, list_len);
	assert_int_equal(ntlm_av_list_flags(&list), MSV_AV_FLAG_MIC_PRESENT);
	assert_true(ntlm_av_list_timestamp(&list, &time));
	assert_true(time == 0x01DA0123456789ABu);
	assert_int_equal(ntlm_av_list_find(&list, MSV_AV_TARGET_NAME)->value.len, 44);
	assert_null(ntlm_av_list_find(&list, MSV_AV_SINGLE_HOST));
}

static void wrong_lists_are_refused(void **state UNUSED)
{
	struct ntlm_av_list list;

	assert_int_equal(decode("", &list), VERDICT_TRUNCATED);
	assert_int_equal(decode("0100040041004200", &list), VERDICT_TRUNCATED); // no end
	assert_int_equal(decode("010004004100", &list), VERDICT_TRUNCATED);
	assert_int_equal(decode("00000100ff", &list), VERDICT_BAD_VALUE); // MsvAvEOL with a value
	assert_int_equal(decode("060002000200"
				"00000000",
				 &list),
		VERDICT_BAD_VALUE); // MsvAvFlags of two bytes
	assert_int_equal(decode("07000400aabbccdd"
				"00000000",
				 &list),
		VERDICT_BAD_VALUE); // MsvAvTimestamp of four
	assert_int_equal(decode("01000000"
				"01000000"
				"00000000",
				 &list),
		VERDICT_BAD_VALUE); // twice
	assert_int_equal(decode("00000000", &list), VERDICT_OK);
	assert_int_equal(list.count, 0);
	assert_int_equal(ntlm_av_list_flags(&list), 0);
}

static void number_of_pairs_is_bounded(void **state UNUSED)
{
	uint8_t out[4 * (NTLM_AV_PAIRS_MAX + 2)];
	struct ntlm_av_list list;

	for (unsigned extra = 0; extra < 2; extra++) {
		struct writer w = writer_make(out, sizeof(out));
		for (unsigned i = 0; i < NTLM_AV_PAIRS_MAX + extra; i++)
			writer_u32(&w, 100 + i); // id, length 0
		ntlm_av_put_eol(&w);
		assert_int_equal(ntlm_av_list_decode(writer_since(&w, 0), &list),
			extra == 0 ? VERDICT_OK : VERDICT_TOO_LONG);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(values_survive_the_round_trip),
		cmocka_unit_test(wrong_lists_are_refused),
		cmocka_unit_test(number_of_pairs_is_bounded),
	};

	return RUN_TESTS(tests);
}
