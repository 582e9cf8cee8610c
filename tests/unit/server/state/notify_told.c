// SPDX-License-Identifier: Apache-2.0
// Apart from the rest: the wire's names for actions and those of the registry are the same.
#include "notify_told.h"

#include <stdio.h>

#include "../../test_support.h"
#include "wire/fscc/notify_info.h"

void notify_told(const uint8_t *records, size_t len, char *text, size_t cap)
{
	static const char SIGNS[] = "?+-*<>ADM";
	struct arena a;
	arena_init(&a, NULL, 0);
	struct notify_walk walk = notify_walk_begin(span_make(records, len));
	uint32_t action = 0;
	const char *name = NULL;
	size_t used = 0;
	text[0] = '\0';
	while (len > 0 && notify_walk_next(&walk, &a, &action, &name)) {
		assert_true(action < sizeof(SIGNS) - 1);
		int n = snprintf(
			text + used, cap - used, "%s%c%s", used == 0 ? "" : " ", SIGNS[action], name);
		assert_true(n > 0 && (size_t)n < cap - used);
		used += (size_t)n;
	}
	assert_true(reader_ok(&walk.r));
	arena_reset(&a);
}
