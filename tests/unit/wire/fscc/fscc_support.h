// SPDX-License-Identifier: Apache-2.0
// The arena of each test of this folder.
#ifndef SIGNET_TESTS_UNIT_WIRE_FSCC_SUPPORT_H
#define SIGNET_TESTS_UNIT_WIRE_FSCC_SUPPORT_H

#include "../../test_support.h"

#include <string.h>

#include "base/arena.h"
#include "base/nt_status.h"

static struct arena arena;

static int setup(UNUSED void **state)
{
	arena_init(&arena, NULL, 0);
	return 0;
}

static int teardown(UNUSED void **state)
{
	arena_reset(&arena);
	return 0;
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
#define assert_status(status, name) assert_string_equal(nt_status_name(status), "STATUS_" #name)

#endif
