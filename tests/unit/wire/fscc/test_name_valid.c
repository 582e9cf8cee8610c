// SPDX-License-Identifier: Apache-2.0
#include "fscc_support.h"

#include "wire/fscc/name_valid.h"

static const struct {
	const char *text;
	int status; // its code
	const char *path, *stream;
	enum stream_type type;
} rows[] = {
	{ "", 0, "", NULL, STREAM_TYPE_DATA },
	{ "a", 0, "a", NULL, STREAM_TYPE_DATA },
	{ "dir\\file.txt", 0, "dir\\file.txt", NULL, STREAM_TYPE_DATA },
	{ "dir\\", 0, "dir", NULL, STREAM_TYPE_DATA },
	{ "con\\a.\\b ", 0, "con\\a.\\b ", NULL, STREAM_TYPE_DATA },
	{ "...", 0, "...", NULL, STREAM_TYPE_DATA },
	{ "f:s", 0, "f", "s", STREAM_TYPE_DATA },
	{ "f:s:$DATA", 0, "f", "s", STREAM_TYPE_DATA },
	{ "f:s:$data", 0, "f", "s", STREAM_TYPE_DATA },
	{ "f::$DATA", 0, "f", NULL, STREAM_TYPE_DATA },
	{ "f:?Stream*\x05", 0, "f", "?Stream*\x05", STREAM_TYPE_DATA },
	{ ":s", 0, "", "s", STREAM_TYPE_DATA },
	{ "d::$INDEX_ALLOCATION", 0, "d", NULL, STREAM_TYPE_INDEX_ALLOCATION },
	{ "d:$I30:$INDEX_ALLOCATION", 0, "d", "$I30", STREAM_TYPE_INDEX_ALLOCATION },
	{ "\\a", NT_STATUS_INVALID_PARAMETER, NULL, NULL, 0 },
	{ "\\", NT_STATUS_INVALID_PARAMETER, NULL, NULL, 0 },
	{ "..", NT_STATUS_OBJECT_PATH_SYNTAX_BAD, NULL, NULL, 0 },
	{ "a\\..\\b", NT_STATUS_OBJECT_PATH_SYNTAX_BAD, NULL, NULL, 0 },
	{ "a\\..", NT_STATUS_OBJECT_PATH_SYNTAX_BAD, NULL, NULL, 0 },
	{ "..:s", NT_STATUS_OBJECT_PATH_SYNTAX_BAD, NULL, NULL, 0 },
	{ ".", NT_STATUS_OBJECT_NAME_INVALID, NULL, NULL, 0 },
	{ "a\\.", NT_STATUS_OBJECT_NAME_INVALID, NULL, NULL, 0 },
	{ "a\\\\b", NT_STATUS_OBJECT_NAME_INVALID, NULL, NULL, 0 },
	{ "a\\\\", NT_STATUS_OBJECT_NAME_INVALID, NULL, NULL, 0 },
	{ "a/b", NT_STATUS_OBJECT_NAME_INVALID, NULL, NULL, 0 },
	{ "a*", NT_STATUS_OBJECT_NAME_INVALID, NULL, NULL, 0 },
	{ "a?", NT_STATUS_OBJECT_NAME_INVALID, NULL, NULL, 0 },
	{ "a\x1f", NT_STATUS_OBJECT_NAME_INVALID, NULL, NULL, 0 },
	{ "a|b", NT_STATUS_OBJECT_NAME_INVALID, NULL, NULL, 0 },
	{ "a\"", NT_STATUS_OBJECT_NAME_INVALID, NULL, NULL, 0 },
	{ "<a>", NT_STATUS_OBJECT_NAME_INVALID, NULL, NULL, 0 },
	{ "caf\xe9", NT_STATUS_OBJECT_NAME_INVALID, NULL, NULL, 0 },
	{ "f:", NT_STATUS_OBJECT_NAME_INVALID, NULL, NULL, 0 },
	{ "f::", NT_STATUS_OBJECT_NAME_INVALID, NULL, NULL, 0 },
	{ "f:s:", NT_STATUS_OBJECT_NAME_INVALID, NULL, NULL, 0 },
	{ "f:s:$DATA:", NT_STATUS_OBJECT_NAME_INVALID, NULL, NULL, 0 },
	{ "f:a:b:c", NT_STATUS_OBJECT_NAME_INVALID, NULL, NULL, 0 },
	{ "f:s:$FOO", NT_STATUS_OBJECT_NAME_INVALID, NULL, NULL, 0 },
	{ "f:s:$INDEX_ALLOCATION", NT_STATUS_OBJECT_NAME_INVALID, NULL, NULL, 0 },
	{ "d:s\\f", NT_STATUS_OBJECT_NAME_INVALID, NULL, NULL, 0 },
	{ "f:s/t", NT_STATUS_OBJECT_NAME_INVALID, NULL, NULL, 0 },
	{ "f*:s", NT_STATUS_OBJECT_NAME_INVALID, NULL, NULL, 0 },
	{ "d\\:s", NT_STATUS_OBJECT_NAME_INVALID, NULL, NULL, 0 },
};

static void same_text(const char *got, const char *expected)
{
	assert_int_equal(got == NULL, expected == NULL);
	if (expected)
		assert_string_equal(got, expected);
}

static void paths(UNUSED void **state)
{
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct path_parts parts;
		struct nt_status status = path_parse(rows[i].text, &arena, &parts);
		if ((int)status.code != rows[i].status)
			fail_msg("\"%s\": %s", rows[i].text, nt_status_name(status));
		if (rows[i].status)
			continue;
		same_text(parts.path, rows[i].path);
		same_text(parts.stream, rows[i].stream);
		assert_int_equal(parts.type, rows[i].type);
	}
}

static void lengths_count_utf16(UNUSED void **state)
{
	char name[1100] = "";
	for (int i = 0; i < 127; i++)
		strcat(name, "\xf0\x9f\x98\x80"); // two units each
	strcat(name, "x");
	assert_status(name_component_check(name, strlen(name)), SUCCESS);
	strcat(name, "y");
	assert_status(name_component_check(name, strlen(name)), OBJECT_NAME_INVALID);
}

static void whole_paths_have_an_end(UNUSED void **state)
{
	static char path[2 * PATH_UNITS_MAX];
	struct path_parts parts;
	for (size_t i = 0; i < PATH_UNITS_MAX; i++)
		path[i] = i % 2 ? '\\' : 'a';
	assert_status(path_parse(path, &arena, &parts), SUCCESS);
	assert_true(parts.trailing_backslash);
	path[PATH_UNITS_MAX] = 'a';
	assert_status(path_parse(path, &arena, &parts), NAME_TOO_LONG);
}

static void stream_names(UNUSED void **state)
{
	const char *stream = "";
	assert_string_equal(stream_wire_name("s", &arena), ":s:$DATA");
	assert_string_equal(stream_wire_name(NULL, &arena), "::$DATA");
	assert_status(stream_name_parse("::$DATA", &arena, &stream), SUCCESS);
	assert_null(stream);
	assert_status(stream_name_parse(":s", &arena, &stream), SUCCESS);
	assert_string_equal(stream, "s");
	assert_status(stream_name_parse("s", &arena, &stream), OBJECT_NAME_INVALID);
	assert_status(stream_name_parse(":", &arena, &stream), OBJECT_NAME_INVALID);
	assert_status(stream_name_parse("::$INDEX_ALLOCATION", &arena, &stream), OBJECT_NAME_INVALID);
}

int main(void)
{
	const struct CMUnitTest tests[] = { TEST(paths), TEST(lengths_count_utf16),
		TEST(whole_paths_have_an_end), TEST(stream_names) };
	return RUN_TESTS(tests);
}
