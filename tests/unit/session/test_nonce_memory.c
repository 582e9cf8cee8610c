// SPDX-License-Identifier: Apache-2.0
#include "../test_support.h"

#include <string.h>

#include "session/nonce_memory.h"

static bool take(struct nonce_memory *m, uint64_t value, size_t len)
{
	uint8_t nonce[SEAL_NONCE_LEN_MAX] = { 0 };
	memcpy(nonce + len - sizeof(value), &value, sizeof(value));
	return nonce_memory_take(m, span_make(nonce, len));
}

static void test_zeros_are_a_nonce_like_others(void **state)
{
	(void)state;
	struct nonce_memory m = { 0 };
	assert_true(take(&m, 0, 12));
	assert_false(take(&m, 0, 12));
}

static void test_counts_of_each_length_pass(void **state)
{
	(void)state;
	for (size_t len = 11; len <= 12; len++) {
		struct nonce_memory m = { 0 };
		for (uint64_t i = 0; i < 1000; i++)
			assert_true(take(&m, i, len));
	}
}

static void test_the_last_are_known(void **state)
{
	(void)state;
	struct nonce_memory m = { 0 };
	for (uint64_t i = 0; i < 100; i++)
		assert_true(take(&m, i, 11));
	for (uint64_t i = 100 - NONCES_REMEMBERED; i < 100; i++)
		assert_false(take(&m, i, 11));
	assert_true(take(&m, 99 - NONCES_REMEMBERED, 11)); // too long ago
}

// What was refused takes no place.
static void test_repetition_forgets_nothing(void **state)
{
	(void)state;
	struct nonce_memory m = { 0 };
	for (uint64_t i = 0; i < NONCES_REMEMBERED; i++)
		assert_true(take(&m, i, 12));
	for (int i = 0; i < 100; i++)
		assert_false(take(&m, NONCES_REMEMBERED - 1, 12));
	assert_false(take(&m, 0, 12));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_zeros_are_a_nonce_like_others),
		cmocka_unit_test(test_counts_of_each_length_pass),
		cmocka_unit_test(test_the_last_are_known),
		cmocka_unit_test(test_repetition_forgets_nothing),
	};
	return RUN_TESTS(tests);
}
