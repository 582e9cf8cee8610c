// SPDX-License-Identifier: Apache-2.0
// What is counted of a file, however its bytes come, and the entropy of that.
#include "../test_support.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "detect/content.h"

enum { BYTES = 40000 };

static void fill_random(uint8_t *bytes, size_t len, unsigned int values)
{
	uint64_t x = 88172645463325252u; // xorshift64: the same each time
	for (size_t i = 0; i < len; i++) {
		x ^= x << 13;
		x ^= x >> 7;
		x ^= x << 17;
		bytes[i] = (uint8_t)((x >> 24) % values);
	}
}

// By Shannon's own formula.
static double entropy_of(const uint8_t *bytes, size_t len)
{
	size_t counts[256] = { 0 };
	double sum = 0;
	for (size_t i = 0; i < len; i++)
		counts[bytes[i]]++;
	for (size_t i = 0; i < 256; i++)
		if (counts[i] > 0)
			sum -= (double)counts[i] / (double)len * log2((double)counts[i] / (double)len);
	return sum;
}

static void expect_sample(const struct content_sample *c, const uint8_t *bytes, size_t len)
{
	uint16_t counts[256] = { 0 };
	for (size_t i = 0; i < len; i++)
		counts[bytes[i]]++;
	assert_int_equal(c->len, len);
	assert_memory_equal(c->counts, counts, sizeof(counts));
}

static void every_byte_is_counted_once(void **state)
{
	uint8_t *bytes = malloc(BYTES);
	(void)state;
	fill_random(bytes, BYTES, 256);
	for (size_t len = 0; len < 1300; len++) {
		struct content_sample c = { .len = 0 };
		content_add(&c, 0, span_make(bytes + len % 7, len));
		expect_sample(&c, bytes + len % 7, len);
	}
	free(bytes);
}

static void pieces_are_added_up_to_the_limit(void **state)
{
	uint8_t *bytes = malloc(BYTES);
	struct content_sample c = { .len = 0 };
	(void)state;
	fill_random(bytes, BYTES, 200);
	for (size_t at = 0; at < BYTES; at += 3000)
		content_add(&c, at, span_make(bytes + at, BYTES - at < 3000 ? BYTES - at : 3000));
	expect_sample(&c, bytes, CONTENT_SAMPLE_MAX - 1);
	// The same value throughout: its count reaches the most that it can.
	struct content_sample zeros = { .len = 0 };
	memset(bytes, 0, BYTES);
	content_add(&zeros, 0, span_make(bytes, BYTES));
	expect_sample(&zeros, bytes, CONTENT_SAMPLE_MAX - 1);
	free(bytes);
}

static void entropy_is_shannons(void **state)
{
	static const unsigned int values[] = { 1, 2, 3, 10, 100, 255, 256 };
	static const size_t lens[] = { 256, 257, 1000, 4096, CONTENT_SAMPLE_MAX - 1 };
	uint8_t *bytes = malloc(BYTES);
	(void)state;
	for (size_t v = 0; v < ARRAY_LEN(values); v++)
		for (size_t l = 0; l < ARRAY_LEN(lens); l++) {
			struct content_sample c = { .len = 0 };
			fill_random(bytes, lens[l], values[v]);
			content_add(&c, 0, span_make(bytes, lens[l]));
			assert_true(fabs(content_entropy(&c) - entropy_of(bytes, lens[l])) < 1e-9);
		}
	// One value very often, the others seldom and alike.
	struct content_sample c = { .len = 0 };
	memset(bytes, 'a', 10000);
	for (size_t i = 0; i < 256; i++)
		bytes[i] = (uint8_t)i;
	content_add(&c, 0, span_make(bytes, 10000));
	assert_true(fabs(content_entropy(&c) - entropy_of(bytes, 10000)) < 1e-9);
	free(bytes);
}

static void of_few_bytes_nothing_is_said(void **state)
{
	uint8_t bytes[255];
	struct content_sample c = { .len = 0 };
	(void)state;
	fill_random(bytes, sizeof(bytes), 256);
	content_add(&c, 0, span_make(bytes, sizeof(bytes)));
	assert_true(content_entropy(&c) <= 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_byte_is_counted_once),
		cmocka_unit_test(pieces_are_added_up_to_the_limit),
		cmocka_unit_test(entropy_is_shannons),
		cmocka_unit_test(of_few_bytes_nothing_is_said),
	};
	return RUN_TESTS(tests);
}
