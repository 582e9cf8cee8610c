// SPDX-License-Identifier: Apache-2.0
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "storage/name_table.h"
#include "../test_support.h"

static void finds_without_case(void **state)
{
	(void)state;
	struct name_table *t = name_table_new();
	assert_non_null(t);
	assert_null(name_table_find(t, "a"));
	assert_int_equal(name_table_add(t, "Größe"), 0);
	assert_int_equal(name_table_add(t, "Größe"), 0);
	assert_int_equal(name_table_count(t), 1);
	assert_string_equal(name_table_find(t, "GRÖßE"), "Größe");
	assert_null(name_table_find(t, "GRÖSSE"));
	assert_null(name_table_find(t, ""));
	name_table_remove(t, "GRÖßE"); // another spelling, not there
	assert_int_equal(name_table_count(t), 1);
	name_table_remove(t, "Größe");
	assert_null(name_table_find(t, "Größe"));
	assert_int_equal(name_table_count(t), 0);
	name_table_free(t);
}

static void exact_wins_then_byte_order(void **state)
{
	(void)state;
	struct name_table *t = name_table_new();
	assert_int_equal(name_table_add(t, "b1"), 0);
	assert_int_equal(name_table_add(t, "AbC"), 0);
	assert_int_equal(name_table_add(t, "aBC"), 0);
	assert_int_equal(name_table_add(t, "ABc"), 0);
	assert_string_equal(name_table_find(t, "aBC"), "aBC");
	assert_string_equal(name_table_find(t, "abc"), "ABc");
	name_table_remove(t, "ABc");
	assert_string_equal(name_table_find(t, "abc"), "AbC");
	name_table_free(t);
}

enum { MODEL_NAMES = 300, MODEL_STEPS = 100000 };

static void model_name(char out[16], unsigned int i)
{
	(void)snprintf(out, 16, i % 2 == 0 ? "name%u" : "NAME%u", i / 2);
}

// Against the simplest thing that could be right.
static void agrees_with_a_model(void **state)
{
	(void)state;
	struct name_table *t = name_table_new();
	bool there[MODEL_NAMES] = { false };
	char name[16], other[16];
	unsigned int random = 12345;
	for (unsigned int step = 0; step < MODEL_STEPS; step++) {
		random = random * 1103515245u + 12345u;
		unsigned int i = (random >> 8) % MODEL_NAMES;
		model_name(name, i);
		model_name(other, i ^ 1);
		if ((random >> 28) % 3 == 0) {
			assert_int_equal(name_table_add(t, name), 0);
			there[i] = true;
		} else if ((random >> 28) % 3 == 1) {
			name_table_remove(t, name);
			there[i] = false;
		}
		const char *found = name_table_find(t, name);
		if (there[i])
			assert_string_equal(found, name);
		else if (there[i ^ 1])
			assert_string_equal(found, other);
		else
			assert_null(found);
	}
	name_table_free(t);
}

static void stays_small_when_names_come_and_go(void **state)
{
	(void)state;
	struct name_table *t = name_table_new();
	char name[32];
	for (unsigned int i = 0; i < 200000; i++) {
		(void)snprintf(name, sizeof(name), "temporary %u", i);
		assert_int_equal(name_table_add(t, name), 0);
		name_table_remove(t, name);
	}
	assert_int_equal(name_table_count(t), 0);
	assert_true(name_table_bytes(t) < 16 * 1024);
	for (unsigned int i = 0; i < 100000; i++) {
		(void)snprintf(name, sizeof(name), "file %u", i);
		assert_int_equal(name_table_add(t, name), 0);
	}
	assert_int_equal(name_table_count(t), 100000);
	assert_true(name_table_bytes(t) < 100000 * 100);
	name_table_free(t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(finds_without_case),
		cmocka_unit_test(exact_wins_then_byte_order),
		cmocka_unit_test(agrees_with_a_model),
		cmocka_unit_test(stays_small_when_names_come_and_go),
	};
	return RUN_TESTS(tests);
}
