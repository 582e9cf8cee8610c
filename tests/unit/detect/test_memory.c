// SPDX-License-Identifier: Apache-2.0
// What detectors remember is bounded by the settings, and goes when they end.
#include "../test_support.h"

#include <stdio.h>

#include "detect/memory.h"

enum { KEPT_MAX = 64 };

static unsigned dropped;

static void drop(void *entry, const char *key)
{
	(void)entry;
	(void)key;
	dropped++;
}

struct state {
	struct memory memory;
	struct detect_table *many, *few;
};

static const struct memory_plan plan = {
	.state_len = sizeof(struct state),
	.tables = {
		{ .offset = offsetof(struct state, many), .entry_len = sizeof(uint64_t), .drop = drop },
		{ .offset = offsetof(struct state, few), .entry_len = sizeof(uint32_t), .part = 16 },
	},
};

static void fill(struct detect_table *t, unsigned count)
{
	for (unsigned i = 0; i < count; i++) {
		char key[16];
		(void)snprintf(key, sizeof(key), "%u", i);
		assert_non_null(detect_table_get(t, key));
	}
}

static void tables_are_as_large_as_the_settings_say(void **state)
{
	struct detect_settings settings;
	(void)state;
	detect_settings_init(&settings);
	settings.table_entries_max = KEPT_MAX;
	struct state *s =
		memory_begin(&(struct detect_context){ .settings = &settings, .sink = NULL }, &plan);
	assert_non_null(s);
	assert_ptr_equal(s->memory.context.settings, &settings);
	assert_null(s->memory.stories);
	dropped = 0;
	fill(s->many, KEPT_MAX + 3);
	fill(s->few, KEPT_MAX);
	assert_int_equal(detect_table_count(s->many), KEPT_MAX);
	assert_int_equal(detect_table_count(s->few), KEPT_MAX / 16);
	assert_int_equal(dropped, 3);
	memory_end(s);
	assert_int_equal(dropped, 3 + KEPT_MAX);
	detect_settings_done(&settings);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(tables_are_as_large_as_the_settings_say),
	};
	return RUN_TESTS(tests);
}
