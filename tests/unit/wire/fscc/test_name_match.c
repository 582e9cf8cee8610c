// SPDX-License-Identifier: Apache-2.0
#include "fscc_support.h"

#include "base/filetime.h"
#include "wire/fscc/name_match.h"

static const struct {
	const char *pattern, *name;
	bool matches;
} rows[] = {
	{ "*", "anything", true },
	{ "", "anything", true },
	{ "*.*", "no extension", true },
	{ "*.*", "a.b", true },
	{ "*.", "a", false },
	{ "*.txt", "a.TXT", true },
	{ "*.txt", "a.txt.bak", false },
	{ "*a*b*", "xxaxxbxx", true },
	{ "*a*b*", "xxbxxaxx", false },
	{ "?", "a", true },
	{ "?", "ab", false },
	{ "??", "a", false },
	{ "??", "\xf0\x9f\x98\x80", true }, // two UTF-16 units
	{ "?", "\xf0\x9f\x98\x80", false },
	{ "stra\xc3\x9f"
	  "e",
		"STRA\xc3\x9f"
		"E",
		true },
	{ "\xc3\xa4*", "\xc3\x84pfel", true },
	// DOS_QM: one character, none at a dot or the end.
	{ ">>>", "a", true },
	{ ">>>", "abc", true },
	{ ">>>", "abcd", false },
	{ ">>>.txt", "a.txt", true },
	{ ">>>>>>>>.>>>", "readme.md", true },
	{ ">>>>>>>>.>>>", "longer_name.md", false },
	{ "a>c", "abc", true },
	{ "a>c", "ac", false },
	// DOS_DOT: a dot, or nothing at the end.
	{ "foo\"", "foo", true },
	{ "foo\"", "foo.", true },
	{ "foo\"bar", "foo.bar", true },
	{ "foo\"bar", "foobar", false },
	{ ">>>>>>>>\">>>", "readme", true },
	{ ">>>>>>>>\">>>", "readme.txt", true },
	{ "*\"", "foo", true },
	{ "\"\"", "a", false },
	// DOS_STAR: up to the last dot.
	{ "<.txt", "a.b.txt", true },
	{ "<.b", "a.b.txt", false },
	{ "<", "a", true },
	{ "<", "a.b", false },
	{ "<\"*", "a.b.c", true },
	{ "<\"*", "a", true },
	{ "<b", "a.ab", false },
	{ "<.", "a", false },
	{ "<\"", "a.b", false },
	{ "<\"", "a", true },
	// no wildcards: the name, without case
	{ "file", "FILE", true },
	{ "file", "file2", false },
	{ "file2", "file", false },
};

static void table(UNUSED void **state)
{
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct name_pattern p;
		assert_status(name_pattern_compile(rows[i].pattern, &arena, &p), SUCCESS);
		if (name_pattern_match(&p, rows[i].name) != rows[i].matches)
			fail_msg("\"%s\" on \"%s\"", rows[i].pattern, rows[i].name);
	}
}

// The rules told the simple way, exponential: for each pattern and name of a small alphabet both agree.
static bool naive(const char *p, const char *name, const char *whole)
{
	bool at_end = !*name, dot = *name == '.', last_dot = dot && !strchr(name + 1, '.');
	switch (*p) {
	case 0:
		return at_end;
	case '*':
		return naive(p + 1, name, whole) || (!at_end && naive(p, name + 1, whole));
	case '<':
		return naive(p + 1, name, whole) || (!at_end && !last_dot && naive(p, name + 1, whole));
	case '>':
		return at_end || dot ? naive(p + 1, name, whole) : naive(p + 1, name + 1, whole);
	case '"':
		return at_end ? naive(p + 1, name, whole) : dot && naive(p + 1, name + 1, whole);
	case '?':
		return !at_end && naive(p + 1, name + 1, whole);
	default:
		return *name == *p && naive(p + 1, name + 1, whole);
	}
}

static void text_of(size_t number, const char *alphabet, size_t letters, char *out)
{
	for (; number > 0; number = (number - 1) / letters)
		*out++ = alphabet[(number - 1) % letters];
	*out = 0;
}

static void all_small_patterns(UNUSED void **state)
{
	static uint8_t room[16384];
	struct arena small;
	arena_init(&small, room, sizeof(room));
	for (size_t i = 1; i < 7 + 49 + 343 + 2401; i++) {
		char pattern[16], name[16];
		struct name_pattern p;
		text_of(i, "*<>\"?.A", 7, pattern);
		assert_status(name_pattern_compile(pattern, &small, &p), SUCCESS);
		for (size_t j = 1; !p.match_all && j < 2 + 4 + 8 + 16 + 32; j++) {
			text_of(j, ".A", 2, name);
			if (name_pattern_match(&p, name) != naive(pattern, name, name))
				fail_msg("\"%s\" on \"%s\"", pattern, name);
		}
		arena_reset(&small);
	}
}

static void what_is_no_pattern(UNUSED void **state)
{
	static const char *const bad[] = { "a\\b", "a/b", "a:b", "a|b", "a\x01", "\xff" };
	char longest[NAME_PATTERN_LEN_MAX + 2];
	struct name_pattern p;
	for (size_t i = 0; i < ARRAY_LEN(bad); i++)
		assert_status(name_pattern_compile(bad[i], &arena, &p), OBJECT_NAME_INVALID);
	memset(longest, '*', sizeof(longest) - 1);
	longest[NAME_PATTERN_LEN_MAX + 1] = 0;
	assert_status(name_pattern_compile(longest, &arena, &p), OBJECT_NAME_INVALID);
	longest[NAME_PATTERN_LEN_MAX] = 0;
	assert_status(name_pattern_compile(longest, &arena, &p), SUCCESS);
}

// What takes a backtracking matcher longer than the universe has.
static void hostile_patterns_end(UNUSED void **state)
{
	char pattern[512], name[256];
	struct name_pattern p;
	for (size_t i = 0; i < 510; i += 2)
		memcpy(pattern + i, "*a", 2);
	memcpy(pattern + 510, "b", 2);
	memset(name, 'a', 255);
	name[255] = 0;
	assert_status(name_pattern_compile(pattern, &arena, &p), SUCCESS);
	uint64_t start = monotonic_ms();
	for (int i = 0; i < 10; i++)
		assert_false(name_pattern_match(&p, name));
	assert_true(monotonic_ms() - start < 2000);
}

int main(void)
{
	const struct CMUnitTest tests[] = { TEST(table), TEST(all_small_patterns), TEST(what_is_no_pattern),
		TEST(hostile_patterns_end) };
	return RUN_TESTS(tests);
}
