// SPDX-License-Identifier: Apache-2.0
#include "../test_support.h"

#include <errno.h>
#include <string.h>

#include "config/path_glob.h"

static struct path_glob glob_of(const char *text)
{
	struct path_glob g;
	const char *why = NULL;
	assert_int_equal(path_glob_decode(text, &g, &why), 0);
	return g;
}

static bool covers(const char *pattern, const char *path)
{
	struct path_glob g = glob_of(pattern);
	path_glob_states states = path_glob_begin(&g);
	while (*path != 0) {
		struct path_name name;
		size_t len = strcspn(path, "/");
		assert_true(path_name_make(path, len, &name));
		states = path_glob_step(&g, states, &name);
		path += len + (path[len] == '/' ? 1 : 0);
	}
	bool covered = path_glob_covers(&g, states);
	path_glob_done(&g);
	return covered;
}

static void covers_what_it_matches_and_all_below(void **state)
{
	static const struct {
		const char *pattern;
		const char *path;
		bool covered;
	} cases[] = {
		{ "HR", "HR", true },
		{ "HR", "HR/a/b", true },
		{ "HR", "HRx", false },
		{ "HR", "x/HR", false },
		{ "HR/", "HR/a", true },
		{ "HR/**", "HR", true },
		{ "HR/**", "HR/a/b", true },
		{ "HR/*", "HR", false },
		{ "HR/*", "HR/a/b", true },
		{ "**", "", true },
		{ "**/x", "x", true },
		{ "**/x", "a/b/x/c", true },
		{ "**/x", "a/b/xx", false },
		{ "a/**/z", "a/z", true },
		{ "a/**/z", "a/b/c/z", true },
		{ "a/**/z", "b/z", false },
		{ "*", "a", true },
		{ "*", "", false },
		{ "*.key", "a.key", true },
		{ "*.key", ".key", true },
		{ "*.key", "a.keys", false },
		{ "*.key", "d/a.key", false },
		{ "**/*.key", "d/e/a.b.key", true },
		{ "a?c", "abc", true },
		{ "a?c", "ac", false },
		{ "a?c", "a😀c", true }, // a character, however many units
		{ "*a*b*c", "xaybzc", true },
		{ "*a*b*c", "xaybzcd", false },
		{ "a*a*a*a*b", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", false },
	};
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		bool covered = covers(cases[i].pattern, cases[i].path);
		if (covered != cases[i].covered)
			fail_msg("%s and %s: %d", cases[i].pattern, cases[i].path, covered);
	}
}

// Whatever spelling Windows' table holds equal leads to the file, so it has to be covered as well.
static void case_does_not_matter_but_other_letters_do(void **state)
{
	(void)state;
	assert_true(covers("Größe/**", "GRÖSSE") == false); // no table makes these equal
	assert_true(covers("Größe/**", "grÖßE/x"));
	assert_true(covers("личное", "ЛИЧНОЕ"));
	assert_true(covers("Ａ", "ａ"));
	assert_false(covers("HR", "ＨＲ"));
	assert_false(covers("caf\u00e9", "cafe\u0301"));
	assert_true(covers("\xed\xa0\x80*", "\xed\xa0\x80x")); // a lone surrogate, as clients can send it
	assert_false(covers("HR", "HR."));
	assert_false(covers("HR", "HR "));
}

static void what_is_no_pattern_is_refused(void **state)
{
	static const char *const bad[] = { "", "/", "/a", "a//b", ".", "..", "a/../b", "a\\b", "a**", "**a",
		"***", "a:b", "a|b", "<", "\"", "a\x01", "\xff", "a/b//" };
	struct path_glob g;
	const char *why;
	char deep[PATH_GLOB_PARTS_MAX * 2 + 2] = "a";
	char longest[PATH_NAME_LEN_MAX + 2];
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		why = NULL;
		assert_int_equal(path_glob_decode(bad[i], &g, &why), -EINVAL);
		assert_non_null(why);
	}
	while (strlen(deep) < PATH_GLOB_PARTS_MAX * 2)
		strcat(deep, "/a");
	assert_int_equal(path_glob_decode(deep, &g, &why), -EINVAL);
	memset(longest, 'a', sizeof(longest));
	longest[sizeof(longest) - 1] = 0;
	assert_int_equal(path_glob_decode(longest, &g, &why), -EINVAL);
}

static void what_is_no_name_is_told(void **state)
{
	struct path_name name;
	char longest[PATH_NAME_LEN_MAX + 1];
	memset(longest, 'a', sizeof(longest));
	(void)state;
	assert_false(path_name_make("", 0, &name));
	assert_false(path_name_make("\xff", 1, &name));
	assert_false(path_name_make("a\xc3", 2, &name));
	assert_false(path_name_make("a\xc3/", 2, &name));
	assert_true(path_name_make(longest, PATH_NAME_LEN_MAX, &name));
	assert_false(path_name_make(longest, PATH_NAME_LEN_MAX + 1, &name));
}

static bool within(const char *inner, const char *outer)
{
	struct path_glob a = glob_of(inner);
	struct path_glob b = glob_of(outer);
	bool is = path_glob_is_within(&a, &b);
	path_glob_done(&a);
	path_glob_done(&b);
	return is;
}

static void containment_is_never_claimed_wrongly(void **state)
{
	(void)state;
	assert_true(within("HR/x", "HR"));
	assert_true(within("HR/*", "HR/**"));
	assert_true(within("hr", "HR"));
	assert_true(within("a/*.key", "**/*.key"));
	assert_true(within("a/**/b", "a"));
	assert_true(within("**/x", "**"));
	assert_true(within("a?", "a*"));
	assert_false(within("a*", "a?"));
	assert_false(within("HR", "HR/*"));
	assert_false(within("**", "*"));
	assert_false(within("**/x", "*/x"));
	assert_false(within("*", "a"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(covers_what_it_matches_and_all_below),
		cmocka_unit_test(case_does_not_matter_but_other_letters_do),
		cmocka_unit_test(what_is_no_pattern_is_refused),
		cmocka_unit_test(what_is_no_name_is_told),
		cmocka_unit_test(containment_is_never_claimed_wrongly),
	};
	return RUN_TESTS(tests);
}
