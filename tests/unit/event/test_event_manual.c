// SPDX-License-Identifier: Apache-2.0
#include "../test_support.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "event/event_schema.h"

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

static void document_in_the_tree_is_up_to_date(void **state)
{
	char *page = printed(event_schema_print_markdown);
	size_t len = strlen(page);
	char *stored = calloc(1, len + 2);
	FILE *in = fopen(TESTS_DIR "/../docs/events.md", "r");
	(void)state;
	assert_non_null(in);
	assert_non_null(stored);
	assert_int_equal(fread(stored, 1, len + 1, in), len);
	fclose(in);
	assert_string_equal(stored, page);
	free(stored);
	free(page);
}

static void table_for_programs_is_whole(void **state)
{
	char *text = printed(event_schema_print_json);
	json_t *json = json_loads(text, JSON_REJECT_DUPLICATES, NULL);
	(void)state;
	assert_non_null(json);
	assert_int_equal(json_array_size(json_object_get(json, "kinds")), EVENT_KIND_COUNT);
	assert_int_equal(json_array_size(json_object_get(json, "fields")), event_field_count);
	json_decref(json);
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(document_in_the_tree_is_up_to_date),
		cmocka_unit_test(table_for_programs_is_whole),
	};
	return RUN_TESTS(tests);
}
