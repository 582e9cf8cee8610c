// SPDX-License-Identifier: Apache-2.0
#include <errno.h>
#include <string.h>

#include "storage/extended_attributes.h"
#include "scratch.h"

static void sets_gets_lists_removes(void **state)
{
	(void)state;
	struct arena a;
	struct ea ea;
	struct ea_list list;
	char value[8];
	int fd = scratch_file();
	int o_path = scratch_o_path(fd);
	arena_init(&a, NULL, 0);
	assert_int_equal(extended_attribute_list(o_path, &a, &list), 0);
	assert_int_equal(list.count, 0);
	assert_int_equal(extended_attribute_get(o_path, "MyEA", &a, &ea), -ENODATA);
	assert_int_equal(extended_attribute_set(o_path, "MyEA", span_of_str("value1")), 0);
	assert_int_equal(fgetxattr(fd, "user.MyEA", value, sizeof(value)), 6); // as smbd stores it
	// Another spelling is the same attribute, and the first spelling stays.
	assert_int_equal(extended_attribute_set(fd, "MYEA", span_of_str("two")), 0);
	assert_int_equal(extended_attribute_get(fd, "myea", &a, &ea), 0);
	assert_string_equal(ea.name, "MyEA");
	assert_true(span_equal(ea.value, span_of_str("two")));
	assert_int_equal(extended_attribute_list(fd, &a, &list), 0);
	assert_int_equal(list.count, 1);
	assert_string_equal(list.items[0].name, "MyEA");
	assert_int_equal(extended_attribute_set(fd, "mYeA", span_make(NULL, 0)), 0);
	assert_int_equal(extended_attribute_set(fd, "mYeA", span_make(NULL, 0)), 0);
	assert_int_equal(fgetxattr(fd, "user.MyEA", value, sizeof(value)), -1);
	arena_reset(&a);
	(void)close(o_path);
	(void)close(fd);
}

static void private_ones_are_neither_seen_nor_touched(void **state)
{
	(void)state;
	static const char *const hidden[] = { "DOSATTRIB", "NTACL", "SAMBA_PAI", "DosStream.x:$DATA",
		"dosattrib", "dosstream.y", "org.netatalk.Metadata" };
	struct arena a;
	struct ea_list list;
	struct ea ea;
	char full[64];
	int fd = scratch_file();
	arena_init(&a, NULL, 0);
	for (size_t i = 0; i < ARRAY_LEN(hidden); i++) {
		(void)snprintf(full, sizeof(full), "user.%s", hidden[i]);
		assert_int_equal(fsetxattr(fd, full, "x", 1, 0), 0);
		assert_int_equal(extended_attribute_set(fd, hidden[i], span_of_str("y")), -EINVAL);
		assert_int_equal(extended_attribute_set(fd, hidden[i], span_make(NULL, 0)), -EINVAL);
		assert_int_equal(extended_attribute_get(fd, hidden[i], &a, &ea), -EINVAL);
	}
	assert_int_equal(extended_attribute_set(fd, "seen", span_of_str("y")), 0);
	assert_int_equal(extended_attribute_list(fd, &a, &list), 0);
	assert_int_equal(list.count, 1);
	assert_int_equal(extended_attribute_remove_all(fd), 0);
	assert_int_equal(extended_attribute_list(fd, &a, &list), 0);
	assert_int_equal(list.count, 0);
	for (size_t i = 0; i < ARRAY_LEN(hidden); i++) {
		(void)snprintf(full, sizeof(full), "user.%s", hidden[i]);
		assert_int_equal(fgetxattr(fd, full, NULL, 0), 1);
	}
	arena_reset(&a);
	(void)close(fd);
}

static void names_and_values_have_limits(void **state)
{
	(void)state;
	static uint8_t big[EA_VALUE_MAX + 1];
	char longest[EA_NAME_MAX + 2];
	int fd = scratch_file();
	assert_int_equal(extended_attribute_set(fd, "", span_of_str("x")), -EINVAL);
	assert_int_equal(extended_attribute_set(fd, "a*b", span_of_str("x")), -EINVAL);
	memset(longest, 'n', sizeof(longest));
	longest[EA_NAME_MAX + 1] = '\0';
	assert_int_equal(extended_attribute_set(fd, longest, span_of_str("x")), -EINVAL);
	longest[EA_NAME_MAX] = '\0';
	assert_int_equal(extended_attribute_set(fd, longest, span_of_str("x")), 0);
	assert_int_equal(extended_attribute_set(fd, "a", span_make(big, sizeof(big))), -ENOSPC);
	int err = extended_attribute_set(fd, "a", span_make(big, EA_VALUE_MAX));
	assert_true(err == 0 || err == -ENOSPC); // XFS takes it, ext4 does not
	(void)close(fd);
}

static void empty_values_of_others_are_not_listed(void **state)
{
	(void)state;
	struct arena a;
	struct ea_list list;
	struct ea ea;
	int fd = scratch_file();
	arena_init(&a, NULL, 0);
	assert_int_equal(fsetxattr(fd, "user.empty", "", 0, 0), 0);
	assert_int_equal(fsetxattr(fd, "user.full", "x", 1, 0), 0);
	assert_int_equal(extended_attribute_list(fd, &a, &list), 0);
	assert_int_equal(list.count, 1);
	assert_string_equal(list.items[0].name, "full");
	assert_int_equal(extended_attribute_get(fd, "empty", &a, &ea), -ENODATA);
	arena_reset(&a);
	(void)close(fd);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sets_gets_lists_removes),
		cmocka_unit_test(private_ones_are_neither_seen_nor_touched),
		cmocka_unit_test(names_and_values_have_limits),
		cmocka_unit_test(empty_values_of_others_are_not_listed),
	};
	return RUN_TESTS(tests);
}
