// SPDX-License-Identifier: Apache-2.0
#include "../../test_support.h"

#include <string.h>

#include "wire/dtyp/security_descriptor.h"

// MS-DTYP 2.5.1.4: "O:BAG:BAD:P(A;CIOI;GRGX;;;BU)(A;CIOI;GA;;;BA)(A;CIOI;GA;;;SY)(A;CIOI;GA;;;CO)
// S:P(AU;FA;GR;;;WD)" as Windows writes it.
static const uint8_t windows_sd[] = {
	0x01, 0x00, 0x14, 0xb0, 0x90, 0x00, 0x00, 0x00, 0xa0, 0x00, 0x00, 0x00, 0x14, 0x00, 0x00, 0x00, //
	0x30, 0x00, 0x00, 0x00, 0x02, 0x00, 0x1c, 0x00, 0x01, 0x00, 0x00, 0x00, 0x02, 0x80, 0x14, 0x00, //
	0x00, 0x00, 0x00, 0x80, 0x01, 0x01, 0x00, 0x00, 0x00, 0x00, 0x00, 0x01, 0x00, 0x00, 0x00, 0x00, //
	0x02, 0x00, 0x60, 0x00, 0x04, 0x00, 0x00, 0x00, 0x00, 0x03, 0x18, 0x00, 0x00, 0x00, 0x00, 0xa0, //
	0x01, 0x02, 0x00, 0x00, 0x00, 0x00, 0x00, 0x05, 0x20, 0x00, 0x00, 0x00, 0x21, 0x02, 0x00, 0x00, //
	0x00, 0x03, 0x18, 0x00, 0x00, 0x00, 0x00, 0x10, 0x01, 0x02, 0x00, 0x00, 0x00, 0x00, 0x00, 0x05, //
	0x20, 0x00, 0x00, 0x00, 0x20, 0x02, 0x00, 0x00, 0x00, 0x03, 0x14, 0x00, 0x00, 0x00, 0x00, 0x10, //
	0x01, 0x01, 0x00, 0x00, 0x00, 0x00, 0x00, 0x05, 0x12, 0x00, 0x00, 0x00, 0x00, 0x03, 0x14, 0x00, //
	0x00, 0x00, 0x00, 0x10, 0x01, 0x01, 0x00, 0x00, 0x00, 0x00, 0x00, 0x03, 0x00, 0x00, 0x00, 0x00, //
	0x01, 0x02, 0x00, 0x00, 0x00, 0x00, 0x00, 0x05, 0x20, 0x00, 0x00, 0x00, 0x20, 0x02, 0x00, 0x00, //
	0x01, 0x02, 0x00, 0x00, 0x00, 0x00, 0x00, 0x05, 0x20, 0x00, 0x00, 0x00, 0x20, 0x02, 0x00, 0x00, //
};

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

static struct security_descriptor decode(const void *bytes, size_t len)
{
	struct security_descriptor sd = { 0 };
	assert_int_equal(security_descriptor_decode(span_make(bytes, len), &arena, &sd), VERDICT_OK);
	return sd;
}

static void windows_bytes_decode(UNUSED void **state)
{
	struct security_descriptor sd = decode(windows_sd, sizeof(windows_sd));
	assert_int_equal(sd.control, 0xb014);
	assert_true(sid_equal(sd.owner, &sid_builtin_administrators));
	assert_true(sid_equal(sd.group, &sid_builtin_administrators));
	assert_int_equal(sd.dacl->count, 4);
	assert_int_equal(sd.dacl->aces[0].mask, ACCESS_GENERIC_READ | ACCESS_GENERIC_EXECUTE);
	assert_int_equal(sd.dacl->aces[0].flags, ACE_OBJECT_INHERIT | ACE_CONTAINER_INHERIT);
	assert_true(sid_equal(&sd.dacl->aces[0].sid, &sid_builtin_users));
	assert_true(sid_equal(&sd.dacl->aces[2].sid, &sid_system));
	assert_true(sid_equal(&sd.dacl->aces[3].sid, &sid_creator_owner));
	assert_int_equal(sd.sacl->count, 1);
	assert_int_equal(sd.sacl->aces[0].type, ACE_SYSTEM_AUDIT);
	assert_int_equal(sd.sacl->aces[0].flags, ACE_FAILED_ACCESS);
}

static void they_are_written_back_the_same(UNUSED void **state)
{
	struct security_descriptor sd = decode(windows_sd, sizeof(windows_sd)), copy;
	uint8_t out[sizeof(windows_sd)];
	struct writer w = writer_make(out, sizeof(out));
	assert_int_equal(security_descriptor_len(&sd), sizeof(windows_sd));
	assert_true(security_descriptor_copy(&sd, &arena, &copy));
	assert_true(security_descriptor_equal(&sd, &copy));
	security_descriptor_encode(&copy, &w);
	assert_true(writer_ok(&w));
	assert_memory_equal(out, windows_sd, sizeof(out));
}

static void each_shorter_one_is_refused(UNUSED void **state)
{
	struct security_descriptor sd;
	for (size_t len = 0; len < sizeof(windows_sd); len++)
		assert_int_not_equal(
			security_descriptor_decode(span_make(windows_sd, len), &arena, &sd), VERDICT_OK);
}

static void parts_may_overlap_but_not_leave(UNUSED void **state)
{
	uint8_t bytes[sizeof(windows_sd)];
	struct security_descriptor sd;
	memcpy(bytes, windows_sd, sizeof(bytes));
	bytes[8] = 0x90; // the group is the owner's bytes
	(void)decode(bytes, sizeof(bytes));
	bytes[8] = 0x13; // into the header
	assert_int_equal(
		security_descriptor_decode(span_make(bytes, sizeof(bytes)), &arena, &sd), VERDICT_BAD_OFFSET);
	memset(bytes + 8, 0xff, 4);
	assert_int_equal(
		security_descriptor_decode(span_make(bytes, sizeof(bytes)), &arena, &sd), VERDICT_BAD_OFFSET);
}

static void absent_null_and_empty_lists_differ(UNUSED void **state)
{
	uint8_t absent[SECURITY_DESCRIPTOR_HEADER_LEN] = { 1, 0, 0, 0x80 };
	uint8_t null_list[SECURITY_DESCRIPTOR_HEADER_LEN] = { 1, 0, 4, 0x80 };
	uint8_t empty[SECURITY_DESCRIPTOR_HEADER_LEN + 8] = { 1, 0, 4, 0x80, [16] = 20, [20] = 2, [22] = 8 };
	struct security_descriptor a = decode(absent, sizeof(absent)),
				   n = decode(null_list, sizeof(null_list)), e = decode(empty, sizeof(empty));
	assert_false(a.control & SD_DACL_PRESENT);
	assert_true(n.control & SD_DACL_PRESENT);
	assert_null(n.dacl);
	assert_non_null(e.dacl);
	assert_int_equal(e.dacl->count, 0);
	uint8_t out[sizeof(empty)];
	struct writer w = writer_make(out, sizeof(out));
	security_descriptor_encode(&e, &w);
	assert_int_equal(w.pos, sizeof(empty));
	assert_memory_equal(out, empty, sizeof(empty));
}

// An object ACE with one GUID, a callback ACE with a condition and a type nobody knows survive.
static void unusual_entries_come_back(UNUSED void **state)
{
	struct acl *acl = acl_new(&arena);
	static const uint8_t guid_part[20] = { 1, 0, 0, 0, 0xaa },
			     condition[] = { 'a', 'r', 't', 'x', 0xf8, 0, 0, 0 };
	const struct ace aces[] = {
		{ .type = ACE_ACCESS_ALLOWED_OBJECT,
			.mask = 0x100,
			.sid = sid_system,
			.before = { guid_part, 20 } },
		{ .type = ACE_ACCESS_ALLOWED_CALLBACK,
			.mask = 1,
			.sid = sid_everyone,
			.after = { condition, 8 } },
		{ .type = 0x77, .flags = 3, .after = { condition, 4 } },
	};
	for (size_t i = 0; i < ARRAY_LEN(aces); i++)
		assert_true(acl_add(acl, &arena, &aces[i]));
	uint8_t bytes[256];
	struct writer w = writer_make(bytes, sizeof(bytes));
	writer_acl(&w, acl);
	assert_int_equal(w.pos, acl_len(acl));
	struct reader r = reader_make(span_make(bytes, w.pos));
	struct acl *again = reader_acl(&r, &arena);
	assert_int_equal(reader_finish(&r), VERDICT_OK);
	assert_int_equal(again->count, 3);
	assert_int_equal(again->revision, ACL_REVISION_DS);
	for (size_t i = 0; i < ARRAY_LEN(aces); i++) {
		assert_int_equal(again->aces[i].type, aces[i].type);
		assert_true(span_equal(again->aces[i].before, aces[i].before));
		assert_true(span_equal(again->aces[i].after, aces[i].after));
		assert_true(sid_equal(&again->aces[i].sid, &aces[i].sid));
	}
}

static void a_list_has_a_largest_size(UNUSED void **state)
{
	struct acl *acl = acl_new(&arena);
	size_t n = 0;
	while (acl_add_simple(acl, &arena, ACE_ACCESS_ALLOWED, 0, 1, &sid_everyone))
		n++;
	assert_int_equal(n, (ACL_LEN_MAX - ACL_HEADER_LEN) / 20);
}

static void selecting_leaves_out_the_rest(UNUSED void **state)
{
	struct security_descriptor sd = decode(windows_sd, sizeof(windows_sd)), part;
	part = security_descriptor_select(&sd, SECURITY_INFO_OWNER | SECURITY_INFO_DACL);
	assert_int_equal(part.control, SD_SELF_RELATIVE | SD_DACL_PRESENT | SD_DACL_PROTECTED);
	assert_ptr_equal(part.owner, sd.owner);
	assert_null(part.group);
	assert_null(part.sacl);
	part = security_descriptor_select(&sd, SECURITY_INFO_LABEL);
	assert_null(part.sacl); // the audit entries need another right than labels
}

static void merging_keeps_what_is_not_named(UNUSED void **state)
{
	struct security_descriptor current = decode(windows_sd, sizeof(windows_sd)), given = { 0 }, merged;
	struct acl *acl = acl_new(&arena);
	assert_true(acl_add_simple(acl, &arena, ACE_ACCESS_ALLOWED, 0, ACCESS_GENERIC_READ, &sid_everyone));
	assert_true(acl_add_simple(acl, &arena, ACE_ACCESS_ALLOWED, ACE_INHERIT_ONLY | ACE_OBJECT_INHERIT,
		ACCESS_GENERIC_READ, &sid_everyone));
	given = (struct security_descriptor){ .control = SD_DACL_PRESENT, .owner = &sid_system, .dacl = acl };
	assert_true(security_descriptor_merge(
		&current, &given, SECURITY_INFO_DACL, &generic_mapping_file, &arena, &merged));
	assert_true(sid_equal(merged.owner, &sid_builtin_administrators));
	assert_int_equal(merged.dacl->count, 2);
	assert_int_equal(merged.dacl->aces[0].mask, FILE_GENERIC_READ);
	assert_int_equal(merged.dacl->aces[1].mask, ACCESS_GENERIC_READ);
	assert_false(merged.control & SD_DACL_PROTECTED);
	assert_true(merged.control & SD_SACL_PROTECTED);
	assert_true(security_descriptor_merge(
		&current, &given, SECURITY_INFO_OWNER, &generic_mapping_file, &arena, &merged));
	assert_true(sid_equal(merged.owner, &sid_system));
	assert_ptr_equal(merged.dacl, current.dacl);
	assert_int_equal(merged.control, current.control);
}

// Which control bits a set stores: what smb2.acls INHERITFLAGS expects of Windows.
static void auto_inherited_needs_its_request(UNUSED void **state)
{
	static const struct {
		uint16_t given, stored;
	} rows[] = {
		{ 0, 0 },
		{ SD_DACL_AUTO_INHERITED, 0 },
		{ SD_DACL_AUTO_INHERIT_REQ, 0 },
		{ SD_DACL_AUTO_INHERITED | SD_DACL_AUTO_INHERIT_REQ, SD_DACL_AUTO_INHERITED },
		{ SD_DACL_PROTECTED, SD_DACL_PROTECTED },
		{ SD_DACL_PROTECTED | SD_DACL_AUTO_INHERITED | SD_DACL_AUTO_INHERIT_REQ,
			SD_DACL_PROTECTED | SD_DACL_AUTO_INHERITED },
	};
	struct security_descriptor current = { .control = SD_DACL_PRESENT }, merged;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct security_descriptor given = { .control = (uint16_t)(SD_DACL_PRESENT | rows[i].given),
			.dacl = acl_new(&arena) };
		assert_true(security_descriptor_merge(
			&current, &given, SECURITY_INFO_DACL, &generic_mapping_file, &arena, &merged));
		assert_int_equal(merged.control, SD_DACL_PRESENT | rows[i].stored);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(windows_bytes_decode, setup, teardown),
		cmocka_unit_test_setup_teardown(they_are_written_back_the_same, setup, teardown),
		cmocka_unit_test_setup_teardown(each_shorter_one_is_refused, setup, teardown),
		cmocka_unit_test_setup_teardown(parts_may_overlap_but_not_leave, setup, teardown),
		cmocka_unit_test_setup_teardown(absent_null_and_empty_lists_differ, setup, teardown),
		cmocka_unit_test_setup_teardown(unusual_entries_come_back, setup, teardown),
		cmocka_unit_test_setup_teardown(a_list_has_a_largest_size, setup, teardown),
		cmocka_unit_test_setup_teardown(selecting_leaves_out_the_rest, setup, teardown),
		cmocka_unit_test_setup_teardown(merging_keeps_what_is_not_named, setup, teardown),
		cmocka_unit_test_setup_teardown(auto_inherited_needs_its_request, setup, teardown),
	};
	return RUN_TESTS(tests);
}
