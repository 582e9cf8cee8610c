// SPDX-License-Identifier: Apache-2.0
#include "../test_support.h"

#include "base/arena.h"
#include "base/reader.h"
#include "base/writer.h"

static void reads_what_was_written(void **state UNUSED)
{
	uint8_t buf[32];
	struct writer w = writer_make(buf, sizeof(buf));
	writer_u8(&w, 0x12);
	writer_u16(&w, 0x3456);
	writer_u32(&w, 0x789abcde);
	writer_u64(&w, 0x1122334455667788ull);
	writer_u16_be(&w, 0x0102);
	writer_u32_be(&w, 0x03040506);
	writer_align(&w, 8, 0);
	assert_true(writer_ok(&w));
	assert_int_equal(w.pos, 24);

	struct reader r = reader_make(writer_since(&w, 0));
	assert_int_equal(reader_u8(&r), 0x12);
	assert_int_equal(reader_u16(&r), 0x3456);
	assert_int_equal(reader_u32(&r), 0x789abcde);
	assert_true(reader_u64(&r) == 0x1122334455667788ull);
	assert_int_equal(reader_u16_be(&r), 0x0102);
	assert_int_equal(reader_u32_be(&r), 0x03040506);
	reader_align(&r, 8);
	assert_int_equal(reader_finish(&r), VERDICT_OK);
}

static void a_truncated_read_yields_zero_and_sticks(void **state UNUSED)
{
	uint8_t bytes[3] = { 1, 2, 3 };
	struct reader r = reader_make(span_make(bytes, sizeof(bytes)));
	assert_int_equal(reader_u32(&r), 0);
	assert_int_equal(reader_u8(&r), 0);
	reader_fail(&r, VERDICT_BAD_VALUE);
	assert_int_equal(reader_verdict(&r), VERDICT_TRUNCATED);
	assert_int_equal(reader_left(&r), 0);
}

static void offsets_are_bounded(void **state UNUSED)
{
	uint8_t bytes[16] = { 0 };
	struct reader r = reader_make(span_make(bytes, sizeof(bytes)));
	assert_int_equal(reader_at(&r, 8, 8, 4).len, 8);
	assert_int_equal(reader_at(&r, 999, 0, 4).len, 0);
	assert_true(reader_ok(&r));
	struct reader below = r;
	(void)reader_at(&below, 2, 1, 4);
	assert_int_equal(reader_verdict(&below), VERDICT_BAD_OFFSET);
	struct reader beyond = r;
	(void)reader_at(&beyond, 8, SIZE_MAX, 4);
	assert_int_equal(reader_verdict(&beyond), VERDICT_TRUNCATED);
	struct reader seek = r;
	reader_seek(&seek, 17);
	assert_int_equal(reader_verdict(&seek), VERDICT_BAD_OFFSET);
}

static void left_over_bytes_are_said(void **state UNUSED)
{
	uint8_t bytes[2] = { 0 };
	struct reader r = reader_make(span_make(bytes, sizeof(bytes)));
	(void)reader_u8(&r);
	assert_int_equal(reader_finish(&r), VERDICT_TRAILING);
}

static void a_full_writer_writes_no_more(void **state UNUSED)
{
	uint8_t buf[4] = { 0xAA, 0xAA, 0xAA, 0xAA };
	struct writer w = writer_make(buf, 3);
	writer_u16(&w, 1);
	writer_u16(&w, 2);
	assert_false(writer_ok(&w));
	assert_int_equal(buf[3], 0xAA);
	writer_rewind(&w, 2);
	writer_u8(&w, 7);
	assert_true(writer_ok(&w));
	assert_int_equal(buf[2], 7);
}

static void an_arena_grows_and_forgets(void **state UNUSED)
{
	uint8_t first[64];
	struct arena a;
	arena_init(&a, first, sizeof(first));
	void *p = arena_alloc(&a, 10);
	assert_true((uint8_t *)p >= first && (uint8_t *)p < first + sizeof(first));
	char *big = arena_alloc(&a, 100000);
	assert_non_null(big);
	memset(big, 1, 100000);
	assert_string_equal(arena_printf(&a, "%d-%s", 7, "x"), "7-x");
	assert_true(a.heap_bytes >= 100000);
	arena_reset(&a);
	assert_int_equal(a.heap_bytes, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_what_was_written),
		cmocka_unit_test(a_truncated_read_yields_zero_and_sticks),
		cmocka_unit_test(offsets_are_bounded),
		cmocka_unit_test(left_over_bytes_are_said),
		cmocka_unit_test(a_full_writer_writes_no_more),
		cmocka_unit_test(an_arena_grows_and_forgets),
	};
	return RUN_TESTS(tests);
}
