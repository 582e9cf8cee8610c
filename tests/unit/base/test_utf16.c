// SPDX-License-Identifier: Apache-2.0
#include "../test_support.h"

#include "base/utf16.h"

static void each_name_survives_there_and_back(void **state UNUSED)
{
	static const char *const names[] = {
		"",
		"plain.txt",
		"Größe",
		"日本",
		"\xF0\x9F\x98\x80 beyond the BMP",
		"\xED\xA0\x80lone high",
		"\xED\xB0\x80",
	};
	struct arena a;
	arena_init(&a, NULL, 0);
	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		struct span wide = utf16_from_utf8(&a, names[i]);
		assert_non_null(wide.data);
		assert_int_equal(wide.len, utf16_len_of_utf8(names[i]));
		assert_string_equal(utf16_to_utf8(&a, wide), names[i]);
	}
	arena_reset(&a);
}

static void what_is_not_text_is_refused(void **state UNUSED)
{
	static const char *const bad[] = { "\xFF", "\xC0\x80", "\xE2\x82", "\xF5\x80\x80\x80",
		"\xE0\x80\x80" };
	struct arena a;
	arena_init(&a, NULL, 0);
	for (size_t i = 0; i < ARRAY_LEN(bad); i++)
		assert_null(utf16_from_utf8(&a, bad[i]).data);
	assert_null(utf16_to_utf8(&a, span_make("a\0b", 3)));
	assert_null(utf16_to_utf8(&a, span_make("a\0\0\0", 4)));
	arena_reset(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_name_survives_there_and_back),
		cmocka_unit_test(what_is_not_text_is_refused),
	};
	return RUN_TESTS(tests);
}
