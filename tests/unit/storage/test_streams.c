// SPDX-License-Identifier: Apache-2.0
#include <errno.h>
#include <string.h>

#include "base/arena.h"
#include "storage/fd_xattr.h"
#include "scratch.h"
#include "storage/streams.h"

#define ZONE "Zone.Identifier"

static void expect_content(int fd, const char *name, const char *bytes, size_t len)
{
	char buf[256];
	uint64_t size;
	assert_int_equal(stream_size(fd, name, &size), 0);
	assert_int_equal(size, len);
	assert_int_equal(stream_read(fd, name, 0, buf, sizeof(buf)), len);
	assert_memory_equal(buf, bytes, len);
}

static void form_on_disk_is_sambas(void **state)
{
	(void)state;
	char value[64];
	int fd = scratch_file();
	assert_int_equal(stream_create(fd, ZONE), 0);
	assert_int_equal(fgetxattr(fd, "user.DosStream.Zone.Identifier:$DATA", value, sizeof(value)), 1);
	assert_int_equal(value[0], 0);
	assert_int_equal(stream_write(fd, ZONE, 0, span_of_str("hello\n")), 0);
	assert_int_equal(fgetxattr(fd, "user.DosStream.Zone.Identifier:$DATA", value, sizeof(value)), 7);
	assert_memory_equal(value, "hello\n", 7); // as smbd 4.17.12 stores it, its NUL included
	(void)close(fd);
}

static void create_read_write_truncate(void **state)
{
	(void)state;
	char buf[16];
	int fd = scratch_file();
	assert_int_equal(stream_write(fd, "s", 0, span_of_str("x")), -ENOENT);
	assert_int_equal(stream_create(fd, "s"), 0);
	assert_int_equal(stream_create(fd, "s"), -EEXIST);
	expect_content(fd, "s", "", 0);
	assert_int_equal(stream_write(fd, "s", 3, span_of_str("abc")), 0);
	expect_content(fd, "s", "\0\0\0abc", 6);
	assert_int_equal(stream_write(fd, "s", 1, span_of_str("Z")), 0);
	expect_content(fd, "s", "\0Z\0abc", 6);
	assert_int_equal(stream_write(fd, "s", 100, span_of_str("")), 0);
	expect_content(fd, "s", "\0Z\0abc", 6);
	assert_int_equal(stream_read(fd, "s", 4, buf, 1), 1);
	assert_int_equal(buf[0], 'b');
	assert_int_equal(stream_read(fd, "s", 6, buf, sizeof(buf)), 0);
	assert_int_equal(stream_read(fd, "s", UINT64_MAX, buf, sizeof(buf)), 0);
	assert_int_equal(stream_truncate(fd, "s", 4), 0);
	// What was cut off must not come back.
	assert_int_equal(stream_truncate(fd, "s", 8), 0);
	expect_content(fd, "s", "\0Z\0a\0\0\0\0", 8);
	assert_int_equal(stream_remove(fd, "s"), 0);
	assert_int_equal(stream_remove(fd, "s"), -ENOENT);
	assert_int_equal(stream_truncate(fd, "s", 0), -ENOENT);
	assert_int_equal(stream_read(fd, "s", 0, buf, sizeof(buf)), -ENOENT);
	(void)close(fd);
}

static void names_are_found_in_any_case(void **state)
{
	(void)state;
	struct arena a;
	struct stream found;
	int fd = scratch_file();
	arena_init(&a, NULL, 0);
	assert_int_equal(stream_find(fd, "caf\xc3\x89", &a, &found), -ENOENT);
	assert_int_equal(stream_create(fd, "Caf\xc3\xa9"), 0);
	assert_int_equal(stream_write(fd, "Caf\xc3\xa9", 0, span_of_str("123456789")), 0);
	assert_int_equal(stream_find(fd, "cAF\xc3\x89", &a, &found), 0);
	assert_string_equal(found.name, "Caf\xc3\xa9");
	assert_int_equal(found.size, 9);
	assert_int_equal(found.allocation, 16);
	// From the other side two spellings may exist: the exact one wins.
	assert_int_equal(stream_create(fd, "CAF\xc3\x89"), 0);
	assert_int_equal(stream_find(fd, "CAF\xc3\x89", &a, &found), 0);
	assert_string_equal(found.name, "CAF\xc3\x89");
	arena_reset(&a);
	(void)close(fd);
}

static void lists_streams_only(void **state)
{
	(void)state;
	struct arena a;
	struct stream_list list;
	int fd = scratch_dir();
	arena_init(&a, NULL, 0);
	assert_int_equal(stream_list(fd, &a, &list), 0);
	assert_int_equal(list.count, 0);
	assert_int_equal(stream_create(fd, "one"), 0);
	assert_int_equal(stream_create(fd, "two"), 0);
	assert_int_equal(stream_write(fd, "two", 0, span_of_str("12")), 0);
	assert_int_equal(fsetxattr(fd, "user.other", "x", 1, 0), 0);
	assert_int_equal(fsetxattr(fd, "user.DosStream.odd", "x", 1, 0), 0);
	assert_int_equal(fsetxattr(fd, "user.DosStream.a:b:$DATA", "x", 1, 0), 0);
	assert_int_equal(fsetxattr(fd, "user.DosStream.:$DATA", "x", 1, 0), 0);
	assert_int_equal(fsetxattr(fd, "user.DosStream.\xff:$DATA", "x", 1, 0), 0);
	assert_int_equal(stream_list(fd, &a, &list), 0);
	assert_int_equal(list.count, 2);
	for (size_t i = 0; i < list.count; i++)
		assert_int_equal(list.entries[i].size, strcmp(list.entries[i].name, "two") == 0 ? 2 : 0);
	assert_int_equal(stream_remove_all(fd), 0);
	assert_int_equal(stream_list(fd, &a, &list), 0);
	assert_int_equal(list.count, 0);
	assert_int_equal(fgetxattr(fd, "user.other", NULL, 0), 1);
	arena_reset(&a);
	(void)close(fd);
}

static void renames(void **state)
{
	(void)state;
	struct arena a;
	struct stream_list list;
	int fd = scratch_file();
	arena_init(&a, NULL, 0);
	assert_int_equal(stream_rename(fd, "a", "b", false), -ENOENT);
	assert_int_equal(stream_create(fd, "a"), 0);
	assert_int_equal(stream_write(fd, "a", 0, span_of_str("AAA")), 0);
	assert_int_equal(stream_rename(fd, "a", "a", false), 0);
	assert_int_equal(stream_rename(fd, "a", "A", false), 0); // only the case changes
	expect_content(fd, "A", "AAA", 3);
	assert_int_equal(stream_create(fd, "b"), 0);
	assert_int_equal(stream_rename(fd, "A", "B", false), -EEXIST);
	assert_int_equal(stream_rename(fd, "A", "B", true), 0);
	expect_content(fd, "B", "AAA", 3);
	assert_int_equal(stream_list(fd, &a, &list), 0);
	assert_int_equal(list.count, 1);
	assert_int_equal(stream_rename(fd, "B", "b:c", true), -EINVAL);
	arena_reset(&a);
	(void)close(fd);
}

static void refuses_what_is_no_name(void **state)
{
	(void)state;
	char longest[STREAM_NAME_MAX + 2];
	int fd = scratch_file();
	static const char *const bad[] = { "", "a/b", "a\\b", "a:b", "\xff" };
	for (size_t i = 0; i < ARRAY_LEN(bad); i++)
		assert_int_equal(stream_create(fd, bad[i]), -EINVAL);
	memset(longest, 'n', sizeof(longest));
	longest[STREAM_NAME_MAX + 1] = '\0';
	assert_int_equal(stream_create(fd, longest), -ENAMETOOLONG);
	longest[STREAM_NAME_MAX] = '\0';
	assert_int_equal(stream_create(fd, longest), 0);
	(void)close(fd);
}

static void too_large_is_enospc_and_changes_nothing(void **state)
{
	(void)state;
	static uint8_t big[STREAM_SIZE_MAX + 1];
	int fd = scratch_file();
	assert_int_equal(stream_create(fd, "s"), 0);
	assert_int_equal(stream_write(fd, "s", 0, span_of_str("keep")), 0);
	assert_int_equal(stream_write(fd, "s", 0, span_make(big, sizeof(big))), -ENOSPC);
	assert_int_equal(stream_write(fd, "s", STREAM_SIZE_MAX, span_of_str("x")), -ENOSPC);
	assert_int_equal(stream_write(fd, "s", UINT64_MAX, span_of_str("x")), -ENOSPC);
	assert_int_equal(stream_truncate(fd, "s", STREAM_SIZE_MAX + 1), -ENOSPC);
	assert_int_equal(stream_truncate(fd, "s", UINT64_MAX), -ENOSPC);
	expect_content(fd, "s", "keep", 4);
	int err = stream_truncate(fd, "s", STREAM_SIZE_MAX);
	assert_true(err == 0 || err == -ENOSPC); // XFS takes it, ext4 does not
	if (err)
		expect_content(fd, "s", "keep", 4);
	(void)close(fd);
}

static void works_on_an_o_path_descriptor(void **state)
{
	(void)state;
	int fd = scratch_file();
	int o_path = scratch_o_path(fd);
	assert_int_equal(stream_create(o_path, "s"), 0);
	assert_int_equal(stream_write(o_path, "s", 0, span_of_str("data")), 0);
	expect_content(o_path, "s", "data", 4);
	assert_int_equal(stream_rename(o_path, "s", "t", false), 0);
	expect_content(fd, "t", "data", 4);
	assert_int_equal(stream_remove(o_path, "t"), 0);
	(void)close(o_path);
	(void)close(fd);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(form_on_disk_is_sambas),
		cmocka_unit_test(create_read_write_truncate),
		cmocka_unit_test(names_are_found_in_any_case),
		cmocka_unit_test(lists_streams_only),
		cmocka_unit_test(renames),
		cmocka_unit_test(refuses_what_is_no_name),
		cmocka_unit_test(too_large_is_enospc_and_changes_nothing),
		cmocka_unit_test(works_on_an_o_path_descriptor),
	};
	return RUN_TESTS(tests);
}
