// SPDX-License-Identifier: Apache-2.0
#include "fscc_support.h"

#include "wire/fscc/fs_info.h"

static const struct fscc_fs_info fs = {
	.volume_creation_time = 1,
	.volume_serial_number = 0x11223344,
	.supports_objects = true,
	.volume_label = "D\xc3\xa4ta",
	.total_units = 100,
	.available_units = 50,
	.actual_available_units = 60,
	.sectors_per_unit = 8,
	.bytes_per_sector = 512,
	.device_type = FS_DEVICE_DISK,
	.characteristics = FS_CHARACTERISTIC_IS_MOUNTED,
	.attributes = 0x00c700ff,
	.maximum_component_length = 255,
	.name = "NTFS",
	.control = { 1, 2, 3, 4, 5, 6 },
	.object_id = { { 7 } },
	.extended_info = { 8 },
	.sector_size = { 512, 4096, 4096, 4096, 3, 0, 0 },
};
static const uint8_t levels[] = { 1, 3, 4, 5, 6, 7, 8, 11 };

static void each_class_comes_back_or_is_cut(UNUSED void **state)
{
	for (size_t i = 0; i < ARRAY_LEN(levels); i++) {
		uint8_t first[128], second[128];
		struct fscc_fs_info out = { 0 };
		struct writer w = writer_make(first, sizeof(first)),
			      again = writer_make(second, sizeof(second));
		assert_status(fs_info_encode(levels[i], &fs, &w), SUCCESS);
		assert_int_equal(
			fs_info_decode(levels[i], span_make(first, w.pos), &arena, &out), VERDICT_OK);
		assert_status(fs_info_encode(levels[i], &out, &again), SUCCESS);
		assert_int_equal(again.pos, w.pos);
		assert_memory_equal(first, second, w.pos);
		size_t fixed = fs_info_class_find(levels[i])->fixed_len;
		for (size_t cap = 0; cap < w.pos; cap++) {
			struct writer cut = writer_make(second, cap);
			struct nt_status status = fs_info_encode(levels[i], &fs, &cut);
			assert_int_equal(status.code, (uint32_t)(cap < fixed ? NT_STATUS_INFO_LENGTH_MISMATCH
									     : NT_STATUS_BUFFER_OVERFLOW));
			assert_int_not_equal(
				fs_info_decode(levels[i], span_make(first, cap), &arena, &out), VERDICT_OK);
		}
	}
}

// FileFsAttributeInformation as Windows sends it for NTFS.
static void attribute_layout(UNUSED void **state)
{
	static const uint8_t expected[] = { 0xff, 0, 0xc7, 0, 0xff, 0, 0, 0, 8, 0, 0, 0, 'N', 0, 'T', 0, 'F',
		0, 'S', 0 };
	uint8_t out[64];
	struct writer w = writer_make(out, sizeof(out));
	assert_status(fs_info_encode(FS_ATTRIBUTE_INFORMATION, &fs, &w), SUCCESS);
	assert_int_equal(w.pos, sizeof(expected));
	assert_memory_equal(out, expected, sizeof(expected));
}

static void unknown_classes(UNUSED void **state)
{
	uint8_t out[64];
	struct writer w = writer_make(out, sizeof(out));
	assert_status(fs_info_encode(FS_LABEL_INFORMATION, &fs, &w), INVALID_INFO_CLASS);
}

int main(void)
{
	const struct CMUnitTest tests[] = { TEST(each_class_comes_back_or_is_cut), TEST(attribute_layout),
		TEST(unknown_classes) };
	return RUN_TESTS(tests);
}
