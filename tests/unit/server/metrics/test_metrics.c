// SPDX-License-Identifier: Apache-2.0
#include "../../test_support.h"

#include <pthread.h>
#include <string.h>

#include "server/metrics/metrics.h"

enum { THREADS = 4, REQUESTS = 20000 };

static void requests_fall_into_the_bucket_that_holds_them(void **state)
{
	static const struct {
		uint64_t ns;
		unsigned bucket;
	} cases[] = { { 0, 0 }, { 50000, 0 }, { 50001, 1 }, { 1000000, 4 }, { 9999999999, 16 },
		{ 10000000000, 16 }, { 10000000001, 17 }, { UINT64_MAX, 17 } };
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct metrics m;
		struct metrics_sums sums;
		assert_int_equal(metrics_init(&m), 0);
		metrics_add_request(&m, SMB2_READ, cases[i].ns, false);
		metrics_sum(&m, &sums);
		assert_int_equal(sums.commands[SMB2_READ].buckets[cases[i].bucket], 1);
		assert_int_equal(sums.commands[SMB2_READ].ns, cases[i].ns);
		metrics_done(&m);
	}
}

static void what_is_no_command_is_left_out(void **state)
{
	struct metrics m;
	struct metrics_sums sums, none;
	(void)state;
	memset(&none, 0, sizeof(none));
	assert_int_equal(metrics_init(&m), 0);
	metrics_add_request(&m, SMB2_COMMANDS, 1, true);
	metrics_add_request(&m, 0xFFFF, 1, true);
	metrics_sum(&m, &sums);
	assert_memory_equal(&sums, &none, sizeof(none));
	metrics_done(&m);
}

static void *count(void *arg)
{
	for (unsigned i = 0; i < REQUESTS; i++) {
		metrics_add_request(arg, SMB2_WRITE, i, i % 2 == 0);
		metrics_add_bytes(arg, 1, 2);
	}
	return NULL;
}

static void nothing_is_lost_between_threads(void **state)
{
	struct metrics m;
	struct metrics_sums sums;
	pthread_t threads[THREADS];
	uint64_t requests = 0;
	(void)state;
	assert_int_equal(metrics_init(&m), 0);
	for (int i = 0; i < THREADS; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, count, &m), 0);
	metrics_sum(&m, &sums); // meanwhile: for TSan
	for (int i = 0; i < THREADS; i++)
		pthread_join(threads[i], NULL);
	metrics_sum(&m, &sums);
	for (size_t i = 0; i < METRICS_BUCKETS; i++)
		requests += sums.commands[SMB2_WRITE].buckets[i];
	assert_int_equal(requests, THREADS * REQUESTS);
	assert_int_equal(sums.commands[SMB2_WRITE].failed, THREADS * REQUESTS / 2);
	assert_int_equal(sums.bytes_read, THREADS * REQUESTS);
	assert_int_equal(sums.bytes_written, 2 * THREADS * REQUESTS);
	metrics_done(&m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(requests_fall_into_the_bucket_that_holds_them),
		cmocka_unit_test(what_is_no_command_is_left_out),
		cmocka_unit_test(nothing_is_lost_between_threads),
	};
	return RUN_TESTS(tests);
}
