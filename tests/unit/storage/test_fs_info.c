// SPDX-License-Identifier: Apache-2.0
#include <errno.h>
#include <string.h>
#include <sys/statvfs.h>

#include "storage/fs_info.h"
#include "scratch.h"

static void says_what_the_kernel_says(void **state)
{
	(void)state;
	struct fs_info info;
	struct statvfs vfs;
	int fd = scratch_dir();
	assert_int_equal(fs_info_load(fd, "data", &info), 0);
	assert_int_equal(fstatvfs(fd, &vfs), 0);
	assert_int_equal(info.bytes_per_sector, 512);
	uint64_t unit = (uint64_t)info.sectors_per_unit * info.bytes_per_sector;
	assert_true(unit * info.total_units == (uint64_t)vfs.f_blocks * vfs.f_frsize);
	assert_true(info.total_units >= info.free_units);
	assert_true(info.free_units >= info.available_units);
	assert_true(info.attributes & FS_NAMED_STREAMS);
	assert_false(info.attributes & FS_READ_ONLY_VOLUME);
	assert_int_equal(info.name_max, 255);
	assert_true(info.create_time != 0);
	assert_string_equal(info.label, "data");
	(void)close(fd);
}

static void is_the_same_by_an_o_path_descriptor_and_again(void **state)
{
	(void)state;
	struct fs_info one, two, other;
	int fd = scratch_dir();
	int o_path = scratch_o_path(fd);
	int fd2 = scratch_dir();
	assert_int_equal(fs_info_load(fd, "", &one), 0);
	assert_int_equal(fs_info_load(o_path, "", &two), 0);
	assert_int_equal(one.serial, two.serial);
	assert_true(one.volume_id == two.volume_id);
	assert_memory_equal(one.object_id, two.object_id, sizeof(one.object_id));
	// Another share of the same file system: same volume, another serial.
	assert_int_equal(fs_info_load(fd2, "", &other), 0);
	assert_true(one.volume_id == other.volume_id);
	assert_int_not_equal(one.serial, other.serial);
	(void)close(fd2);
	(void)close(o_path);
	(void)close(fd);
}

static void knows_a_file_system_without_user_attributes(void **state)
{
	(void)state;
	struct fs_info info;
	int fd = open("/proc", O_PATH | O_CLOEXEC);
	assert_int_equal(fs_info_load(fd, "", &info), 0);
	assert_false(info.attributes & (FS_NAMED_STREAMS | FS_PERSISTENT_ACLS));
	(void)close(fd);
	assert_int_equal(fs_info_load(fd, "", &info), -EBADF);
}

static void label_is_cut_between_characters(void **state)
{
	(void)state;
	struct fs_info info;
	char label[3 * 40 + 1] = "";
	int fd = scratch_dir();
	for (int i = 0; i < 40; i++)
		memcpy(label + 3 * i, "\xe2\x82\xac", 4);
	assert_int_equal(fs_info_load(fd, label, &info), 0);
	assert_int_equal(strlen(info.label), 3 * FS_INFO_LABEL_MAX);
	assert_int_equal(fs_info_load(fd, "ok\xff", &info), 0);
	assert_string_equal(info.label, "ok");
	(void)close(fd);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(says_what_the_kernel_says),
		cmocka_unit_test(is_the_same_by_an_o_path_descriptor_and_again),
		cmocka_unit_test(knows_a_file_system_without_user_attributes),
		cmocka_unit_test(label_is_cut_between_characters),
	};
	return RUN_TESTS(tests);
}
