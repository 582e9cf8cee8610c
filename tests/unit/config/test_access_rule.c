// SPDX-License-Identifier: Apache-2.0
// What [access] sections come to for one user.
#include "config_test.h"

static const char sections[] =
	"[share data]\npath = /a\nusers = alice bob carol\nwrite = alice bob\n"
	"[access hr]\nshare = DATA\nexcept = alice\ndeny = \"Human Resources/**\" **/*.key\n"
	"[access carols]\nshare = data\nusers = carol\nread = docs/pub in/**/notes\n"
	"[access bobs]\nshare = data\nusers = bob\nread = docs\nwrite = drop docs/*/bob\ndeny = "
	"drop/*/fixed\n";

// The rules that concern one account of the configuration above.
static struct config *set_of(const char *account, enum reach most, struct access_set *set)
{
	struct config *c = config_of(sections);
	const struct config_share *s = config_share_find(c, "data");
	access_set_init(set, most);
	for (size_t i = 0; i < s->access_count; i++) {
		if (access_rule_names(s->access[i], account))
			access_set_add(set, s->access[i]);
	}
	return c;
}

static enum reach reach_of(const struct access_set *set, const char *path)
{
	struct access_place place;
	access_walk(set, path, &place);
	return access_reach(set, &place);
}

static void who_is_excepted_has_what_the_share_gives(void **state)
{
	struct access_set set;
	struct config *c = set_of("alice", REACH_WRITE, &set);
	(void)state;
	assert_int_equal(set.count, 0);
	assert_int_equal(reach_of(&set, ""), REACH_WRITE);
	assert_int_equal(reach_of(&set, "human resources/x.key"), REACH_WRITE);
	access_set_init(&set, REACH_READ);
	assert_int_equal(reach_of(&set, "a/b"), REACH_READ);
	config_unref(c);
}

static void denial_hides_a_folder_and_all_below(void **state)
{
	struct access_set set;
	struct config *c = set_of("bob", REACH_WRITE, &set);
	(void)state;
	assert_int_equal(reach_of(&set, "Human Resources"), REACH_NOTHING);
	assert_int_equal(reach_of(&set, "HUMAN resources/a/b"), REACH_NOTHING);
	assert_int_equal(reach_of(&set, "docs/server.KEY"), REACH_NOTHING);
	assert_int_equal(reach_of(&set, "drop/x.key/below"), REACH_NOTHING);
	config_unref(c);
}

static void patterns_confine(void **state)
{
	struct access_set set;
	struct config *c = set_of("bob", REACH_WRITE, &set);
	(void)state;
	assert_int_equal(reach_of(&set, ""), REACH_PASS);
	assert_int_equal(reach_of(&set, "docs"), REACH_READ);
	assert_int_equal(reach_of(&set, "docs/x"), REACH_READ);
	assert_int_equal(reach_of(&set, "docs/x/bob/y"), REACH_WRITE);
	assert_int_equal(reach_of(&set, "drop"), REACH_WRITE);
	assert_int_equal(reach_of(&set, "drop/a"), REACH_WRITE);
	assert_int_equal(reach_of(&set, "drop/a/fixed/b"), REACH_NOTHING);
	assert_int_equal(reach_of(&set, "other"), REACH_NOTHING);
	config_unref(c);
}

static void the_way_to_what_may_be_read_can_be_passed(void **state)
{
	struct access_set set;
	struct config *c = set_of("carol", REACH_READ, &set);
	(void)state;
	assert_int_equal(reach_of(&set, "docs"), REACH_PASS);
	assert_int_equal(reach_of(&set, "docs/pub"), REACH_READ);
	assert_int_equal(reach_of(&set, "docs/other"), REACH_NOTHING);
	assert_int_equal(reach_of(&set, "in/a/b"), REACH_PASS);
	assert_int_equal(reach_of(&set, "in/a/notes"), REACH_READ);
	assert_int_equal(access_reach_of(REACH_PASS, false), REACH_NOTHING);
	assert_int_equal(access_reach_of(REACH_PASS, true), REACH_PASS);
	config_unref(c);
}

static void what_is_no_name_is_not_reached(void **state)
{
	struct access_set set;
	struct config *c = set_of("bob", REACH_WRITE, &set);
	(void)state;
	assert_int_equal(reach_of(&set, "drop/\xff/x"), REACH_NOTHING);
	config_unref(c);
}

static void more_patterns_than_there_is_room_for_deny_all(void **state)
{
	struct access_set set;
	struct config *c = set_of("bob", REACH_WRITE, &set);
	(void)state;
	for (size_t i = 0; i < ACCESS_GLOBS_MAX; i++)
		access_set_add(&set, &c->access[2]);
	assert_int_equal(reach_of(&set, "drop"), REACH_NOTHING);
	config_unref(c);
}

static bool alike(const struct access_set *set, const char *from, const char *to)
{
	struct access_place a;
	struct access_place b;
	access_walk(set, from, &a);
	access_walk(set, to, &b);
	return access_denies_alike(set, &a, &b);
}

// A folder that moves away from where parts of it are denied would uncover them.
static void denied_alike_below(void **state)
{
	struct access_set set;
	struct config *c = set_of("bob", REACH_WRITE, &set);
	(void)state;
	assert_true(alike(&set, "drop/a", "drop/b"));
	assert_false(alike(&set, "drop/a", "docs/x/bob/a"));
	assert_false(alike(&set, "drop/a", "drop/b/a"));
	assert_true(alike(&set, "docs/x/bob/a", "drop/a")); // it loses, nothing is uncovered
	assert_true(alike(&set, "drop/a/b", "docs/x/bob/b"));
	config_unref(c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(who_is_excepted_has_what_the_share_gives),
		cmocka_unit_test(denial_hides_a_folder_and_all_below),
		cmocka_unit_test(patterns_confine),
		cmocka_unit_test(the_way_to_what_may_be_read_can_be_passed),
		cmocka_unit_test(what_is_no_name_is_not_reached),
		cmocka_unit_test(more_patterns_than_there_is_room_for_deny_all),
		cmocka_unit_test(denied_alike_below),
	};
	return RUN_TESTS(tests);
}
