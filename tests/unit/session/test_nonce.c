// SPDX-License-Identifier: Apache-2.0
#include "../test_support.h"

#include <errno.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/reader.h"
#include "session/nonce.h"

enum { THREADS = 4, EACH = 20000 };

static uint64_t nonce_value(const uint8_t nonce[SEAL_NONCE_LEN_MAX])
{
	struct reader r = reader_make(span_make(nonce, SEAL_NONCE_LEN_MAX));
	uint64_t value = reader_u64(&r);
	assert_int_equal(reader_u32(&r), 0);
	return value;
}

static void test_counts_up(void **state)
{
	(void)state;
	struct nonce_counter c;
	uint8_t nonce[SEAL_NONCE_LEN_MAX];
	nonce_counter_init(&c);
	for (uint64_t i = 0; i < 1000; i++) {
		assert_int_equal(nonce_counter_take(&c, nonce), 0);
		assert_int_equal(nonce_value(nonce), i);
	}
}

static void test_ends_before_it_wraps(void **state)
{
	(void)state;
	struct nonce_counter c;
	uint8_t nonce[SEAL_NONCE_LEN_MAX];
	nonce_counter_init(&c);
	atomic_store(&c.next, NONCE_COUNT_MAX - 2);
	assert_int_equal(nonce_counter_take(&c, nonce), 0);
	assert_int_equal(nonce_counter_take(&c, nonce), 0);
	assert_int_equal(nonce_value(nonce), NONCE_COUNT_MAX - 1);
	for (int i = 0; i < 5; i++)
		assert_int_equal(nonce_counter_take(&c, nonce), -EOVERFLOW);
}

static struct nonce_counter shared;
static uint64_t taken[THREADS][EACH];

static void *take_many(void *data)
{
	uint64_t *values = data;
	uint8_t nonce[SEAL_NONCE_LEN_MAX];
	for (size_t i = 0; i < EACH; i++) {
		values[i] = UINT64_MAX;
		if (nonce_counter_take(&shared, nonce) == 0)
			values[i] = nonce_value(nonce);
	}
	return NULL;
}

static void test_unique_across_threads(void **state)
{
	(void)state;
	static bool seen[THREADS * EACH];
	pthread_t threads[THREADS];
	nonce_counter_init(&shared);
	for (size_t t = 0; t < THREADS; t++)
		assert_int_equal(pthread_create(&threads[t], NULL, take_many, taken[t]), 0);
	for (size_t t = 0; t < THREADS; t++)
		assert_int_equal(pthread_join(threads[t], NULL), 0);
	for (size_t t = 0; t < THREADS; t++) {
		for (size_t i = 0; i < EACH; i++) {
			assert_true(taken[t][i] < (uint64_t)THREADS * EACH);
			assert_false(seen[taken[t][i]]);
			seen[taken[t][i]] = true;
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_counts_up),
		cmocka_unit_test(test_ends_before_it_wraps),
		cmocka_unit_test(test_unique_across_threads),
	};
	return RUN_TESTS(tests);
}
