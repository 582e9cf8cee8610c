// SPDX-License-Identifier: Apache-2.0
// Published vectors are hexadecimal: these turn them into bytes. Include after test_support.h.
#ifndef SIGNET_TESTS_UNIT_CRYPTO_HEX_H
#define SIGNET_TESTS_UNIT_CRYPTO_HEX_H

#include <stdlib.h>
#include <string.h>

#include "base/span.h"

enum { HEX_BYTES_MAX = 1024 };

struct bytes {
	uint8_t data[HEX_BYTES_MAX];
	size_t len;
};

static inline struct bytes hex(const char *text)
{
	struct bytes b = { .len = strlen(text) / 2 };
	assert_true(b.len <= HEX_BYTES_MAX);
	for (size_t i = 0; i < b.len; i++) {
		const char digits[3] = { text[2 * i], text[2 * i + 1], 0 };
		char *end;
		b.data[i] = (uint8_t)strtoul(digits, &end, 16);
		assert_true(end == digits + 2);
	}
	return b;
}

static inline struct span bytes_span(const struct bytes *b)
{
	return span_make(b->data, b->len);
}

static inline void assert_hex(const uint8_t *data, const char *expected)
{
	struct bytes b = hex(expected);
	assert_memory_equal(data, b.data, b.len);
}

// A small generator (xorshift64*) whose sequence is the same in each run.
static inline uint64_t test_random(uint64_t *state)
{
	*state ^= *state >> 12;
	*state ^= *state << 25;
	*state ^= *state >> 27;
	return *state * UINT64_C(0x2545F4914F6CDD1D);
}

static inline void test_random_fill(uint64_t *state, uint8_t *data, size_t len)
{
	for (size_t i = 0; i < len; i++)
		data[i] = (uint8_t)(test_random(state) >> 56);
}

#endif
