// SPDX-License-Identifier: Apache-2.0
#include "fscc_support.h"

#include "wire/fscc/ea_list.h"

static struct ea items[] = {
	{ 0, "user.one", { (const uint8_t *)"1", 1 } },
	{ EA_FLAG_NEED_EA, "B", { (const uint8_t *)"bytes\0inside", 12 } },
	{ 0, "EMPTY", { NULL, 0 } },
};
static const struct ea_list list = { items, ARRAY_LEN(items) };

// One EA "AB" = "xyz", as of MS-FSCC 2.4.16.
static const uint8_t one[] = { 0, 0, 0, 0, 0, 2, 3, 0, 'A', 'B', 0, 'x', 'y', 'z' };

static void layout(UNUSED void **state)
{
	struct ea ea = { 0, "AB", { (const uint8_t *)"xyz", 3 } };
	const struct ea_list single = { &ea, 1 };
	struct ea_list out;
	uint8_t bytes[64];
	struct writer w = writer_make(bytes, sizeof(bytes));
	assert_int_equal(ea_list_encode(&single, 0, &w), 1);
	assert_int_equal(w.pos, sizeof(one));
	assert_memory_equal(bytes, one, sizeof(one));
	assert_int_equal(ea_list_len(&single), sizeof(one));
	assert_int_equal(ea_list_ea_size(&single), 4 + 4 + 3 + 3);
	assert_status(ea_list_decode(span_make(one, sizeof(one)), &arena, &out, NULL), SUCCESS);
	assert_int_equal(out.count, 1);
	assert_string_equal(out.items[0].name, "AB");
}

static void lists_come_back(UNUSED void **state)
{
	uint8_t bytes[256];
	struct ea_list out;
	struct writer w = writer_make(bytes, sizeof(bytes));
	assert_int_equal(ea_list_encode(&list, 0, &w), 3);
	assert_int_equal(w.pos, ea_list_len(&list));
	assert_status(ea_list_decode(span_make(bytes, w.pos), &arena, &out, NULL), SUCCESS);
	assert_int_equal(out.count, 3);
	for (size_t i = 0; i < 3; i++) {
		assert_string_equal(out.items[i].name, items[i].name);
		assert_int_equal(out.items[i].flags, items[i].flags);
		assert_true(span_equal(out.items[i].value, items[i].value));
	}
	for (size_t cut = 1; cut < w.pos; cut++)
		assert_status(
			ea_list_decode(span_make(bytes, cut), &arena, &out, NULL), EA_LIST_INCONSISTENT);
	assert_status(ea_list_decode(span_make(NULL, 0), &arena, &out, NULL), SUCCESS);
	assert_int_equal(out.count, 0);
}

static void what_does_not_fit_stays_for_later(UNUSED void **state)
{
	uint8_t bytes[256];
	struct writer w = writer_make(bytes, ea_list_len(&list) - 1);
	assert_int_equal(ea_list_encode(&list, 0, &w), 2);
	w = writer_make(bytes, sizeof(bytes));
	assert_int_equal(ea_list_encode(&list, 2, &w), 1);
	w = writer_make(bytes, sizeof(bytes));
	assert_int_equal(ea_list_encode(&list, 7, &w), 0);
}

static void faults_say_where(UNUSED void **state)
{
	struct ea second[] = { { 0, "ok", { NULL, 0 } }, { 0, "a*", { NULL, 0 } } };
	const struct ea_list bad = { second, 2 };
	struct ea_list out;
	uint8_t bytes[64];
	uint32_t offset = 99;
	struct writer w = writer_make(bytes, sizeof(bytes));
	assert_int_equal(ea_list_encode(&bad, 0, &w), 2);
	assert_status(ea_list_decode(span_make(bytes, w.pos), &arena, &out, &offset), INVALID_EA_NAME);
	assert_int_equal(offset, 12);
	bytes[12 + 5] = 200;
	assert_status(ea_list_decode(span_make(bytes, w.pos), &arena, &out, &offset), EA_LIST_INCONSISTENT);
	assert_int_equal(offset, 12);
}

static void name_lists(UNUSED void **state)
{
	const char *names[] = { "user.one", "B" };
	const struct ea_name_list asked = { names, 2 };
	struct ea_name_list out;
	uint8_t bytes[64];
	struct writer w = writer_make(bytes, sizeof(bytes));
	assert_true(ea_name_list_encode(&asked, &w));
	assert_status(ea_name_list_decode(span_make(bytes, w.pos), &arena, &out, NULL), SUCCESS);
	assert_int_equal(out.count, 2);
	assert_string_equal(out.names[0], "user.one");
	assert_string_equal(out.names[1], "B");
	for (size_t cut = 1; cut < w.pos; cut++)
		assert_status(
			ea_name_list_decode(span_make(bytes, cut), &arena, &out, NULL), EA_LIST_INCONSISTENT);
}

static void names(UNUSED void **state)
{
	char longest[EA_NAME_LEN_MAX + 2];
	memset(longest, 'n', sizeof(longest) - 1);
	longest[EA_NAME_LEN_MAX + 1] = 0;
	assert_false(ea_name_valid(longest));
	longest[EA_NAME_LEN_MAX] = 0;
	assert_true(ea_name_valid(longest));
	assert_true(ea_name_valid("$LXUID"));
	assert_false(ea_name_valid(""));
	assert_false(ea_name_valid("a\x1f"));
	for (const char *p = "\\/:*?\"<>|,+=[];"; *p; p++)
		assert_false(ea_name_valid((char[]){ 'a', *p, 0 }));
	assert_true(ea_name_equal("NaMe", "nAmE"));
	assert_false(ea_name_equal("name", "nam"));
	assert_false(ea_name_equal("nam", "name"));
}

int main(void)
{
	const struct CMUnitTest tests[] = { TEST(layout), TEST(lists_come_back),
		TEST(what_does_not_fit_stays_for_later), TEST(faults_say_where), TEST(name_lists),
		TEST(names) };
	return RUN_TESTS(tests);
}
