// SPDX-License-Identifier: Apache-2.0
#include "../test_support.h"

#include <stdio.h>
#include <string.h>

#include "config/user_list.h"

static void finds_in_any_order_and_case(void **state)
{
	static const char *const names[] = { "mallory", "Bob", "zoe", "alice", "bob", "ALICE", "carol" };
	struct user_list list = { 0 };
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		assert_int_equal(user_list_add_account(&list, names[i]), 0);
	assert_int_equal(list.account_count, 5);
	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		assert_true(user_list_has(&list, names[i]));
	assert_false(user_list_has(&list, "ali"));
	assert_false(user_list_has(&list, "alicex"));
	assert_false(user_list_has(&list, ""));
	user_list_done(&list);
}

static void empty_list_has_nobody(void **state)
{
	struct user_list list = { 0 };
	(void)state;
	assert_false(user_list_has(&list, "alice"));
	assert_false(user_list_has(&list, ""));
}

static void finds_each_of_many(void **state)
{
	struct user_list list = { 0 };
	char name[16];
	(void)state;
	for (unsigned i = 0; i < 1000; i++) {
		(void)snprintf(name, sizeof(name), "u%u", i * 7919 % 1000);
		assert_int_equal(user_list_add_account(&list, name), 0);
	}
	assert_int_equal(list.account_count, 1000);
	for (unsigned i = 0; i < 1000; i++) {
		(void)snprintf(name, sizeof(name), "U%u", i);
		assert_true(user_list_has(&list, name));
	}
	assert_false(user_list_has(&list, "u1000"));
	user_list_done(&list);
}

static void names_are_checked(void **state)
{
	static const char *const good[] = { "a", "svc-backup.1", "m\xc3\xbcller", "pc1$",
		"\xf0\x9f\x98\x80" };
	static const char *const bad[] = { "", "a b", "@staff", "a\\b", "a/b", "a\tb", "a\x7f", "\xff",
		"\xed\xa0\x80", "a,b", "#x", "a:b" };
	char longest[USER_NAME_CHARACTERS_MAX + 2];
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(good); i++)
		assert_true(user_name_valid(good[i]));
	for (size_t i = 0; i < ARRAY_LEN(bad); i++)
		assert_false(user_name_valid(bad[i]));
	memset(longest, 'x', sizeof(longest));
	longest[USER_NAME_CHARACTERS_MAX + 1] = 0;
	assert_false(user_name_valid(longest));
	longest[USER_NAME_CHARACTERS_MAX] = 0;
	assert_true(user_name_valid(longest));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(finds_in_any_order_and_case),
		cmocka_unit_test(empty_list_has_nobody),
		cmocka_unit_test(finds_each_of_many),
		cmocka_unit_test(names_are_checked),
	};
	return RUN_TESTS(tests);
}
