// SPDX-License-Identifier: Apache-2.0
#include "../test_support.h"

#include <stdio.h>
#include <string.h>

#include "auth/identity.h"
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

static void groups_of_a_domain_are_told_apart(void **state)
{
	static const char *const others[] = { "@staff", "TEST\\staff", "@S-1-5-21-1-2-3-513", "@\\staff",
		"@TEST\\", "@TEST\\a\\b", "" };
	struct user_list list = { 0 };
	(void)state;
	assert_true(user_name_is_domain_group("@TEST\\staff"));
	for (size_t i = 0; i < ARRAY_LEN(others); i++)
		assert_false(user_name_is_domain_group(others[i]));
	assert_int_equal(user_list_add_name(&list, "alice"), 0);
	assert_false(user_list_has_strangers(&list));
	assert_int_equal(user_list_add_name(&list, "@TEST\\staff"), 0);
	assert_true(user_list_has_strangers(&list));
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

static struct sid sid_of(const char *text)
{
	struct sid sid;
	assert_true(sid_from_text(text, &sid));
	return sid;
}

// Who is admitted by a list of one name.
static bool admits(const char *name, const struct identity *who)
{
	struct user_list list = { 0 };
	assert_true(user_name_of_person_valid(name) || *name == '@');
	assert_int_equal(user_list_add_account(&list, name), 0);
	bool admitted = user_list_admits(&list, who);
	user_list_done(&list);
	return admitted;
}

static char alice[] = "alice", test[] = "TEST", realm[] = "TEST.LAB", none[] = "";

static void admits_by_every_name(void **state)
{
	struct sid groups[] = { sid_of("S-1-5-21-1-2-3-513"), sid_of("S-1-5-21-1-2-3-1105") };
	struct identity who = { .account = alice,
		.domain = test,
		.realm = realm,
		.is_home = true,
		.user = sid_of("S-1-5-21-1-2-3-1104"),
		.groups = groups,
		.group_count = 2 };
	static const char *const his[] = { "alice", "ALICE", "alice@TEST.LAB", "Alice@TEST.LAB",
		"TEST\\alice", "test\\Alice", "S-1-5-21-1-2-3-1104", "@S-1-5-21-1-2-3-1104",
		"S-1-5-21-1-2-3-1105", "@S-1-5-21-1-2-3-513" };
	static const char *const others[] = { "bob", "alice@test.lab", "alice@OTHER.LAB", "OTHER\\alice",
		"TEST.LAB\\alice", "alice@TEST", "S-1-5-21-1-2-3-1106", "S-1-5-21-1-2-3", "TEST\\bob" };
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(his); i++)
		assert_true(admits(his[i], &who));
	for (size_t i = 0; i < ARRAY_LEN(others); i++)
		assert_false(admits(others[i], &who));
	// Of another realm than the configuration's, the name alone does not name him.
	who.is_home = false;
	assert_false(admits("alice", &who));
	assert_true(admits("alice@TEST.LAB", &who));
	assert_true(admits("TEST\\alice", &who));
}

// Without a realm or domain there is no name that an empty half could make.
static void empty_halves_name_nobody(void **state)
{
	struct identity who = { .account = alice, .domain = none, .realm = none, .is_home = true };
	struct user_list list = { 0 };
	(void)state;
	assert_int_equal(user_list_add_account(&list, "alice@"), 0);
	assert_int_equal(user_list_add_account(&list, "\\alice"), 0);
	assert_false(user_list_admits(&list, &who));
	who.account = none;
	who.realm = realm;
	assert_false(user_list_admits(&list, &who));
	user_list_done(&list);
}

static void persons_are_checked(void **state)
{
	static const char *const good[] = { "alice", "alice@TEST.LAB", "TEST\\alice", "S-1-5-21-1-2-3-4",
		"@S-1-5-21-1-2-3-4", "pc1$@TEST.LAB" };
	static const char *const bad[] = { "", "@", "@staff", "alice@", "\\alice", "TEST\\", "a@b@c",
		"a\\b\\c", "T\\a@R", "a b@R" };
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(good); i++)
		assert_true(user_name_of_person_valid(good[i]));
	for (size_t i = 0; i < ARRAY_LEN(bad); i++)
		assert_false(user_name_of_person_valid(bad[i]));
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
		cmocka_unit_test(groups_of_a_domain_are_told_apart),
		cmocka_unit_test(empty_list_has_nobody),
		cmocka_unit_test(finds_each_of_many),
		cmocka_unit_test(admits_by_every_name),
		cmocka_unit_test(empty_halves_name_nobody),
		cmocka_unit_test(persons_are_checked),
		cmocka_unit_test(names_are_checked),
	};
	return RUN_TESTS(tests);
}
