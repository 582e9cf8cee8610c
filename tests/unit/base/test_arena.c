// SPDX-License-Identifier: Apache-2.0
#include "../test_support.h"

#include <string.h>

#include "base/arena.h"

struct purse {
	struct arena_account account;
	size_t used;
	size_t max;
};

static bool purse_take(struct arena_account *account, size_t len)
{
	struct purse *p = CONTAINER_OF(account, struct purse, account);
	if (len > p->max - p->used)
		return false;
	p->used += len;
	return true;
}

static void purse_give(struct arena_account *account, size_t len)
{
	struct purse *p = CONTAINER_OF(account, struct purse, account);
	assert_true(len <= p->used);
	p->used -= len;
}

static struct purse purse_of(size_t max)
{
	return (struct purse){ .account = { .take = purse_take, .give = purse_give }, .max = max };
}

static void all_is_aligned_and_apart(void **state UNUSED)
{
	uint8_t first[100];
	uint8_t *given[200];
	struct arena a;
	arena_init(&a, first, sizeof(first));
	for (size_t i = 0; i < ARRAY_LEN(given); i++) {
		given[i] = arena_alloc(&a, i);
		assert_non_null(given[i]);
		assert_int_equal((uintptr_t)given[i] % 16, 0);
		memset(given[i], (int)i, i);
	}
	for (size_t i = 0; i < ARRAY_LEN(given); i++) {
		for (size_t k = 0; k < i; k++)
			assert_int_equal(given[i][k], i);
	}
	arena_reset(&a);
}

static void the_first_buffer_costs_nothing(void **state UNUSED)
{
	uint8_t first[1024];
	struct arena a;
	struct purse p = purse_of(0);
	arena_init(&a, first, sizeof(first));
	arena_charge_to(&a, &p.account);
	assert_non_null(arena_alloc(&a, 500));
	assert_int_equal(p.used, 0);
	assert_null(arena_alloc(&a, 2000));
	assert_non_null(arena_alloc(&a, 100)); // what was refused took nothing away
	arena_reset(&a);
}

static void chunks_are_charged_until_they_go(void **state UNUSED)
{
	struct arena a;
	struct purse p = purse_of(3u << 20);
	arena_init(&a, NULL, 0);
	arena_charge_to(&a, &p.account);
	for (int round = 0; round < 3; round++) {
		assert_non_null(arena_alloc(&a, 1u << 20));
		assert_true(p.used >= 1u << 20);
		assert_non_null(arena_alloc(&a, 1u << 20));
		assert_true(p.used >= 2u << 20);
		assert_int_equal(p.used, a.heap_bytes);
		assert_null(arena_alloc(&a, 2u << 20));
		arena_reset(&a);
		assert_int_equal(p.used, 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(all_is_aligned_and_apart),
		cmocka_unit_test(the_first_buffer_costs_nothing),
		cmocka_unit_test(chunks_are_charged_until_they_go),
	};
	return RUN_TESTS(tests);
}
