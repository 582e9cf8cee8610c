// SPDX-License-Identifier: Apache-2.0
#include "fscc_support.h"

#include "wire/fscc/file_set_info.h"

static struct ea eas[] = { { 0, "a", { (const uint8_t *)"value", 5 } },
	{ EA_FLAG_NEED_EA, "Longer.Name", { NULL, 0 } } };

static const struct file_set_info infos[] = {
	{ FILE_BASIC_INFORMATION,
		.u.basic = { { FILE_TIME_KEEP, FILE_TIME_FREEZE, FILE_TIME_THAW, 5 }, 0x20 } },
	{ FILE_RENAME_INFORMATION, .u.rename = { true, 1, 0, "dir\\new name.txt" } },
	{ FILE_RENAME_INFORMATION, .u.rename = { false, 0, 0, "x" } },
	{ FILE_RENAME_INFORMATION_EX, .u.rename = { true, 0x43, 0, ":stream" } },
	{ FILE_LINK_INFORMATION, .u.rename = { false, 0, 7, "link" } },
	{ FILE_DISPOSITION_INFORMATION, .u.disposition = { true, FILE_DISPOSITION_DELETE } },
	{ FILE_DISPOSITION_INFORMATION_EX,
		.u.disposition = { true, FILE_DISPOSITION_DELETE | FILE_DISPOSITION_POSIX_SEMANTICS } },
	{ FILE_FULL_EA_INFORMATION, .u.full_ea = { eas, 2 } },
	{ FILE_POSITION_INFORMATION, .u.position = 99 },
	{ FILE_MODE_INFORMATION, .u.mode = 0x1000 },
	{ FILE_ALLOCATION_INFORMATION, .u.length = 1 << 20 },
	{ FILE_END_OF_FILE_INFORMATION, .u.length = INT64_MAX },
	{ FILE_VALID_DATA_LENGTH_INFORMATION, .u.length = 0 },
	{ FILE_SHORT_NAME_INFORMATION, .u.short_name = "SHORT~1" },
	{ FILE_PIPE_INFORMATION, .u.pipe = { 1, 0 } },
};

static size_t encode(const struct file_set_info *info, uint8_t *out, size_t cap)
{
	struct writer w = writer_make(out, cap);
	assert_true(file_set_info_encode(info, &w));
	assert_true(writer_ok(&w));
	return w.pos;
}

static struct nt_status decode(uint8_t level, const void *bytes, size_t len, struct file_set_info *out)
{
	return file_set_info_decode(level, span_make(bytes, len), &arena, out);
}

static void each_class_comes_back(UNUSED void **state)
{
	for (size_t i = 0; i < ARRAY_LEN(infos); i++) {
		uint8_t first[256], second[256];
		struct file_set_info out;
		uint32_t access;
		size_t len = encode(&infos[i], first, sizeof(first));
		assert_status(decode(infos[i].level, first, len, &out), SUCCESS);
		assert_int_equal(encode(&out, second, sizeof(second)), len);
		assert_memory_equal(first, second, len);
		assert_true(file_set_info_access(infos[i].level, &access));
	}
}

static void values_arrive(UNUSED void **state)
{
	uint8_t bytes[256];
	struct file_set_info out;
	assert_status(decode(infos[1].level, bytes, encode(&infos[1], bytes, sizeof(bytes)), &out), SUCCESS);
	assert_string_equal(out.u.rename.name, "dir\\new name.txt");
	assert_true(out.u.rename.replace_if_exists);
	assert_status(decode(infos[7].level, bytes, encode(&infos[7], bytes, sizeof(bytes)), &out), SUCCESS);
	assert_int_equal(out.u.full_ea.count, 2);
	assert_string_equal(out.u.full_ea.items[1].name, "Longer.Name");
}

static void shorter_ones_are_refused(UNUSED void **state)
{
	for (size_t i = 0; i < ARRAY_LEN(infos); i++) {
		uint8_t bytes[256];
		struct file_set_info out;
		// An empty list of EAs is one; the short rename is padded behind its name.
		size_t len = encode(&infos[i], bytes, sizeof(bytes)),
		       cut = infos[i].level == FILE_FULL_EA_INFORMATION;
		for (; cut < (i == 2 ? 22 : len); cut++)
			assert_false(nt_status_ok(decode(infos[i].level, bytes, cut, &out)));
	}
}

static void impossible_values(UNUSED void **state)
{
	uint8_t bytes[64] = { 0 };
	struct file_set_info out;
	memset(bytes, 0xff, 8);
	bytes[0] = 0xfd; // -3
	assert_status(decode(FILE_BASIC_INFORMATION, bytes, 40, &out), INVALID_PARAMETER);
	assert_status(decode(FILE_END_OF_FILE_INFORMATION, bytes, 8, &out), INVALID_PARAMETER);
	assert_status(decode(FILE_POSITION_INFORMATION, bytes, 8, &out), INVALID_PARAMETER);
	memset(bytes, 0, sizeof(bytes));
	assert_status(decode(FILE_RENAME_INFORMATION, bytes, 24, &out), INVALID_PARAMETER); // no name
	bytes[16] = 3;
	bytes[20] = 'a';
	assert_status(decode(FILE_RENAME_INFORMATION, bytes, 24, &out), INVALID_PARAMETER); // odd
	bytes[16] = 4;
	assert_status(decode(FILE_RENAME_INFORMATION, bytes, 24, &out), INVALID_PARAMETER); // NUL inside
	bytes[16] = 6;
	assert_status(decode(FILE_RENAME_INFORMATION, bytes, 24, &out), INFO_LENGTH_MISMATCH);
	assert_status(decode(FILE_ALL_INFORMATION, bytes, 64, &out), INVALID_INFO_CLASS);
}

int main(void)
{
	const struct CMUnitTest tests[] = { TEST(each_class_comes_back), TEST(values_arrive),
		TEST(shorter_ones_are_refused), TEST(impossible_values) };
	return RUN_TESTS(tests);
}
