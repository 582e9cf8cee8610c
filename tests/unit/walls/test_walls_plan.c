// SPDX-License-Identifier: Apache-2.0
#include "../test_support.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "walls/walls.h"

static bool has(const struct walls_plan *plan, const char *path)
{
	for (size_t i = 0; i < plan->path_count; i++) {
		if (strcmp(plan->paths[i].path, path) == 0)
			return true;
	}
	return false;
}

static void test_folder_of_a_file(void **state UNUSED)
{
	struct walls_plan plan = { 0 };
	assert_int_equal(walls_plan_add_folder_of(&plan, "/a/b/c", WALL_APPEND), 0);
	assert_int_equal(walls_plan_add_folder_of(&plan, "/top", WALL_APPEND), 0);
	assert_int_equal(walls_plan_add_folder_of(&plan, "here", WALL_APPEND), 0);
	assert_int_equal(plan.path_count, 3);
	assert_true(has(&plan, "/a/b") && has(&plan, "/") && has(&plan, "."));
	walls_plan_done(&plan);
	assert_int_equal(plan.path_count, 0);
}

// A configuration in /etc must not make all of /etc readable, one in a folder of its own may be replaced.
static void test_what_is_replaced_takes_its_folder_unless_others_use_it(void **state UNUSED)
{
	char base[] = "/var/tmp/test-plan-XXXXXX";
	char file[64];
	struct walls_plan plan = { 0 };
	assert_non_null(mkdtemp(base));
	(void)snprintf(file, sizeof(file), "%s/signet.conf", base);
	assert_int_equal(walls_plan_add_replaceable(&plan, file), 0);
	assert_true(has(&plan, file) && has(&plan, base));
	static const char *const common[] = { "/etc/passwd", "/etc/../etc/passwd", "/signet.conf", "/tmp/x",
		"/var/lib/x" };
	for (size_t i = 0; i < ARRAY_LEN(common); i++) {
		size_t before = plan.path_count;
		assert_int_equal(walls_plan_add_replaceable(&plan, common[i]), 0);
		assert_int_equal(plan.path_count, before + 1);
		assert_string_equal(plan.paths[before].path, common[i]);
	}
	assert_int_equal(walls_plan_add_replaceable(&plan, NULL), 0);
	walls_plan_done(&plan);
	assert_int_equal(rmdir(base), 0);
}

static void test_a_plan_is_bounded(void **state UNUSED)
{
	struct walls_plan plan = { 0 };
	for (int i = 0; i < WALL_PATHS_MAX; i++)
		assert_int_equal(walls_plan_add(&plan, "/x", WALL_READ, true), 0);
	assert_int_equal(walls_plan_add(&plan, "/x", WALL_READ, true), -E2BIG);
	assert_int_equal(plan.path_count, WALL_PATHS_MAX);
	walls_plan_done(&plan);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_folder_of_a_file),
		cmocka_unit_test(test_what_is_replaced_takes_its_folder_unless_others_use_it),
		cmocka_unit_test(test_a_plan_is_bounded),
	};
	return RUN_TESTS(tests);
}
