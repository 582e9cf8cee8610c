// SPDX-License-Identifier: Apache-2.0
#include "fscc_support.h"

#include "wire/fscc/file_attributes.h"
#include "wire/fscc/file_info.h"

static const struct file_stream_info streams[] = { { "::$DATA", 5, 4096 },
	{ ":Zone.Identifier:$DATA", 26, 32 } };

static const struct fscc_file_info file = {
	.times = { 0x01d0000000000001, 0x01d0000000000002, 0x01d0000000000003, 0x01d0000000000004 },
	.allocation_size = 8192,
	.end_of_file = 5000,
	.attributes = FILE_ATTRIBUTE_ARCHIVE | FILE_ATTRIBUTE_REPARSE_POINT,
	.number_of_links = 2,
	.delete_pending = true,
	.index_number = 0x1122334455667788,
	.volume_serial_number = 0xAABBCCDD,
	.file_id_128 = { 1, 2, 3, 16 },
	.ea_size = 33,
	.access_flags = 0x00120089,
	.current_byte_offset = 77,
	.mode = 0x20,
	.alignment_requirement = 3,
	.name = "\\dir\\Straße \xf0\x9f\x98\x80.txt",
	.normalized_name = "dir\\file:s",
	.alternate_name = "STRAE~1.TXT",
	.streams = streams,
	.stream_count = 2,
	.reparse_tag = IO_REPARSE_TAG_SYMLINK,
	.compressed_file_size = 4000,
	.compression_format = 2,
	.pipe = { 1, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11 },
};

static const uint8_t levels[] = { 4, 5, 6, 7, 8, 9, 14, 16, 17, 18, 21, 22, 23, 24, 28, 34, 35, 48, 54, 59 };

static size_t encode(
	uint8_t level, const struct fscc_file_info *info, uint8_t *out, size_t cap, struct nt_status *status)
{
	struct writer w = writer_make(out, cap);
	*status = file_info_encode(level, info, &w);
	return w.pos;
}

static void each_class_comes_back(UNUSED void **state)
{
	for (size_t i = 0; i < ARRAY_LEN(levels); i++) {
		uint8_t first[512], second[512];
		struct nt_status status;
		struct fscc_file_info decoded = { 0 };
		size_t len = encode(levels[i], &file, first, sizeof(first), &status);
		assert_status(status, SUCCESS);
		assert_int_equal(
			file_info_decode(levels[i], span_make(first, len), &arena, &decoded), VERDICT_OK);
		assert_int_equal(encode(levels[i], &decoded, second, sizeof(second), &status), len);
		assert_memory_equal(first, second, len);
	}
}

// Below the fixed size nothing, between it and the whole what fits, and never anything else.
static void short_buffers(UNUSED void **state)
{
	for (size_t i = 0; i < ARRAY_LEN(levels); i++) {
		uint8_t whole[512], part[512];
		struct nt_status status;
		size_t len = encode(levels[i], &file, whole, sizeof(whole), &status);
		size_t fixed = file_info_class_find(levels[i])->fixed_len;
		assert_true(fixed <= len);
		for (size_t cap = 0; cap < len; cap++) {
			size_t n = encode(levels[i], &file, part, cap, &status);
			if (cap < fixed) {
				assert_status(status, INFO_LENGTH_MISMATCH);
				assert_int_equal(n, 0);
				continue;
			}
			assert_status(status, BUFFER_OVERFLOW);
			assert_true(n <= cap);
			if (levels[i] != FILE_STREAM_INFORMATION) { // whose last entry's link differs
				assert_true(cap - n < 2);
				assert_memory_equal(part, whole, n);
			}
		}
	}
}

static void truncated_bytes_are_refused(UNUSED void **state)
{
	for (size_t i = 0; i < ARRAY_LEN(levels); i++) {
		uint8_t whole[512];
		struct nt_status status;
		struct fscc_file_info decoded = { .ea_size = 0xabcd };
		size_t len = encode(levels[i], &file, whole, sizeof(whole), &status);
		for (size_t cut = levels[i] == FILE_STREAM_INFORMATION ? 1 : 0; cut < len; cut++) {
			assert_int_not_equal(
				file_info_decode(levels[i], span_make(whole, cut), &arena, &decoded),
				VERDICT_OK);
			assert_int_equal(decoded.ea_size, 0xabcd);
		}
	}
}

static void streams_are_cut_between_entries(UNUSED void **state)
{
	uint8_t out[512];
	struct nt_status status;
	struct fscc_file_info decoded = { 0 };
	size_t whole = encode(FILE_STREAM_INFORMATION, &file, out, sizeof(out), &status);
	size_t len = encode(FILE_STREAM_INFORMATION, &file, out, whole - 1, &status);
	assert_status(status, BUFFER_OVERFLOW);
	assert_int_equal(len, 24 + 14);
	assert_int_equal(
		file_info_decode(FILE_STREAM_INFORMATION, span_make(out, len), &arena, &decoded), VERDICT_OK);
	assert_int_equal(decoded.stream_count, 1);
	assert_string_equal(decoded.streams[0].name, "::$DATA");
	assert_int_equal(decoded.streams[0].size, 5);
	assert_int_equal(decoded.streams[0].allocation_size, 4096);
}

// FileStandardInformation, byte for byte as of MS-FSCC 2.4.41.
static void standard_layout(UNUSED void **state)
{
	static const uint8_t expected[] = { 0x00, 0x20, 0, 0, 0, 0, 0, 0, 0x88, 0x13, 0, 0, 0, 0, 0, 0, 2, 0,
		0, 0, 1, 0, 0, 0 };
	uint8_t out[64];
	struct nt_status status;
	assert_int_equal(
		encode(FILE_STANDARD_INFORMATION, &file, out, sizeof(out), &status), sizeof(expected));
	assert_memory_equal(out, expected, sizeof(expected));
}

static void all_is_its_parts(UNUSED void **state)
{
	static const uint8_t parts[] = { 4, 5, 6, 7, 8, 14, 16, 17, 9 };
	uint8_t all[512], part[512];
	struct nt_status status;
	size_t len = encode(FILE_ALL_INFORMATION, &file, all, sizeof(all), &status), at = 0;
	for (size_t i = 0; i < ARRAY_LEN(parts); i++) {
		size_t n = encode(parts[i], &file, part, sizeof(part), &status);
		assert_memory_equal(all + at, part, n);
		at += n;
	}
	assert_int_equal(at, len);
}

static void what_cannot_be_asked(UNUSED void **state)
{
	struct fscc_file_info bad = file;
	uint8_t out[512];
	struct nt_status status;
	bad.name = "\xff";
	assert_int_equal(encode(FILE_RENAME_INFORMATION, &file, out, sizeof(out), &status), 0);
	assert_status(status, INVALID_INFO_CLASS);
	assert_int_equal(encode(FILE_NAME_INFORMATION, &bad, out, sizeof(out), &status), 0);
	assert_status(status, OBJECT_NAME_INVALID);
	encode(FILE_BASIC_INFORMATION, &bad, out, sizeof(out), &status);
	assert_status(status, SUCCESS);
}

int main(void)
{
	const struct CMUnitTest tests[] = { TEST(each_class_comes_back), TEST(short_buffers),
		TEST(truncated_bytes_are_refused), TEST(streams_are_cut_between_entries),
		TEST(standard_layout), TEST(all_is_its_parts), TEST(what_cannot_be_asked) };
	return RUN_TESTS(tests);
}
