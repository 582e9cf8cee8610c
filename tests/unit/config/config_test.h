// SPDX-License-Identifier: Apache-2.0
// Parsing text as a configuration named "F", for tests.
#ifndef SIGNET_TESTS_UNIT_CONFIG_CONFIG_TEST_H
#define SIGNET_TESTS_UNIT_CONFIG_CONFIG_TEST_H

#include "../test_support.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "config/config.h"

// The configuration that text is; fails the test, saying why, when it has errors.
static inline struct config *config_of(const char *text)
{
	struct config_messages errors = { 0 };
	struct config *c = config_parse("F", text, strlen(text), &errors);
	for (size_t i = 0; i < errors.count; i++)
		print_message("%s\n", errors.lines[i]);
	assert_int_equal(errors.count, 0);
	config_messages_done(&errors);
	assert_non_null(c);
	return c;
}

// All complaints about text, a line each; owned by the caller. Fails when there are none.
static inline char *errors_of(const char *text, size_t len)
{
	struct config_messages errors = { 0 };
	char *all = NULL;
	size_t all_len = 0;
	assert_null(config_parse("F", text, len, &errors));
	FILE *out = open_memstream(&all, &all_len);
	assert_non_null(out);
	for (size_t i = 0; i < errors.count; i++)
		fprintf(out, "%s\n", errors.lines[i]);
	fclose(out);
	config_messages_done(&errors);
	return all;
}

#endif
