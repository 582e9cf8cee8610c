// SPDX-License-Identifier: Apache-2.0
// What each unit test needs of cmocka, in the order that it wants its headers.
#ifndef SIGNET_TESTS_UNIT_TEST_SUPPORT_H
#define SIGNET_TESTS_UNIT_TEST_SUPPORT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/attributes.h"

// Runs the tests and reports as TAP, which meson counts one by one.
#define RUN_TESTS(tests) (cmocka_set_message_output(CM_OUTPUT_TAP), cmocka_run_group_tests(tests, NULL, NULL))

#endif
