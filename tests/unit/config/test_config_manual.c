// SPDX-License-Identifier: Apache-2.0
// What is printed from the table: valid, whole, and the same as what is in the tree.
#include "config_test.h"

#include "config/config_schema.h"

static char *printed(void (*print)(FILE *out))
{
	char *text = NULL;
	size_t len = 0;
	FILE *out = open_memstream(&text, &len);
	assert_non_null(out);
	print(out);
	fclose(out);
	return text;
}

static void example_is_a_valid_configuration(void **state)
{
	char *example = printed(config_schema_print_example);
	struct config *c = config_of(example);
	(void)state;
	assert_int_equal(c->share_count, 1);
	assert_int_equal(c->group_count, 1);
	config_unref(c);
	free(example);
}

static void every_key_is_in_every_view(void **state)
{
	char *views[] = { printed(config_schema_print_help), printed(config_schema_print_man),
		printed(config_schema_print_example) };
	(void)state;
	for (size_t i = 0; i < config_key_count; i++) {
		assert_non_null(strstr(views[0], config_keys[i].name));
		assert_non_null(strstr(views[1], config_keys[i].name));
		assert_non_null(strstr(views[2], config_keys[i].name));
	}
	for (size_t i = 0; i < ARRAY_LEN(views); i++)
		free(views[i]);
}

static void manual_page_in_the_tree_is_up_to_date(void **state)
{
	char *page = printed(config_schema_print_man);
	size_t len = strlen(page);
	char *stored = calloc(1, len + 2);
	FILE *in = fopen(TESTS_DIR "/../docs/man/signet.conf.5", "r");
	(void)state;
	assert_non_null(in);
	assert_non_null(stored);
	assert_int_equal(fread(stored, 1, len + 1, in), len);
	fclose(in);
	assert_string_equal(stored, page);
	free(stored);
	free(page);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(example_is_a_valid_configuration),
		cmocka_unit_test(every_key_is_in_every_view),
		cmocka_unit_test(manual_page_in_the_tree_is_up_to_date),
	};
	return RUN_TESTS(tests);
}
