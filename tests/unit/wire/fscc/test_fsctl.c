// SPDX-License-Identifier: Apache-2.0
#include "fscc_support.h"

#include "wire/fscc/file_attributes.h"
#include "wire/fscc/fsctl.h"

static uint8_t bytes[512];

static struct span written(const struct writer *w)
{
	assert_true(writer_ok(w));
	return span_make(bytes, w->pos);
}

static struct writer begin(void)
{
	return writer_make(bytes, sizeof(bytes));
}

static void sparse_and_zero(UNUSED void **state)
{
	bool sparse = false;
	struct file_range range = { 10, 20 }, out;
	assert_int_equal(fsctl_set_sparse_decode(span_make(NULL, 0), &sparse), VERDICT_OK);
	assert_true(sparse);
	assert_int_equal(fsctl_set_sparse_decode(span_make("\0", 1), &sparse), VERDICT_OK);
	assert_false(sparse);
	struct writer w = begin();
	fsctl_set_zero_data_encode(&range, &w);
	assert_int_equal(bytes[8], 30); // BeyondFinalZero
	assert_int_equal(fsctl_set_zero_data_decode(written(&w), &out), VERDICT_OK);
	assert_memory_equal(&out, &range, sizeof(out));
	assert_int_equal(fsctl_set_zero_data_decode(span_make(bytes, 15), &out), VERDICT_TRUNCATED);
	bytes[8] = 9;
	assert_int_equal(fsctl_set_zero_data_decode(written(&w), &out), VERDICT_BAD_VALUE);
}

static void ranges(UNUSED void **state)
{
	struct file_range items[] = { { 0, 4096 }, { 65536, 1 } };
	struct file_ranges list = { items, 2 }, out;
	struct writer w = begin();
	assert_int_equal(fsctl_file_ranges_encode(&list, &w), 2);
	assert_int_equal(fsctl_file_ranges_decode(written(&w), &arena, &out), VERDICT_OK);
	assert_int_equal(out.count, 2);
	assert_memory_equal(out.items, items, sizeof(items));
	assert_int_equal(fsctl_file_ranges_decode(span_make(bytes, 17), &arena, &out), VERDICT_BAD_SIZE);
	w = writer_make(bytes, 31);
	assert_int_equal(fsctl_file_ranges_encode(&list, &w), 1);
	w = begin();
	assert_true(fsctl_trim_encode(&list, &w));
	assert_int_equal(fsctl_trim_decode(written(&w), &arena, &out), VERDICT_OK);
	assert_memory_equal(out.items, items, sizeof(items));
	bytes[4] = 3;
	assert_int_equal(fsctl_trim_decode(written(&w), &arena, &out), VERDICT_TRUNCATED);
	memset(bytes + 4, 0xff, 4);
	assert_int_equal(fsctl_trim_decode(written(&w), &arena, &out), VERDICT_TOO_LONG);
}

static void numbers_stay_within_63_bits(UNUSED void **state)
{
	static const struct file_range bad[] = { { UINT64_MAX, 1 }, { 1, UINT64_MAX }, { INT64_MAX, 1 },
		{ (uint64_t)INT64_MAX + 1, 0 } };
	struct file_range out;
	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		struct writer w = begin();
		fsctl_file_range_encode(&bad[i], &w);
		assert_int_equal(fsctl_file_range_decode(written(&w), &out), VERDICT_BAD_VALUE);
	}
	struct writer w = begin();
	fsctl_file_range_encode(&(struct file_range){ 0, INT64_MAX }, &w);
	assert_int_equal(fsctl_file_range_decode(written(&w), &out), VERDICT_OK);
}

static void duplicate_extents(UNUSED void **state)
{
	const struct fsctl_duplicate_extents d = { 1, 2, 4096, 8192, 65536, 1 };
	for (int ex = 0; ex < 2; ex++) {
		struct fsctl_duplicate_extents out = { 0 };
		struct writer w = begin();
		fsctl_duplicate_extents_encode(&d, ex, &w);
		assert_int_equal(w.pos, ex ? 56 : 40);
		for (size_t cut = 0; cut < w.pos; cut++)
			assert_int_not_equal(
				fsctl_duplicate_extents_decode(span_make(bytes, cut), ex, &out), VERDICT_OK);
		assert_int_equal(fsctl_duplicate_extents_decode(written(&w), ex, &out), VERDICT_OK);
		uint8_t again[64];
		struct writer second = writer_make(again, sizeof(again));
		fsctl_duplicate_extents_encode(&out, ex, &second);
		assert_memory_equal(again, bytes, w.pos);
	}
}

static void small_ones(UNUSED void **state)
{
	const struct fsctl_integrity in = { 2, 1, 65536, 4096 };
	struct fsctl_integrity out;
	struct fsctl_object_id id = { guid_random(), guid_random(), guid_random(), { { 0 } } }, id_out;
	uint16_t format = 9;
	struct writer w = begin();
	fsctl_integrity_get_encode(&in, &w);
	assert_int_equal(fsctl_integrity_get_decode(written(&w), &out), VERDICT_OK);
	assert_int_equal(out.cluster_size, 4096);
	assert_int_equal(fsctl_integrity_set_decode(written(&w), &out), VERDICT_OK);
	assert_int_equal(out.checksum_algorithm, 2);
	w = begin();
	fsctl_object_id_encode(&id, &w);
	assert_int_equal(w.pos, 64);
	assert_int_equal(fsctl_object_id_decode(written(&w), &id_out), VERDICT_OK);
	assert_memory_equal(&id, &id_out, sizeof(id));
	assert_int_equal(fsctl_object_id_decode(span_make(bytes, 63), &id_out), VERDICT_TRUNCATED);
	w = begin();
	fsctl_compression_encode(COMPRESSION_FORMAT_LZNT1, &w);
	assert_int_equal(fsctl_compression_decode(span_make(bytes, 1), &format), VERDICT_TRUNCATED);
	assert_int_equal(fsctl_compression_decode(written(&w), &format), VERDICT_OK);
	assert_int_equal(format, COMPRESSION_FORMAT_LZNT1);
}

static void regions(UNUSED void **state)
{
	const struct fsctl_file_region items[] = { { { 0, 100 }, 1 }, { { 200, 5 }, 1 } };
	struct fsctl_file_region *out, one;
	size_t count;
	struct writer w = begin();
	assert_int_equal(fsctl_file_regions_encode(items, 2, &w), 2);
	assert_int_equal(fsctl_file_regions_decode(written(&w), &arena, &out, &count), VERDICT_OK);
	assert_int_equal(count, 2);
	assert_int_equal(out[1].range.offset, 200);
	assert_int_equal(fsctl_file_regions_decode(span_make(bytes, w.pos - 1), &arena, &out, &count),
		VERDICT_TRUNCATED);
	assert_int_equal(fsctl_file_regions_request_decode(span_make(NULL, 0), &one), VERDICT_OK);
	assert_int_equal(one.range.length, INT64_MAX);
}

static void reparse_points(UNUSED void **state)
{
	const struct fsctl_symlink link = { "\\??\\C:\\target", "C:\\target", 0 };
	struct fsctl_symlink out;
	uint8_t data[256];
	struct writer d = writer_make(data, sizeof(data)), w = begin();
	assert_true(fsctl_symlink_encode(&link, &d));
	struct fsctl_reparse reparse = { .tag = IO_REPARSE_TAG_SYMLINK, .data = { data, d.pos } }, back;
	fsctl_reparse_encode(&reparse, &w);
	assert_int_equal(fsctl_reparse_decode(written(&w), &back), VERDICT_OK);
	assert_int_equal(back.tag, IO_REPARSE_TAG_SYMLINK);
	assert_int_equal(fsctl_symlink_decode(back.data, &arena, &out), VERDICT_OK);
	assert_string_equal(out.substitute_name, link.substitute_name);
	assert_string_equal(out.print_name, link.print_name);
	for (size_t cut = 0; cut < w.pos; cut++)
		assert_int_not_equal(fsctl_reparse_decode(span_make(bytes, cut), &back), VERDICT_OK);
	for (size_t cut = 0; cut < d.pos; cut++)
		assert_int_not_equal(fsctl_symlink_decode(span_make(data, cut), &arena, &out), VERDICT_OK);
	reparse.tag = 1;
	w = begin();
	fsctl_reparse_encode(&reparse, &w);
	assert_int_equal(fsctl_reparse_decode(written(&w), &back), VERDICT_BAD_VALUE);
}

int main(void)
{
	const struct CMUnitTest tests[] = { TEST(sparse_and_zero), TEST(ranges),
		TEST(numbers_stay_within_63_bits), TEST(duplicate_extents), TEST(small_ones), TEST(regions),
		TEST(reparse_points) };
	return RUN_TESTS(tests);
}
