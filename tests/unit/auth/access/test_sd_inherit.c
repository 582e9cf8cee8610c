// SPDX-License-Identifier: Apache-2.0
#include "../../test_support.h"

#include "auth/access/sd_inherit.h"

#include "access_support.h"

enum {
	OI = ACE_OBJECT_INHERIT,
	CI = ACE_CONTAINER_INHERIT,
	NP = ACE_NO_PROPAGATE_INHERIT,
	IO = ACE_INHERIT_ONLY,
	ID = ACE_INHERITED,
	ALLOW = ACE_ACCESS_ALLOWED
};

static struct arena arena;
static const struct access_token token = { .user = RID_SID(1001), .primary_group = RID_SID(513) };

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

static struct security_descriptor child_of(uint16_t control, const struct ace_row *aces, size_t count,
	const struct security_descriptor *creator, bool is_directory)
{
	struct security_descriptor parent = { .control = (uint16_t)(SD_DACL_PRESENT | control),
		.owner = &bob,
		.dacl = make_acl(&arena, aces, count) };
	struct sd_inherit_args args = { &parent, creator, &token, is_directory };
	struct security_descriptor child;
	assert_true(sd_inherit(&args, &arena, &child));
	return child;
}

static void assert_ace(const struct ace *ace, const struct sid *sid, uint32_t mask, uint8_t flags)
{
	assert_int_equal(ace->type, ALLOW);
	assert_true(sid_equal(&ace->sid, sid));
	assert_int_equal(ace->mask, mask);
	assert_int_equal(ace->flags, flags);
}

static void assert_default(const struct security_descriptor *sd)
{
	assert_int_equal(sd->dacl->count, 2);
	assert_ace(&sd->dacl->aces[0], &alice, FILE_ALL_ACCESS, 0);
	assert_ace(&sd->dacl->aces[1], &sid_system, FILE_ALL_ACCESS, 0);
	assert_int_equal(sd->control, SD_SELF_RELATIVE | SD_DACL_PRESENT);
}

// All combinations of the inheritance flags on an entry for CREATOR OWNER (smb2.acls INHERITANCE).
static void flags_decide_what_children_get(UNUSED void **state)
{
	for (uint8_t flags = 0; flags < 16; flags++) {
		const struct ace_row aces[] = { { ALLOW, flags, FILE_WRITE_DATA, &sid_creator_owner },
			{ ALLOW, 0, FILE_ALL_ACCESS, &sid_everyone } };
		struct security_descriptor file = child_of(0, aces, 2, NULL, false),
					   dir = child_of(0, aces, 2, NULL, true);
		if (flags & OI) {
			assert_int_equal(file.dacl->count, 1);
			assert_ace(&file.dacl->aces[0], &alice, FILE_WRITE_DATA, 0);
		} else {
			assert_default(&file);
		}
		size_t i = 0;
		if (flags & CI)
			assert_ace(&dir.dacl->aces[i++], &alice, FILE_WRITE_DATA, 0);
		if ((flags & (OI | CI)) && !(flags & NP))
			assert_ace(&dir.dacl->aces[i++], &sid_creator_owner, FILE_WRITE_DATA,
				(uint8_t)((flags & (OI | CI)) | IO));
		if (i > 0)
			assert_int_equal(dir.dacl->count, i);
		else
			assert_default(&dir);
	}
}

static void ordinary_entries_stay_one(UNUSED void **state)
{
	const struct ace_row aces[] = { { ALLOW, OI | CI | IO, FILE_GENERIC_READ, &bob } };
	struct security_descriptor dir = child_of(0, aces, 1, NULL, true);
	assert_int_equal(dir.dacl->count, 1);
	assert_ace(&dir.dacl->aces[0], &bob, FILE_GENERIC_READ, OI | CI);
}

static void generic_rights_are_mapped_for_the_child_only(UNUSED void **state)
{
	const struct ace_row aces[] = { { ALLOW, OI | CI, ACCESS_GENERIC_ALL, &bob } };
	struct security_descriptor dir = child_of(0, aces, 1, NULL, true),
				   file = child_of(0, aces, 1, NULL, false);
	assert_int_equal(dir.dacl->count, 2);
	assert_ace(&dir.dacl->aces[0], &bob, FILE_ALL_ACCESS, 0);
	assert_ace(&dir.dacl->aces[1], &bob, ACCESS_GENERIC_ALL, OI | CI | IO);
	assert_int_equal(file.dacl->count, 1);
	assert_ace(&file.dacl->aces[0], &bob, FILE_ALL_ACCESS, 0);
}

static void group_is_substituted_too(UNUSED void **state)
{
	const struct ace_row aces[] = { { ALLOW, OI, FILE_READ_DATA, &sid_creator_group } };
	struct security_descriptor file = child_of(0, aces, 1, NULL, false);
	assert_ace(&file.dacl->aces[0], &staff, FILE_READ_DATA, 0);
	assert_true(sid_equal(file.owner, &alice));
	assert_true(sid_equal(file.group, &staff));
}

// smb2.acls INHERITFLAGS: the child is marked exactly if the parent is auto-inherited; PROTECTED and
// an entry's own INHERITED flag do not pass on.
static void inherited_is_marked_as_the_parent_says(UNUSED void **state)
{
	static const uint16_t controls[] = { 0, SD_DACL_AUTO_INHERITED, SD_DACL_PROTECTED,
		SD_DACL_PROTECTED | SD_DACL_AUTO_INHERITED };
	for (size_t i = 0; i < ARRAY_LEN(controls); i++) {
		for (uint8_t inherited = 0; inherited <= ID; inherited += ID) {
			const struct ace_row aces[] = { { ALLOW, (uint8_t)(OI | CI | inherited),
				FILE_WRITE_DATA, &alice } };
			struct security_descriptor file = child_of(controls[i], aces, 1, NULL, false);
			bool marked = controls[i] & SD_DACL_AUTO_INHERITED;
			assert_ace(&file.dacl->aces[0], &alice, FILE_WRITE_DATA, marked ? ID : 0);
			assert_int_equal(file.control,
				SD_SELF_RELATIVE | SD_DACL_PRESENT | (marked ? SD_DACL_AUTO_INHERITED : 0));
		}
	}
}

static void the_creators_list_stands(UNUSED void **state)
{
	const struct ace_row parent[] = { { ALLOW, OI | CI, FILE_WRITE_DATA, &bob } };
	const struct ace_row own[] = { { ALLOW, 0, ACCESS_GENERIC_READ, &sid_everyone } };
	struct security_descriptor creator = { .control = SD_DACL_PRESENT,
		.owner = &bob,
		.group = &sid_builtin_users,
		.dacl = make_acl(&arena, own, 1) };
	struct security_descriptor file = child_of(SD_DACL_AUTO_INHERITED, parent, 1, &creator, false);
	assert_true(sid_equal(file.owner, &bob));
	assert_true(sid_equal(file.group, &sid_builtin_users));
	assert_int_equal(file.dacl->count, 1);
	assert_ace(&file.dacl->aces[0], &sid_everyone, FILE_GENERIC_READ, 0);
	creator.control |= SD_DACL_AUTO_INHERIT_REQ;
	file = child_of(SD_DACL_AUTO_INHERITED, parent, 1, &creator, false);
	assert_int_equal(file.dacl->count, 2);
	assert_ace(&file.dacl->aces[1], &bob, FILE_WRITE_DATA, ID);
	creator.control |= SD_DACL_PROTECTED;
	file = child_of(SD_DACL_AUTO_INHERITED, parent, 1, &creator, false);
	assert_int_equal(file.dacl->count, 1);
	assert_true(file.control & SD_DACL_PROTECTED);
}

static void empty_and_null_lists_are_kept(UNUSED void **state)
{
	const struct ace_row parent[] = { { ALLOW, OI | CI, FILE_WRITE_DATA, &bob } };
	struct security_descriptor creator = { .control = SD_DACL_PRESENT, .dacl = acl_new(&arena) };
	struct security_descriptor file = child_of(0, parent, 1, &creator, false);
	assert_non_null(file.dacl);
	assert_int_equal(file.dacl->count, 0);
	creator.dacl = NULL;
	file = child_of(0, parent, 1, &creator, false);
	assert_null(file.dacl);
	assert_true(file.control & SD_DACL_PRESENT);
}

static void without_a_parent_the_default(UNUSED void **state)
{
	struct sd_inherit_args args = { .token = &token };
	struct security_descriptor child;
	assert_true(sd_inherit(&args, &arena, &child));
	assert_default(&child);
}

static void audit_entries_are_inherited(UNUSED void **state)
{
	const struct ace_row audit[] = { { ACE_SYSTEM_AUDIT, OI | ACE_FAILED_ACCESS, FILE_WRITE_DATA,
		&sid_everyone } };
	struct security_descriptor parent = { .control = SD_SACL_PRESENT | SD_SACL_AUTO_INHERITED,
		.sacl = make_acl(&arena, audit, 1) };
	struct sd_inherit_args args = { .parent = &parent, .token = &token };
	struct security_descriptor child;
	assert_true(sd_inherit(&args, &arena, &child));
	assert_int_equal(child.sacl->count, 1);
	assert_int_equal(child.sacl->aces[0].flags, ACE_FAILED_ACCESS | ID);
	assert_int_equal(
		child.control, SD_SELF_RELATIVE | SD_DACL_PRESENT | SD_SACL_PRESENT | SD_SACL_AUTO_INHERITED);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(flags_decide_what_children_get, setup, teardown),
		cmocka_unit_test_setup_teardown(ordinary_entries_stay_one, setup, teardown),
		cmocka_unit_test_setup_teardown(
			generic_rights_are_mapped_for_the_child_only, setup, teardown),
		cmocka_unit_test_setup_teardown(group_is_substituted_too, setup, teardown),
		cmocka_unit_test_setup_teardown(inherited_is_marked_as_the_parent_says, setup, teardown),
		cmocka_unit_test_setup_teardown(the_creators_list_stands, setup, teardown),
		cmocka_unit_test_setup_teardown(empty_and_null_lists_are_kept, setup, teardown),
		cmocka_unit_test_setup_teardown(without_a_parent_the_default, setup, teardown),
		cmocka_unit_test_setup_teardown(audit_entries_are_inherited, setup, teardown),
	};
	return RUN_TESTS(tests);
}
