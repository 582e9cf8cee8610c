// SPDX-License-Identifier: Apache-2.0
#include "../../test_support.h"

#include "access_support.h"

enum { ALLOW = ACE_ACCESS_ALLOWED, DENY = ACE_ACCESS_DENIED };
#define READ FILE_GENERIC_READ
#define OWNER_IMPLICIT (ACCESS_READ_CONTROL | ACCESS_WRITE_DAC)

static struct arena arena;

static int setup(UNUSED void **state)
{
	arena_init(&arena, NULL, 0);
	return 0;
}

static int teardown(UNUSED void **state)
{
	arena_reset(&arena);
	return 0;
}

static const struct sid groups[] = { RID_SID(513), { .identifier_authority = 1, .sub_authority_count = 1 } };
static const struct access_token token = {
	.user = RID_SID(1001), .primary_group = RID_SID(513), .groups = groups, .group_count = 2
};

struct row {
	const struct sid *owner;
	struct ace_row aces[3];
	uint32_t maximal;
};

// What a token of alice, staff and everyone has. The rows with OWNER RIGHTS are those of smb2.acls.
static const struct row rows[] = {
	{ &bob, { { 0 } }, 0 },
	{ &alice, { { 0 } }, OWNER_IMPLICIT },
	{ &bob, { { ALLOW, 0, READ, &alice } }, READ },
	{ &bob, { { ALLOW, 0, READ, &staff } }, READ },
	{ &bob, { { ALLOW, 0, READ, &bob } }, 0 },
	{ &bob, { { ALLOW, 0, ACCESS_GENERIC_READ, &sid_everyone } }, READ },
	{ &bob, { { ALLOW, ACE_INHERIT_ONLY, READ, &alice } }, 0 },
	{ &bob, { { ALLOW, 0, READ, &sid_creator_owner } }, 0 },
	{ &bob, { { DENY, 0, FILE_READ_DATA, &staff }, { ALLOW, 0, READ, &alice } }, READ & ~FILE_READ_DATA },
	{ &alice, { { ALLOW, 0, READ | FILE_WRITE_DATA, &alice }, { DENY, 0, FILE_WRITE_DATA, &alice } },
		READ | FILE_WRITE_DATA | OWNER_IMPLICIT },
	{ &alice, { { ALLOW, 0, READ, &alice }, { ALLOW, 0, FILE_WRITE_DATA, &sid_owner_rights } },
		READ | FILE_WRITE_DATA },
	{ &alice, { { DENY, 0, FILE_READ_DATA, &sid_owner_rights }, { ALLOW, 0, READ, &alice } },
		READ & ~FILE_READ_DATA },
	{ &alice,
		{ { ALLOW, 0, READ, &alice }, { ALLOW, 0, FILE_WRITE_DATA, &sid_owner_rights },
			{ DENY, 0, FILE_WRITE_DATA | FILE_READ_DATA, &sid_owner_rights } },
		READ | FILE_WRITE_DATA },
	{ &bob, { { ALLOW, 0, READ, &sid_owner_rights } }, 0 },
	{ &alice, { { ALLOW, ACE_INHERIT_ONLY, READ, &sid_owner_rights } }, OWNER_IMPLICIT },
	{ &alice, { { ALLOW, 0, 0, &sid_owner_rights } }, 0 },
	{ &bob, { { ALLOW, 0, 0xFFFFFFFF, &alice } },
		0xEFFFFFFFu & ~(0xE0000000u | ACCESS_SYSTEM_SECURITY | ACCESS_MAXIMUM_ALLOWED) },
	{ &bob, { { ACE_ACCESS_ALLOWED_CALLBACK, 0, READ, &alice } }, 0 },
	{ &bob, { { ACE_ACCESS_DENIED_CALLBACK, 0, FILE_READ_DATA, &alice }, { ALLOW, 0, READ, &alice } },
		READ & ~FILE_READ_DATA },
	{ &bob, { { ACE_SYSTEM_AUDIT, 0, READ, &alice } }, 0 },
};

static struct security_descriptor sd_of(const struct row *row)
{
	size_t count = 0;
	while (count < 3 && row->aces[count].sid)
		count++;
	return (struct security_descriptor){
		.control = SD_DACL_PRESENT, .owner = row->owner, .dacl = make_acl(&arena, row->aces, count)
	};
}

static void maximal_access(UNUSED void **state)
{
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct security_descriptor sd = sd_of(&rows[i]);
		assert_int_equal(access_maximal(&sd, &token), rows[i].maximal);
	}
}

// Each bit alone is granted exactly if it is part of what MAXIMUM_ALLOWED gives.
static void single_bits_agree_with_the_maximum(UNUSED void **state)
{
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct security_descriptor sd = sd_of(&rows[i]);
		for (uint32_t bit = 1; bit <= ACCESS_SYNCHRONIZE; bit <<= 1) {
			uint32_t granted = 0xdead;
			struct nt_status status = access_check(&sd, &token, bit, &granted);
			assert_int_equal(status.code, rows[i].maximal & bit
							      ? NT_STATUS_SUCCESS
							      : (uint32_t)NT_STATUS_ACCESS_DENIED);
			assert_int_equal(granted, rows[i].maximal & bit ? bit : 0xdead);
		}
	}
}

static void null_dacl_gives_all_and_empty_none(UNUSED void **state)
{
	struct security_descriptor absent = { .owner = &bob },
				   null_list = { .control = SD_DACL_PRESENT, .owner = &bob };
	struct security_descriptor empty = {
		.control = SD_DACL_PRESENT, .owner = &bob, .dacl = acl_new(&arena)
	};
	assert_int_equal(access_maximal(&absent, &token), FILE_ALL_ACCESS);
	assert_int_equal(access_maximal(&null_list, &token), FILE_ALL_ACCESS);
	assert_int_equal(access_maximal(&empty, &token), 0);
}

static void maximum_allowed_does_not_hide_what_lacks(UNUSED void **state)
{
	struct security_descriptor sd = sd_of(&rows[2]);
	uint32_t granted;
	assert_int_equal(access_check(&sd, &token, ACCESS_MAXIMUM_ALLOWED | FILE_WRITE_DATA, &granted).code,
		(uint32_t)NT_STATUS_ACCESS_DENIED);
	assert_int_equal(
		access_check(&sd, &token, ACCESS_MAXIMUM_ALLOWED | ACCESS_GENERIC_READ, &granted).code, 0);
	assert_int_equal(granted, READ);
}

static void system_security_is_a_privilege(UNUSED void **state)
{
	struct security_descriptor sd = { .control = SD_DACL_PRESENT, .owner = &alice };
	struct access_token auditor = token;
	uint32_t granted;
	auditor.has_security_privilege = true;
	assert_int_equal(access_check(&sd, &token, ACCESS_SYSTEM_SECURITY, &granted).code,
		(uint32_t)NT_STATUS_PRIVILEGE_NOT_HELD);
	assert_int_equal(access_check(&sd, &auditor, ACCESS_SYSTEM_SECURITY, &granted).code, 0);
	assert_int_equal(granted, ACCESS_SYSTEM_SECURITY);
	assert_int_equal(access_check(&sd, &auditor, ACCESS_MAXIMUM_ALLOWED, &granted).code, 0);
	assert_int_equal(granted, FILE_ALL_ACCESS);
}

static void the_parent_adds_delete_and_attributes(UNUSED void **state)
{
	struct security_descriptor sd = sd_of(&rows[0]), parent = sd_of(&rows[0]);
	const struct ace_row list = { ALLOW, 0, FILE_LIST_DIRECTORY, &alice },
			     both = { ALLOW, 0, FILE_LIST_DIRECTORY | FILE_DELETE_CHILD, &alice };
	assert_int_equal(access_maximal_file(&sd, NULL, &token), 0);
	assert_int_equal(access_maximal_file(&sd, &parent, &token), 0);
	parent.dacl = make_acl(&arena, &list, 1);
	assert_int_equal(access_maximal_file(&sd, &parent, &token), FILE_READ_ATTRIBUTES);
	parent.dacl = make_acl(&arena, &both, 1);
	uint32_t granted;
	assert_int_equal(access_check_file(&sd, &parent, &token, ACCESS_DELETE, &granted).code, 0);
	assert_int_equal(granted, ACCESS_DELETE);
}

static void who_may_be_made_owner(UNUSED void **state)
{
	struct access_token admin = token;
	const struct sid admins[] = { sid_builtin_administrators };
	assert_true(access_token_may_own(&token, &alice));
	assert_false(access_token_may_own(&token, &bob));
	assert_false(access_token_may_own(&token, &staff));
	assert_false(access_token_may_own(&token, &sid_builtin_administrators));
	admin.groups = admins;
	admin.group_count = 1;
	assert_true(access_token_may_own(&admin, &sid_builtin_administrators));
	admin.has_restore_privilege = true;
	assert_true(access_token_may_own(&admin, &bob));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(maximal_access, setup, teardown),
		cmocka_unit_test_setup_teardown(single_bits_agree_with_the_maximum, setup, teardown),
		cmocka_unit_test_setup_teardown(null_dacl_gives_all_and_empty_none, setup, teardown),
		cmocka_unit_test_setup_teardown(maximum_allowed_does_not_hide_what_lacks, setup, teardown),
		cmocka_unit_test_setup_teardown(system_security_is_a_privilege, setup, teardown),
		cmocka_unit_test_setup_teardown(the_parent_adds_delete_and_attributes, setup, teardown),
		cmocka_unit_test_setup_teardown(who_may_be_made_owner, setup, teardown),
	};
	return RUN_TESTS(tests);
}
