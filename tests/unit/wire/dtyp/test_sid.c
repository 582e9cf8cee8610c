// SPDX-License-Identifier: Apache-2.0
#include "../../test_support.h"

#include <string.h>

#include "wire/dtyp/sid.h"

static struct sid of(const char *text)
{
	struct sid s;
	assert_true(sid_from_text(text, &s));
	return s;
}

static void texts_come_back(UNUSED void **state)
{
	static const char *const texts[] = { "S-1-0-0", "S-1-5-32-544",
		"S-1-5-21-3623811015-3361044348-30300820-1013",
		"S-1-5-80-956008885-3418522649-1831038044-1853292631-2271478464", "S-1-16-12288",
		"S-1-4294967295-1", "S-1-0x0001000000FF-7",
		"S-1-1-1-2-3-4-5-6-7-8-9-10-11-12-13-14-4294967295", "S-1-9" };
	char out[SID_TEXT_SIZE];
	for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
		struct sid s = of(texts[i]);
		sid_to_text(&s, out);
		assert_string_equal(out, texts[i]);
	}
}

static void other_texts_are_refused(UNUSED void **state)
{
	static const char *const bad[] = { "", "S", "S-1", "S-1-", "S-2-5-32", "S-1-5-", "S-1-5--1",
		"S-1-5-+1", "S-1-5-4294967296", "S-1-281474976710656", "S-1-5-1 ", "S-1-5-0x10", "S-1-0x",
		"S-1-99999999999999999999-1", "S-1-1-1-2-3-4-5-6-7-8-9-10-11-12-13-14-15-16" };
	struct sid s;
	for (size_t i = 0; i < ARRAY_LEN(bad); i++)
		assert_false(sid_from_text(bad[i], &s));
}

// S-1-5-32-544 as in every security descriptor.
static const uint8_t administrators[] = { 1, 2, 0, 0, 0, 0, 0, 5, 0x20, 0, 0, 0, 0x20, 2, 0, 0 };

static void wire_form(UNUSED void **state)
{
	struct reader r = reader_make(span_make(administrators, sizeof(administrators)));
	struct sid s = reader_sid(&r);
	assert_int_equal(reader_finish(&r), VERDICT_OK);
	assert_true(sid_equal(&s, &sid_builtin_administrators));
	assert_int_equal(sid_len(&s), sizeof(administrators));
	uint8_t out[SID_WIRE_LEN_MAX];
	struct writer w = writer_make(out, sizeof(out));
	writer_sid(&w, &s);
	assert_int_equal(w.pos, sizeof(administrators));
	assert_memory_equal(out, administrators, w.pos);
}

static void short_and_wrong_bytes(UNUSED void **state)
{
	uint8_t bytes[SID_WIRE_LEN_MAX + 4] = { 1, 16 };
	for (size_t len = 0; len < sizeof(administrators); len++) {
		struct reader r = reader_make(span_make(administrators, len));
		(void)reader_sid(&r);
		assert_int_equal(reader_verdict(&r), VERDICT_TRUNCATED);
	}
	struct reader r = reader_make(span_make(bytes, sizeof(bytes)));
	(void)reader_sid(&r);
	assert_int_equal(reader_verdict(&r), VERDICT_TOO_LONG);
	bytes[0] = 2;
	bytes[1] = 1;
	r = reader_make(span_make(bytes, sizeof(bytes)));
	(void)reader_sid(&r);
	assert_int_equal(reader_verdict(&r), VERDICT_BAD_VALUE);
}

static void domains_and_rids(UNUSED void **state)
{
	struct sid domain = of("S-1-5-21-1-2-3"), user, other = of("S-1-5-21-1-2-4-1000");
	assert_true(sid_with_rid(&domain, 1000, &user));
	assert_int_equal(sid_rid(&user), 1000);
	assert_false(sid_equal(&user, &other));
	assert_false(sid_same_domain(&user, &other));
	struct sid same = of("S-1-5-21-1-2-3-500"), full = of("S-1-1-1-2-3-4-5-6-7-8-9-10-11-12-13-14-15");
	assert_true(sid_same_domain(&user, &same));
	assert_false(sid_with_rid(&full, 1, &user));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(texts_come_back),
		cmocka_unit_test(other_texts_are_refused),
		cmocka_unit_test(wire_form),
		cmocka_unit_test(short_and_wrong_bytes),
		cmocka_unit_test(domains_and_rids),
	};
	return RUN_TESTS(tests);
}
