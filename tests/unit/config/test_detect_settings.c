// SPDX-License-Identifier: Apache-2.0
// [detect] is one table, whoever reads it: a server's configuration or a watch's.
#include "config_test.h"

#include "config/config_schema.h"
#include "config/detect_settings.h"

static void defaults_are_those_of_the_configuration(void **state)
{
	struct detect_settings s;
	struct config *c = config_of("");
	(void)state;
	detect_settings_init(&s);
	assert_int_equal(s.brute_force_failures, 10);
	assert_int_equal(s.table_entries_max, 65536);
	assert_true(detect_settings_equal(&s, &c->detection));
	detect_settings_done(&s);
	config_unref(c);
}

// What every key takes, as both read it: its lowest number and its highest, or a list.
static void every_key_is_read_alike(void **state)
{
	char text[8192] = "[detect]\n", error[DETECT_ERROR_LEN];
	struct detect_settings s;
	size_t keys = 0;
	(void)state;
	detect_settings_init(&s);
	for (size_t i = 0; i < config_key_count; i++) {
		const struct config_key *key = &config_keys[i];
		char value[64] = "one two=three, four>five";
		if (key->section != CONFIG_DETECT)
			continue;
		if (key->type == CONFIG_NUMBER) {
			(void)snprintf(value, sizeof(value), "%llu", (unsigned long long)key->max + 1);
			assert_false(detect_settings_set(&s, key->name, value, error));
			(void)snprintf(value, sizeof(value), "%llu", (unsigned long long)key->min);
		}
		if (key->choices != NULL) {
			assert_false(detect_settings_set(&s, key->name, value, error));
			(void)snprintf(value, sizeof(value), "%s", key->choices->word);
		}
		assert_true(detect_settings_set(&s, key->name, value, error));
		(void)snprintf(
			text + strlen(text), sizeof(text) - strlen(text), "%s = %s\n", key->name, value);
		keys++;
	}
	struct config *c = config_of(text);
	assert_int_equal(keys, 26);
	assert_true(detect_settings_equal(&s, &c->detection));
	assert_int_equal(c->detection.disabled.count, 1);
	assert_int_equal(c->detection.decoys.count, 3);
	assert_true(config_strings_has(&c->detection.decoys, "Two=Three"));
	detect_settings_done(&s);
	config_unref(c);
}

static void any_difference_is_seen(void **state)
{
	struct detect_settings s;
	char error[DETECT_ERROR_LEN];
	struct config *c = config_of("[detect]\nforwarders = 10.0.0.1\n");
	(void)state;
	detect_settings_init(&s);
	assert_false(detect_settings_equal(&s, &c->detection));
	assert_true(detect_settings_set(&s, "forwarders", "10.0.0.1", error));
	assert_true(detect_settings_equal(&s, &c->detection));
	assert_true(detect_settings_set(&s, "relay_window_s", "61", error));
	assert_false(detect_settings_equal(&s, &c->detection));
	detect_settings_done(&s);
	config_unref(c);
}

static void what_is_given_again_counts_alone(void **state)
{
	struct detect_settings s;
	char error[DETECT_ERROR_LEN];
	(void)state;
	detect_settings_init(&s);
	assert_true(detect_settings_set(&s, "decoys", "a b c", error));
	assert_true(detect_settings_set(&s, "decoys", "d", error));
	assert_int_equal(s.decoys.count, 1);
	assert_true(detect_settings_set(&s, "decoys", "", error));
	assert_int_equal(s.decoys.count, 0);
	detect_settings_done(&s);
}

static void lists_have_an_end(void **state)
{
	struct detect_settings s;
	char list[1024] = "", error[DETECT_ERROR_LEN];
	(void)state;
	detect_settings_init(&s);
	for (unsigned i = 0; i < DETECT_LIST_MAX; i++)
		(void)snprintf(list + strlen(list), sizeof(list) - strlen(list), "h%u ", i);
	assert_true(detect_settings_set(&s, "admin_hosts", list, error));
	strcat(list, "one_more");
	assert_false(detect_settings_set(&s, "admin_hosts", list, error));
	assert_non_null(strstr(error, "more than 64 of them; name fewer"));
	detect_settings_done(&s);
}

static void mistakes_are_explained(void **state)
{
	struct detect_settings s;
	char error[DETECT_ERROR_LEN];
	(void)state;
	detect_settings_init(&s);
	assert_false(detect_settings_set(&s, "brute_force_failure", "3", error));
	assert_string_equal(
		error, "[detect] has no key 'brute_force_failure'; did you mean 'brute_force_failures'?");
	assert_false(detect_settings_set(&s, "brute_force_failures", "-3", error));
	assert_string_equal(error, "brute_force_failures = -3: not a number from 2 to 1000000; give one "
				   "within these bounds, such as 10");
	assert_int_equal(s.brute_force_failures, 10);
	detect_settings_done(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(defaults_are_those_of_the_configuration),
		cmocka_unit_test(every_key_is_read_alike),
		cmocka_unit_test(any_difference_is_seen),
		cmocka_unit_test(what_is_given_again_counts_alone),
		cmocka_unit_test(lists_have_an_end),
		cmocka_unit_test(mistakes_are_explained),
	};
	return RUN_TESTS(tests);
}
