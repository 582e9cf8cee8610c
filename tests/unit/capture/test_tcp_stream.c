// SPDX-License-Identifier: Apache-2.0
#include <stdlib.h>
#include <string.h>

#include "../test_support.h"
#include "capture/tcp_stream.h"

enum { SEEN_MAX = 8192, SECOND_US = 1000000 };

// What came out: bytes as they are, '_' for each that is missing (a few, or "_" once for many).
struct seen {
	struct tcp_stream stream;
	struct tcp_memory memory;
	char text[SEEN_MAX];
	size_t len;
	uint64_t lost;
};

static void on_data(void *context, struct span bytes)
{
	struct seen *s = context;
	assert_true(s->len + bytes.len < SEEN_MAX);
	memcpy(s->text + s->len, bytes.data, bytes.len);
	s->len += bytes.len;
}

static void on_gap(void *context, uint64_t len)
{
	struct seen *s = context;
	assert_true(len > 0);
	s->lost += len;
	for (uint64_t i = 0; i < (len < 8 ? len : 1); i++)
		on_data(s, span_of_str("_"));
}

static struct tcp_output output_to(struct seen *s)
{
	return (struct tcp_output){ .data = on_data, .gap = on_gap, .context = s };
}

static void add_at(struct seen *s, uint32_t sequence, const char *text, size_t missing, uint64_t time_us)
{
	const struct tcp_output out = output_to(s);
	const struct tcp_data data = { .sequence = sequence, .known = span_of_str(text), .missing = missing };
	tcp_stream_add(&s->stream, &s->memory, &data, time_us, &out);
}

static void add(struct seen *s, uint32_t sequence, const char *text)
{
	add_at(s, sequence, text, 0, SECOND_US);
}

static void begin(struct seen *s, uint32_t first)
{
	*s = (struct seen){ .memory.max = 1 << 20 };
	tcp_stream_start(&s->stream, first);
}

// All that was said and nothing else, and no memory is left behind.
static void expect(struct seen *s, const char *text)
{
	const struct tcp_output out = output_to(s);
	while (s->stream.ahead != NULL)
		tcp_stream_give_up(&s->stream, &s->memory, SECOND_US, &out);
	assert_int_equal(s->len, strlen(text));
	assert_memory_equal(s->text, text, s->len);
	assert_int_equal(s->lost, s->stream.lost);
	assert_int_equal(s->memory.used, 0);
	assert_null(s->stream.ahead);
}

static void test_in_any_order(void **state)
{
	struct seen s;
	(void)state;
	begin(&s, 100);
	add(&s, 106, "ghi");
	add(&s, 103, "def");
	assert_int_equal(s.len, 0);
	add(&s, 100, "abc");
	assert_int_equal(s.len, 9);
	expect(&s, "abcdefghi");
}

static void test_sequence_wraps(void **state)
{
	struct seen s;
	(void)state;
	begin(&s, 0xfffffffd);
	add(&s, 3, "ghi"); // behind the wrap, before its time
	add(&s, 0xfffffffd, "abcdef");
	expect(&s, "abcdefghi");
}

// What was delivered stays: an overlap with other bytes changes nothing.
static void test_first_bytes_count(void **state)
{
	struct seen s;
	(void)state;
	begin(&s, 0);
	add(&s, 0, "abcd");
	add(&s, 0, "WXYZ");
	add(&s, 2, "YZef");
	add(&s, 4, "E");
	assert_int_equal(s.stream.repeated, 4 + 2 + 1);
	expect(&s, "abcdef");
}

static void test_overlaps_ahead(void **state)
{
	struct seen s;
	(void)state;
	begin(&s, 0);
	add(&s, 4, "efgh");
	add(&s, 4, "ef");
	add(&s, 6, "ghij");
	add(&s, 2, "cde");
	add(&s, 0, "ab");
	assert_int_equal(s.len, 10);
	expect(&s, "abcdefghij");
}

// Whoever sends a place again, with other bytes, is not believed: neither behind a hole nor when the hole
// is filled.
static void test_second_thoughts(void **state)
{
	struct seen s;
	(void)state;
	begin(&s, 100);
	add(&s, 106, "ghi");
	add(&s, 103, "defGHIjkl");
	add(&s, 104, "EFGHI");
	add(&s, 100, "abcDEFGHIJKLmn");
	expect(&s, "abcdefghijklmn");
}

static void test_hole_in_the_end(void **state)
{
	struct seen s;
	(void)state;
	begin(&s, 0);
	add(&s, 0, "ab");
	add(&s, 5, "fg");
	add(&s, 8, "i");
	expect(&s, "ab___fg_i");
	assert_int_equal(s.stream.delivered, 5);
}

static void test_hole_is_waited_for(void **state)
{
	struct seen s;
	(void)state;
	begin(&s, 0);
	add_at(&s, 2, "c", 0, SECOND_US);
	add_at(&s, 3, "d", 0, SECOND_US + TCP_STREAM_WAIT_US);
	assert_int_equal(s.len, 0);
	add_at(&s, 4, "e", 0, SECOND_US + TCP_STREAM_WAIT_US + 1);
	assert_int_equal(s.len, 5);
	add(&s, 0, "ab"); // too late: it counts as repeated
	expect(&s, "__cde");
}

// So many segments behind a hole: it will not be filled any more.
static void test_gap_by_count(void **state)
{
	struct seen s;
	(void)state;
	begin(&s, 0);
	for (uint32_t i = 0; i < TCP_STREAM_AHEAD_COUNT_MAX; i++)
		add(&s, 1 + i, "x");
	assert_int_equal(s.len, 0);
	add(&s, 1 + TCP_STREAM_AHEAD_COUNT_MAX, "x");
	assert_int_equal(s.len, TCP_STREAM_AHEAD_COUNT_MAX + 2);
	assert_int_equal(s.lost, 1);
	assert_int_equal(s.memory.used, 0);
}

static void test_gap_by_memory(void **state)
{
	struct seen s;
	(void)state;
	begin(&s, 0);
	s.memory.max = 200;
	for (uint32_t i = 1; i < 100 && s.len == 0; i++)
		add(&s, i, "x");
	assert_true(s.len > 0);
	assert_int_equal(s.lost, 1);
	assert_int_equal(s.memory.used, 0);
}

static void test_cut_segments(void **state)
{
	struct seen s;
	(void)state;
	begin(&s, 0);
	add_at(&s, 0, "ab", 2, SECOND_US);   // a short snapshot length
	add_at(&s, 0, "abcd", 0, SECOND_US); // repeated, whole: too late
	add_at(&s, 8, "ij", 3, SECOND_US);
	add_at(&s, 4, "efgh", 0, SECOND_US);
	expect(&s, "ab__efghij___");
}

// The capture has nothing of a segment but its header.
static void test_nothing_of_a_segment(void **state)
{
	struct seen s;
	(void)state;
	begin(&s, 0);
	add_at(&s, 0, "", 3, SECOND_US);
	add_at(&s, 5, "", 2, SECOND_US);
	add(&s, 3, "de");
	expect(&s, "___de__");
}

// A number that is nowhere near is no reason to lose the connection.
static void test_far_away(void **state)
{
	struct seen s;
	(void)state;
	begin(&s, 1000);
	add(&s, 1000, "ab");
	add(&s, 1000 + TCP_STREAM_JUMP_MAX * 2u, "evil");
	add(&s, 1000 - TCP_STREAM_JUMP_MAX * 2u, "evil");
	add(&s, 0x80000000u + 1002, "evil");
	add(&s, 1002, "cd");
	expect(&s, "abcd");
}

static void test_fin(void **state)
{
	struct seen s;
	(void)state;
	begin(&s, 0xffffffff);
	tcp_stream_fin(&s.stream, 1);
	assert_false(tcp_stream_is_over(&s.stream)); // its last bytes are on their way
	add(&s, 0xffffffff, "ab");
	assert_true(tcp_stream_is_over(&s.stream));
	expect(&s, "ab");
}

static void test_freed_unfinished(void **state)
{
	struct seen s;
	(void)state;
	begin(&s, 0);
	add(&s, 5, "abc");
	add(&s, 9, "abc");
	tcp_stream_free(&s.stream, &s.memory);
	assert_int_equal(s.memory.used, 0);
	assert_int_equal(s.len, 0);
}

// Pieces of a text in any order, overlapping and repeated: it comes out whole, once.
static void test_shuffled(void **state)
{
	(void)state;
	for (unsigned int seed = 1; seed <= 200; seed++) {
		struct seen s;
		char text[301];
		unsigned int random = seed;
		uint32_t first = (uint32_t)rand_r(&random) * 2654435761u;
		for (size_t i = 0; i < 300; i++)
			text[i] = (char)('a' + i % 26);
		text[300] = '\0';
		begin(&s, first);
		for (int i = 0; i < 120; i++) {
			char piece[40];
			size_t at = (size_t)rand_r(&random) % 300;
			size_t len = 1 + (size_t)rand_r(&random) % 30;
			len = len > 300 - at ? 300 - at : len;
			memcpy(piece, text + at, len);
			piece[len] = '\0';
			add(&s, first + (uint32_t)at, piece);
		}
		add(&s, first, text);
		expect(&s, text);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_in_any_order),
		cmocka_unit_test(test_sequence_wraps),
		cmocka_unit_test(test_first_bytes_count),
		cmocka_unit_test(test_overlaps_ahead),
		cmocka_unit_test(test_second_thoughts),
		cmocka_unit_test(test_hole_in_the_end),
		cmocka_unit_test(test_hole_is_waited_for),
		cmocka_unit_test(test_gap_by_count),
		cmocka_unit_test(test_gap_by_memory),
		cmocka_unit_test(test_cut_segments),
		cmocka_unit_test(test_nothing_of_a_segment),
		cmocka_unit_test(test_far_away),
		cmocka_unit_test(test_fin),
		cmocka_unit_test(test_freed_unfinished),
		cmocka_unit_test(test_shuffled),
	};
	return RUN_TESTS(tests);
}
