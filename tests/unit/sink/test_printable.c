// SPDX-License-Identifier: Apache-2.0
// Nothing from the wire steers a terminal.
#include "../test_support.h"

#include <string.h>

#include "sink/printable.h"

static void assert_shown(const char *text, const char *shown)
{
	char out[200];
	assert_string_equal(printable(text, out, sizeof(out)), shown);
}

static void test_text_stays(void **state)
{
	(void)state;
	assert_shown("Ärger & 文字 🦊.txt", "Ärger & 文字 🦊.txt");
	assert_shown(NULL, "");
}

static void test_steering_is_shown(void **state)
{
	(void)state;
	assert_shown("a\x1b[2Jb\r\n\x7f", "a\\x1b[2Jb\\x0d\\x0a\\x7f");
	assert_shown("\xc2\x9b", "\\u{9b}");                       // CSI of one character
	assert_shown("x\xe2\x80\xaegpj.exe", "x\\u{202e}gpj.exe"); // RIGHT-TO-LEFT OVERRIDE
}

static void test_no_utf8_is_shown(void **state)
{
	(void)state;
	assert_shown("\xff\xc0\x80", "\\xff\\xc0\\x80");
	assert_shown("\xed\xa0\x80", "\\xed\\xa0\\x80"); // a lone surrogate
	assert_shown("ab\xe6\x96", "ab\\xe6\\x96");      // cut off
	assert_shown("\xf5\x80\x80\x80", "\\xf5\\x80\\x80\\x80");
}

static void test_cut(void **state)
{
	(void)state;
	const char *text = "some\x01 text that is longer than its place, \xe6\x96\x87\xe5\xad\x97";
	char out[64], whole[200];
	(void)printable(text, whole, sizeof(whole));
	for (size_t size = 8; size < sizeof(out); size++) {
		memset(out, 'X', sizeof(out));
		(void)printable(text, out, size);
		assert_true(strlen(out) < size);
		if (strcmp(out, whole) == 0)
			continue;
		size_t kept = strlen(out) - 3;
		assert_string_equal(out + kept, "...");
		assert_memory_equal(out, whole, kept);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_text_stays),
		cmocka_unit_test(test_steering_is_shown),
		cmocka_unit_test(test_no_utf8_is_shown),
		cmocka_unit_test(test_cut),
	};
	return RUN_TESTS(tests);
}
