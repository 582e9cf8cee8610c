// SPDX-License-Identifier: Apache-2.0
#include "auth/unix_user.h"

#include <grp.h>
#include <pwd.h>
#include <stdio.h>

#include "../test_support.h"

static char account[64];

static struct identity identity_of(const char *name, enum identity_source source)
{
	static char domain[] = "DOMAIN", none[] = "";
	(void)snprintf(account, sizeof(account), "%s", name);
	return (struct identity){
		.account = account, .domain = domain, .workstation = none, .realm = none, .source = source
	};
}

static const char *outcome(const char *name, enum identity_source source)
{
	const struct identity id = identity_of(name, source);
	struct unix_user *u = NULL;
	const char *why = unix_user_find(&id, &u);
	unix_user_unref(u);
	return why;
}

static void nobody_is_root(void **state)
{
	(void)state;
	assert_string_equal(outcome("root", IDENTITY_OF_ACCOUNT), "unix_user_is_root");
}

static void who_is_unknown_has_no_user(void **state)
{
	(void)state;
	assert_string_equal(outcome("no such user here", IDENTITY_OF_ACCOUNT), "no_unix_user");
	assert_string_equal(outcome("", IDENTITY_OF_ACCOUNT), "no_unix_user");
	assert_string_equal(outcome("../root", IDENTITY_OF_ACCOUNT), "no_unix_user");
	assert_string_equal(outcome("0", IDENTITY_OF_ACCOUNT), "no_unix_user");
}

static void a_domains_user_is_not_the_local_one_of_that_name(void **state)
{
	(void)state;
	assert_string_equal(outcome("nobody", IDENTITY_OF_DOMAIN), "no_unix_user");
	assert_string_equal(outcome("root", IDENTITY_OF_DOMAIN), "no_unix_user");
}

// Against what the system itself says of somebody.
static void ids_and_groups_are_the_systems(void **state)
{
	(void)state;
	const struct passwd *entry = getpwnam("nobody");
	gid_t groups[256];
	int count = 256;
	struct unix_user *u = NULL;
	if (entry == NULL)
		skip();
	const struct identity id = identity_of("nobody", IDENTITY_OF_ACCOUNT);
	assert_null(unix_user_find(&id, &u));
	assert_int_equal(u->uid, entry->pw_uid);
	assert_int_equal(u->gid, entry->pw_gid);
	assert_true(getgrouplist("nobody", entry->pw_gid, groups, &count) >= 0);
	assert_int_equal(u->group_count, count);
	assert_memory_equal(u->groups, groups, (size_t)count * sizeof(groups[0]));
	unix_user_unref(u);
}

static void sids_are_sambas(void **state)
{
	(void)state;
	char text[SID_TEXT_SIZE];
	struct sid sid = unix_user_sid(1001);
	sid_to_text(&sid, text);
	assert_string_equal(text, "S-1-22-1-1001");
	sid = unix_group_sid(100);
	sid_to_text(&sid, text);
	assert_string_equal(text, "S-1-22-2-100");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nobody_is_root),
		cmocka_unit_test(who_is_unknown_has_no_user),
		cmocka_unit_test(a_domains_user_is_not_the_local_one_of_that_name),
		cmocka_unit_test(ids_and_groups_are_the_systems),
		cmocka_unit_test(sids_are_sambas),
	};
	return RUN_TESTS(tests);
}
