// SPDX-License-Identifier: Apache-2.0
#include "../test_support.h"

#include <errno.h>
#include <sys/wait.h>

#include "auth/account_store.h"
#include "auth/accounts.h"
#include "state_fixture.h"

static struct account_db *load(const struct state_fixture *f)
{
	struct account_error error;
	struct account_db *db = NULL;

	int rc = account_db_load(f->dir, NULL, 0, &db, &error);
	if (rc < 0)
		fail_msg("%s", error.text);
	return db;
}

static int load_error(const struct state_fixture *f, const char *contains)
{
	struct account_error error;
	struct account_db *db;
	int rc = account_db_load(f->dir, NULL, 0, &db, &error);

	assert_true(rc < 0);
	if (strstr(error.text, contains) == NULL)
		fail_msg("\"%s\" does not say \"%s\"", error.text, contains);
	return rc;
}

static void add(const struct state_fixture *f, const char *name, bool ntlm, const char *password)
{
	struct account_error error;

	if (account_store_add(f->dir, name, ntlm, password, &error) < 0)
		fail_msg("%s", error.text);
}

static void an_account_is_found_again(void **state)
{
	const struct state_fixture *f = *state;
	static const uint8_t hash[] = { 0xA4, 0xF4, 0x9C, 0x40, 0x65, 0x10, 0xBD, 0xCA, 0xB6, 0x82, 0x4E,
		0xE7, 0xC3, 0x0F, 0xD8, 0x52 };

	add(f, "User", true, "Password");
	struct account_db *db = load(f);
	const struct account *a = account_db_find(db, "uSER");
	assert_non_null(a);
	assert_string_equal(a->name, "User");
	assert_int_equal(a->rid, ACCOUNT_RID_FIRST);
	assert_true(a->ntlm);
	assert_memory_equal(a->nt_hash, hash, sizeof(hash));
	assert_int_equal(sid_rid(&a->sid), ACCOUNT_RID_FIRST);
	assert_true(sid_same_domain(&a->sid, &a->sid));
	assert_string_equal(account_db_name_of_sid(db, &a->sid, NULL), "User");
	assert_null(account_db_find(db, "other"));
	account_db_unref(db);
}

static void nothing_of_a_password_is_kept_without_ntlm(void **state)
{
	const struct state_fixture *f = *state;
	char text[2048];
	struct stat st;
	char path[128];

	add(f, "bob", false, "secret");
	state_read(f, "accounts", text, sizeof(text));
	assert_non_null(strstr(text, "\nbob:1000:-:-\n"));
	assert_int_equal(stat(state_path(f, "accounts", path), &st), 0);
	assert_int_equal(st.st_mode & 07777, 0600);
	struct account_db *db = load(f);
	assert_false(account_db_find(db, "bob")->ntlm);
	account_db_unref(db);
}

static void readable_by_others_is_refused(void **state)
{
	const struct state_fixture *f = *state;
	char path[128];

	add(f, "bob", true, "secret");
	state_path(f, "accounts", path);
	assert_int_equal(chmod(path, 0640), 0);
	assert_int_equal(load_error(f, "chmod 600"), -EPERM);
	struct account_error error;
	assert_int_equal(account_store_add(f->dir, "eve", true, "x", &error), -EPERM);
	assert_int_equal(chmod(path, 0602), 0);
	assert_int_equal(load_error(f, "may be accessed by others"), -EPERM);
	assert_int_equal(chmod(path, 0600), 0);
	account_db_unref(load(f));
}

static void links_and_fifos_are_refused(void **state)
{
	const struct state_fixture *f = *state;
	char path[128], other[128];

	state_write(f, "other", "", 0600);
	assert_int_equal(symlink(state_path(f, "other", other), state_path(f, "accounts", path)), 0);
	assert_int_equal(load_error(f, "cannot open"), -ELOOP);
	assert_int_equal(unlink(path), 0);
	assert_int_equal(mkfifo(path, 0600), 0);
	assert_int_equal(load_error(f, "not a regular file"), -EPERM);
}

static void wrong_lines_are_named(void **state)
{
	static const struct {
		const char *text;
		const char *error;
	} cases[] = {
		{ "a:1000:-:-\nb:1001\n", "accounts:2: four fields" },
		{ "a:1000:-:-:x\n", "accounts:1: there are more" },
		{ "a:999:-:-\n", "the RID" },
		{ "a:500000:-:-\n", "the RID" },
		{ "a:99999999999999999999:-:-\n", "the RID" },
		{ "a:1000:root:-\n", "the flags" },
		{ "a:1000:ntlm:-\n", "the hash" },
		{ "a:1000:ntlm:a4f49c406510bdcab6824ee7c30fd85\n", "the hash" },
		{ "a:1000:ntlm:a4f49c406510bdcab6824ee7c30fd85x\n", "the hash" },
		{ "a:1000:-:a4f49c406510bdcab6824ee7c30fd852\n", "the hash" },
		{ ":1000:-:-\n", "the name is empty" },
		{ "a b:1000:-:-\n", "white space" },
		{ "a:1000:-:-\nA:1001:-:-\n", "there twice" },
		{ "a:1000:-:-\nb:1000:-:-\n", "there twice" },
		{ "!next-rid:x\n", "the next RID" },
	};
	const struct state_fixture *f = *state;

	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		state_write(f, "accounts", cases[i].text, 0600);
		assert_int_equal(load_error(f, cases[i].error), -EINVAL);
	}
}

static void identifiers_are_never_given_again(void **state)
{
	const struct state_fixture *f = *state;
	struct account_error error;

	add(f, "first", false, NULL);
	add(f, "second", false, NULL);
	assert_int_equal(account_store_remove(f->dir, "SECOND", &error), 0);
	add(f, "third", false, NULL);
	struct account_db *db = load(f);
	assert_null(account_db_find(db, "second"));
	assert_int_equal(account_db_find(db, "third")->rid, ACCOUNT_RID_FIRST + 2);
	assert_int_equal(account_db_count(db), 2);
	account_db_unref(db);
}

static void changes_and_their_errors(void **state)
{
	const struct state_fixture *f = *state;
	struct account_error error;
	char longest[ACCOUNT_PASSWORD_LEN_MAX + 2];

	add(f, "bob", false, NULL);
	assert_int_equal(account_store_add(f->dir, "BOB", false, NULL, &error), -EEXIST);
	assert_int_equal(account_store_add(f->dir, "a/b", false, NULL, &error), -EINVAL);
	assert_int_equal(account_store_add(f->dir, "Guest", false, NULL, &error), -EINVAL);
	assert_int_equal(account_store_add(f->dir, "eve", true, NULL, &error), -EINVAL);
	assert_int_equal(account_store_add(f->dir, "eve", true, "", &error), -EINVAL);
	assert_int_equal(account_store_add(f->dir, "eve", true, "\xFF", &error), -EINVAL);
	memset(longest, 'x', sizeof(longest));
	longest[ACCOUNT_PASSWORD_LEN_MAX + 1] = 0;
	assert_int_equal(account_store_add(f->dir, "eve", true, longest, &error), -EINVAL);
	longest[ACCOUNT_PASSWORD_LEN_MAX] = 0;
	assert_int_equal(account_store_add(f->dir, "eve", true, longest, &error), 0);
	assert_int_equal(account_store_passwd(f->dir, "bob", false, "x", &error), -EINVAL);
	assert_non_null(strstr(error.text, "--ntlm"));
	assert_int_equal(account_store_passwd(f->dir, "bob", true, "x", &error), 0);
	assert_int_equal(account_store_passwd(f->dir, "bob", false, "y", &error), 0);
	assert_int_equal(account_store_passwd(f->dir, "nobody", true, "x", &error), -ENOENT);
	assert_int_equal(account_store_remove(f->dir, "nobody", &error), -ENOENT);
	assert_int_equal(account_store_disable(f->dir, "bob", true, &error), 0);
	struct account_db *db = load(f);
	assert_true(account_db_find(db, "bob")->disabled);
	assert_true(account_db_find(db, "bob")->ntlm);
	account_db_unref(db);
	assert_int_equal(account_store_add("/nonexistent/state", "x", false, NULL, &error), -ENOENT);
}

static void names_are_checked(void **state UNUSED)
{
	static const char *const good[] = { "a", "alice.b", "jürgen", "用户", "x_y-z$", "o'neil" };
	static const char *const bad[] = { "", "a b", "a\tb", "a/b", "a\\b", "a[b", "a]b", "a:b", "a;b",
		"a|b", "a=b", "a,b", "a+b", "a*b", "a?b", "a<b", "a>b", "a\"b", "a@b", "#a", "!a", "a.",
		"a\x7F", "a\xC2\x85", "\xFF", "\xED\xA0\x80", "Anonymous", "GUEST" };
	char longest[ACCOUNT_NAME_LEN_MAX + 2];

	for (size_t i = 0; i < ARRAY_LEN(good); i++)
		assert_null(account_name_check(good[i]));
	for (size_t i = 0; i < ARRAY_LEN(bad); i++)
		assert_non_null(account_name_check(bad[i]));
	memset(longest, 'x', sizeof(longest));
	longest[ACCOUNT_NAME_LEN_MAX + 1] = 0;
	assert_non_null(account_name_check(longest));
	longest[ACCOUNT_NAME_LEN_MAX] = 0;
	assert_null(account_name_check(longest));
}

static void a_snapshot_does_not_change(void **state)
{
	const struct state_fixture *f = *state;
	struct account_error error;

	struct account_db *before = load(f);
	assert_false(account_db_stale(before));
	add(f, "bob", true, "one");
	assert_true(account_db_stale(before));
	assert_int_equal(account_db_count(before), 0);
	struct account_db *now = load(f);
	assert_false(account_db_stale(now));
	assert_int_equal(account_store_passwd(f->dir, "bob", false, "two", &error), 0);
	assert_true(account_db_stale(now));
	assert_true(sid_equal(account_db_machine_sid(before), account_db_machine_sid(now)));
	account_db_unref(account_db_ref(now));
	assert_non_null(account_db_find(now, "bob"));
	account_db_unref(before);
	account_db_unref(now);
}

static void groups_keep_their_identifiers(void **state)
{
	static const char *const staff_members[] = { "BOB", "nobody", "alice" };
	static const char *const other_members[] = { "bob" };
	const struct account_group staff = { "staff", staff_members, 3 },
				   other = { "other", other_members, 1 };
	const struct state_fixture *f = *state;
	const struct account_group first[] = { staff }, second[] = { other, staff };
	struct account_error error;
	struct account_db *db;
	struct sid sid, again, groups[4];
	bool is_group;

	add(f, "alice", false, NULL);
	add(f, "bob", false, NULL);
	add(f, "carol", false, NULL);
	assert_int_equal(account_db_load(f->dir, first, 1, &db, &error), 0);
	assert_true(account_db_group_sid(db, "STAFF", &sid));
	assert_int_equal(sid_rid(&sid), ACCOUNT_GROUP_RID_FIRST);
	assert_false(account_db_group_sid(db, "other", &again));
	account_db_unref(db);
	assert_int_equal(account_db_load(f->dir, second, 2, &db, &error), 0);
	assert_true(account_db_group_sid(db, "staff", &again));
	assert_true(sid_equal(&sid, &again));
	assert_string_equal(account_db_name_of_sid(db, &sid, &is_group), "staff");
	assert_true(is_group);
	assert_true(account_db_is_member(db, "Bob", "Staff"));
	assert_false(account_db_is_member(db, "carol", "staff"));
	assert_false(account_db_is_member(db, "nobody", "staff"));
	uint32_t bob = account_db_find(db, "bob")->rid;
	assert_int_equal(account_db_groups_of(db, bob, groups, 4), 2);
	assert_int_equal(account_db_groups_of(db, bob, groups, 1), 2);
	assert_int_equal(account_db_groups_of(db, account_db_find(db, "carol")->rid, groups, 4), 0);
	account_db_unref(db);
}

static void machine_sid_is_kept_and_checked(void **state)
{
	const struct state_fixture *f = *state;

	struct account_db *db = load(f);
	struct sid first = *account_db_machine_sid(db);
	account_db_unref(db);
	assert_int_equal(first.sub_authority_count, 4);
	assert_int_equal(first.sub_authority[0], 21);
	db = load(f);
	assert_true(sid_equal(&first, account_db_machine_sid(db)));
	account_db_unref(db);
	state_write(f, "machine-sid", "S-1-5-32-544\n", 0600);
	assert_int_equal(load_error(f, "S-1-5-21"), -EINVAL);
}

// A crash leaves a temporary file behind, never half an accounts file: the next change works.
static void left_over_temporary_file_is_no_harm(void **state)
{
	const struct state_fixture *f = *state;

	add(f, "bob", false, NULL);
	state_write(f, ".accounts.new", "half a li", 0644);
	add(f, "alice", false, NULL);
	struct account_db *db = load(f);
	assert_int_equal(account_db_count(db), 2);
	account_db_unref(db);
}

// A directory that cannot be written to: the old file stays whole.
static void failed_replacement_keeps_the_old_file(void **state)
{
	const struct state_fixture *f = *state;
	struct account_error error;
	char path[128];

	add(f, "bob", false, NULL);
	assert_int_equal(mkdir(state_path(f, ".accounts.new", path), 0700), 0);
	assert_true(account_store_add(f->dir, "alice", false, NULL, &error) < 0);
	assert_non_null(strstr(error.text, "cannot write"));
	struct account_db *db = load(f);
	assert_int_equal(account_db_count(db), 1);
	account_db_unref(db);
	assert_int_equal(rmdir(path), 0);
}

enum { WRITERS = 4, ADDED_BY_EACH = 10 };

static void writer_child(const struct state_fixture *f, int number)
{
	struct account_error error;

	for (int i = 0; i < ADDED_BY_EACH; i++) {
		char name[32];
		snprintf(name, sizeof(name), "w%d-%d", number, i);
		if (account_store_add(f->dir, name, true, name, &error) < 0)
			_exit(1);
	}
	_exit(0);
}

// Several processes at once: no change is lost, and a reader meanwhile only sees whole files.
static void concurrent_changes_all_arrive(void **state)
{
	const struct state_fixture *f = *state;
	int left = WRITERS;

	for (int i = 0; i < WRITERS; i++)
		if (fork() == 0)
			writer_child(f, i);
	while (left > 0) {
		int status;
		account_db_unref(load(f));
		if (waitpid(-1, &status, WNOHANG) > 0) {
			assert_int_equal(status, 0);
			left--;
		}
	}
	struct account_db *db = load(f);
	assert_int_equal(account_db_count(db), WRITERS * ADDED_BY_EACH);
	for (uint32_t i = 0; i < WRITERS * ADDED_BY_EACH; i++)
		assert_non_null(account_db_find_rid(db, ACCOUNT_RID_FIRST + i));
	account_db_unref(db);
}

#define STATE_TEST(name) cmocka_unit_test_setup_teardown(name, state_setup, state_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		STATE_TEST(an_account_is_found_again),
		STATE_TEST(nothing_of_a_password_is_kept_without_ntlm),
		STATE_TEST(readable_by_others_is_refused),
		STATE_TEST(links_and_fifos_are_refused),
		STATE_TEST(wrong_lines_are_named),
		STATE_TEST(identifiers_are_never_given_again),
		STATE_TEST(changes_and_their_errors),
		cmocka_unit_test(names_are_checked),
		STATE_TEST(a_snapshot_does_not_change),
		STATE_TEST(groups_keep_their_identifiers),
		STATE_TEST(machine_sid_is_kept_and_checked),
		STATE_TEST(left_over_temporary_file_is_no_harm),
		STATE_TEST(failed_replacement_keeps_the_old_file),
		STATE_TEST(concurrent_changes_all_arrive),
	};

	return RUN_TESTS(tests);
}
