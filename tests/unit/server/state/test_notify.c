// SPDX-License-Identifier: Apache-2.0
#include "../../test_support.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "notify_fixture.h"

#define assert_status(actual, expected) assert_string_equal(nt_status_name(actual), "STATUS_" #expected)

enum { NAMES = NOTIFY_CHANGE_FILE_NAME | NOTIFY_CHANGE_DIR_NAME };

static struct notify_registry *registry(void)
{
	struct notify_registry *reg = notify_registry_new(false);
	assert_non_null(reg);
	assert_int_equal(notify_registry_fd(reg), -1);
	return reg;
}

static void report(struct notify_registry *reg, const char *path, enum notify_action action, uint32_t filter)
{
	notify_report(reg, SHARE, path, action, filter);
}

static void test_pending_request_gets_the_change(void **state)
{
	(void)state;
	struct notify_registry *reg = registry();
	struct notify_watch *w = watch_path(reg, "dir", false, NAMES, 1000);
	struct asked a;
	assert_status(ask(reg, w, &a), PENDING);
	report(reg, "dir/sub", NOTIFY_ADDED, NOTIFY_CHANGE_DIR_NAME);
	assert_int_equal(a.completions, 1);
	assert_status(a.request.status, SUCCESS);
	assert_string_equal(told(&a), "+sub");
	notify_watch_remove(reg, w, STATUS(NOTIFY_CLEANUP));
	notify_registry_free(reg);
}

// Nothing is lost between two requests.
static void test_changes_are_collected_in_between(void **state)
{
	(void)state;
	struct notify_registry *reg = registry();
	struct notify_watch *w = watch_path(reg, "dir", false, NAMES, 1000);
	struct asked a;
	for (int i = 0; i < 2; i++) {
		report(reg, "dir/sub", NOTIFY_ADDED, NOTIFY_CHANGE_DIR_NAME);
		report(reg, "dir/sub", NOTIFY_REMOVED, NOTIFY_CHANGE_DIR_NAME);
	}
	assert_status(ask(reg, w, &a), SUCCESS);
	assert_int_equal(a.completions, 0);
	assert_string_equal(told(&a), "+sub -sub +sub -sub");
	assert_status(ask(reg, w, &a), PENDING);
	notify_watch_remove(reg, w, STATUS(NOTIFY_CLEANUP));
	assert_status(a.request.status, NOTIFY_CLEANUP);
	assert_int_equal(a.completions, 1);
	notify_registry_free(reg);
}

static void test_two_requests_get_one_change_each(void **state)
{
	(void)state;
	struct notify_registry *reg = registry();
	struct notify_watch *w = watch_path(reg, "dir", true, NAMES, 1000);
	struct asked a, b;
	assert_status(ask(reg, w, &a), PENDING);
	assert_status(ask(reg, w, &b), PENDING);
	report(reg, "dir/one", NOTIFY_ADDED, NOTIFY_CHANGE_FILE_NAME);
	assert_int_equal(b.completions, 0);
	report(reg, "dir/two", NOTIFY_ADDED, NOTIFY_CHANGE_FILE_NAME);
	assert_string_equal(told(&a), "+one");
	assert_string_equal(told(&b), "+two");
	notify_watch_remove(reg, w, STATUS(NOTIFY_CLEANUP));
	notify_registry_free(reg);
}

static void test_filter_share_and_own_changes(void **state)
{
	(void)state;
	struct notify_registry *reg = registry();
	struct notify_watch *w = watch_path(reg, "dir", true, NOTIFY_CHANGE_ATTRIBUTES, 1000);
	struct asked a;
	report(reg, "dir/x", NOTIFY_ADDED, NOTIFY_CHANGE_FILE_NAME);
	notify_report(reg, SHARE + 1, "dir/x", NOTIFY_MODIFIED, NOTIFY_CHANGE_ATTRIBUTES);
	report(reg, "dir", NOTIFY_MODIFIED, NOTIFY_CHANGE_ATTRIBUTES);    // the directory itself
	report(reg, "dir2/x", NOTIFY_MODIFIED, NOTIFY_CHANGE_ATTRIBUTES); // a longer name
	report(reg, "", NOTIFY_MODIFIED, NOTIFY_CHANGE_ATTRIBUTES);
	assert_status(ask(reg, w, &a), PENDING);
	report(reg, "dir/x", NOTIFY_MODIFIED, NOTIFY_CHANGE_ATTRIBUTES | NOTIFY_CHANGE_SIZE);
	assert_string_equal(told(&a), "*x");
	notify_watch_remove(reg, w, STATUS(NOTIFY_CLEANUP));
	notify_registry_free(reg);
}

// A modification is recorded once as long as nothing else happened; additions and removals always.
static void test_repeated_modifications_are_one(void **state)
{
	(void)state;
	struct notify_registry *reg = registry();
	struct notify_watch *w = watch_path(reg, "", false, NOTIFY_CHANGE_ALL, 1000);
	struct asked a;
	report(reg, "f", NOTIFY_REMOVED, NOTIFY_CHANGE_FILE_NAME);
	report(reg, "f", NOTIFY_ADDED, NOTIFY_CHANGE_FILE_NAME);
	for (int i = 0; i < 100; i++)
		report(reg, "f", NOTIFY_MODIFIED, NOTIFY_CHANGE_SIZE);
	report(reg, "g", NOTIFY_MODIFIED, NOTIFY_CHANGE_SIZE);
	report(reg, "f", NOTIFY_MODIFIED, NOTIFY_CHANGE_SIZE);
	report(reg, "f:s", NOTIFY_MODIFIED_STREAM, NOTIFY_CHANGE_STREAM_WRITE);
	report(reg, "f:s", NOTIFY_MODIFIED_STREAM, NOTIFY_CHANGE_STREAM_WRITE);
	assert_status(ask(reg, w, &a), SUCCESS);
	assert_string_equal(told(&a), "-f +f *f *g *f Mf:s");
	notify_watch_remove(reg, w, STATUS(NOTIFY_CLEANUP));
	notify_registry_free(reg);
}

static void check_tree(const char *path, bool recursive, uint32_t filter, const char *expected)
{
	static const char *const dirs[] = { "b/abc", "b/zqy", "b/abc/foo", "b/abc/blah/a", "b", "other" };
	struct notify_registry *reg = registry();
	struct notify_watch *w = watch_path(reg, path, recursive, filter, 1000);
	struct asked a;
	for (size_t i = 0; i < sizeof(dirs) / sizeof(dirs[0]); i++) {
		char child[64];
		(void)snprintf(child, sizeof(child), "%s/t", dirs[i]);
		report(reg, child, NOTIFY_ADDED, NOTIFY_CHANGE_DIR_NAME);
	}
	struct nt_status status = ask(reg, w, &a);
	assert_string_equal(
		nt_status_name(status), expected[0] == '\0' ? "STATUS_PENDING" : "STATUS_SUCCESS");
	assert_string_equal(told(&a), expected);
	notify_watch_remove(reg, w, STATUS(NOTIFY_CLEANUP));
	notify_registry_free(reg);
}

static void test_trees(void **state)
{
	(void)state;
	check_tree("b/abc", true, NAMES, "+t +foo\\t +blah\\a\\t");
	check_tree("b/abc", false, NAMES, "+t");
	check_tree("b/abc/blah", true, NAMES, "+a\\t");
	check_tree("b/abc/blah", false, NAMES, "");
	check_tree("b", true, NAMES, "+abc\\t +zqy\\t +abc\\foo\\t +abc\\blah\\a\\t +t");
	check_tree("b", false, NAMES, "+t");
	check_tree("b", true, NOTIFY_CHANGE_FILE_NAME, "");
	check_tree(
		"", true, NAMES, "+b\\abc\\t +b\\zqy\\t +b\\abc\\foo\\t +b\\abc\\blah\\a\\t +b\\t +other\\t");
	check_tree("", false, NAMES, "");
}

static void test_renames(void **state)
{
	(void)state;
	struct notify_registry *reg = registry();
	struct notify_watch *tree = watch_path(reg, "d", true, NAMES, 1000);
	struct notify_watch *sub = watch_path(reg, "d/sub", false, NAMES, 1000);
	struct asked a, b;
	assert_status(ask(reg, tree, &a), PENDING);
	notify_report_rename(reg, SHARE, "d/sub/one", "d/sub/two", NOTIFY_CHANGE_FILE_NAME);
	assert_string_equal(told(&a), "<sub\\one >sub\\two"); // both names at once
	notify_report_rename(reg, SHARE, "d/sub/two", "d/three", NOTIFY_CHANGE_FILE_NAME);
	notify_report_rename(reg, SHARE, "d/three", "three", NOTIFY_CHANGE_FILE_NAME);
	notify_report_rename(reg, SHARE, "three", "d/four", NOTIFY_CHANGE_FILE_NAME);
	assert_status(ask(reg, tree, &a), SUCCESS);
	assert_string_equal(told(&a), "-sub\\two +three -three +four");
	assert_status(ask(reg, sub, &b), SUCCESS);
	assert_string_equal(told(&b), "<one >two -two");
	notify_watch_remove(reg, sub, STATUS(NOTIFY_CLEANUP));
	notify_watch_remove(reg, tree, STATUS(NOTIFY_CLEANUP));
	notify_registry_free(reg);
}

static void test_watches_follow_a_renamed_directory(void **state)
{
	(void)state;
	struct notify_registry *reg = registry();
	struct notify_watch *dir = watch_path(reg, "a/dir", false, NAMES, 1000);
	struct notify_watch *below = watch_path(reg, "a/dir/below", false, NAMES, 1000);
	struct notify_watch *beside = watch_path(reg, "a/dir2", false, NAMES, 1000);
	struct notify_watch *there = watch_path(reg, "moved/below", false, NAMES, 1000);
	struct asked a, b, c, d;
	assert_status(ask(reg, dir, &a), PENDING);
	assert_status(ask(reg, below, &b), PENDING);
	assert_status(ask(reg, beside, &c), PENDING);
	assert_status(ask(reg, there, &d), PENDING);
	notify_report_rename(reg, SHARE, "a/dir", "moved", NOTIFY_CHANGE_DIR_NAME);
	report(reg, "a/dir/x", NOTIFY_ADDED, NOTIFY_CHANGE_FILE_NAME);
	assert_int_equal(a.completions + b.completions + c.completions, 0);
	report(reg, "moved/x", NOTIFY_ADDED, NOTIFY_CHANGE_FILE_NAME);
	report(reg, "moved/below/y", NOTIFY_ADDED, NOTIFY_CHANGE_FILE_NAME);
	report(reg, "a/dir2/z", NOTIFY_ADDED, NOTIFY_CHANGE_FILE_NAME);
	assert_string_equal(told(&a), "+x");
	assert_string_equal(told(&b), "+y");
	assert_string_equal(told(&c), "+z");
	assert_string_equal(told(&d), "+y");
	notify_watch_remove(reg, dir, STATUS(NOTIFY_CLEANUP));
	notify_watch_remove(reg, below, STATUS(NOTIFY_CLEANUP));
	notify_watch_remove(reg, beside, STATUS(NOTIFY_CLEANUP));
	notify_watch_remove(reg, there, STATUS(NOTIFY_CLEANUP));
	notify_registry_free(reg);
}

static void test_overflow_tells_to_list_the_directory(void **state)
{
	(void)state;
	struct notify_registry *reg = registry();
	struct notify_watch *w = watch_path(reg, "", true, NAMES, 1000);
	struct asked a;
	for (int i = 0; i < 100; i++) {
		char name[32];
		(void)snprintf(name, sizeof(name), "test%d.txt", i);
		report(reg, name, NOTIFY_ADDED, NOTIFY_CHANGE_DIR_NAME);
	}
	assert_status(ask(reg, w, &a), NOTIFY_ENUM_DIR);
	assert_int_equal(a.request.records_len, 0);
	assert_status(ask(reg, w, &a), PENDING); // and from then on as before
	report(reg, "x", NOTIFY_ADDED, NOTIFY_CHANGE_DIR_NAME);
	assert_string_equal(told(&a), "+x");
	notify_watch_remove(reg, w, STATUS(NOTIFY_CLEANUP));
	notify_registry_free(reg);
}

// The answer's room is each request's own; the buffer's size is the first one's for good.
static void test_small_buffers(void **state)
{
	(void)state;
	struct notify_registry *reg = registry();
	struct notify_watch *w = watch_path(reg, "", true, NAMES, 1000);
	struct notify_watch *tiny = watch_path(reg, "", true, NAMES, 1);
	struct asked a, b;
	assert_status(ask_with(reg, w, &a, 0), PENDING);
	assert_status(ask_with(reg, tiny, &b, 1), PENDING);
	report(reg, "x", NOTIFY_ADDED, NOTIFY_CHANGE_DIR_NAME);
	assert_status(a.request.status, NOTIFY_ENUM_DIR);
	assert_status(b.request.status, NOTIFY_ENUM_DIR);
	assert_status(ask(reg, w, &a), PENDING); // what did not fit is not told later
	assert_status(ask(reg, tiny, &b), PENDING);
	report(reg, "y", NOTIFY_ADDED, NOTIFY_CHANGE_DIR_NAME);
	assert_string_equal(told(&a), "+y");
	assert_status(b.request.status, NOTIFY_ENUM_DIR);
	notify_watch_remove(reg, w, STATUS(NOTIFY_CLEANUP));
	notify_watch_remove(reg, tiny, STATUS(NOTIFY_CLEANUP));
	notify_registry_free(reg);
}

static void test_cancel_and_flush(void **state)
{
	(void)state;
	struct notify_registry *reg = registry();
	struct notify_watch *w = watch_path(reg, "d", true, NAMES, 1000);
	struct asked a, b;
	assert_status(ask(reg, w, &a), PENDING);
	assert_status(ask(reg, w, &b), PENDING);
	assert_true(notify_request_cancel(reg, &a.request));
	assert_false(notify_request_cancel(reg, &a.request));
	assert_int_equal(a.completions, 0);
	notify_path_flush(reg, SHARE, "other", STATUS(DELETE_PENDING));
	assert_int_equal(b.completions, 0);
	notify_path_flush(reg, SHARE, "d", STATUS(DELETE_PENDING));
	assert_status(b.request.status, DELETE_PENDING);
	assert_false(notify_request_cancel(reg, &b.request));
	assert_status(ask(reg, w, &a), PENDING);
	notify_watch_flush(reg, w, STATUS(ACCESS_DENIED));
	assert_status(a.request.status, ACCESS_DENIED);
	report(reg, "d/x", NOTIFY_ADDED, NOTIFY_CHANGE_DIR_NAME);
	assert_status(ask(reg, w, &a), SUCCESS);
	assert_string_equal(told(&a), "+x");
	notify_watch_remove(reg, w, STATUS(NOTIFY_CLEANUP));
	notify_registry_free(reg);
}

static void test_requests_per_watch_are_limited(void **state)
{
	(void)state;
	struct notify_registry *reg = registry();
	struct notify_watch *w = watch_path(reg, "", true, NAMES, 1000);
	struct asked *all = calloc(NOTIFY_REQUESTS_PER_WATCH_MAX + 1, sizeof(*all));
	assert_non_null(all);
	for (size_t i = 0; i < NOTIFY_REQUESTS_PER_WATCH_MAX; i++)
		assert_status(ask(reg, w, &all[i]), PENDING);
	assert_status(ask(reg, w, &all[NOTIFY_REQUESTS_PER_WATCH_MAX]), INSUFFICIENT_RESOURCES);
	notify_watch_remove(reg, w, STATUS(NOTIFY_CLEANUP));
	for (size_t i = 0; i < NOTIFY_REQUESTS_PER_WATCH_MAX; i++)
		assert_int_equal(all[i].completions, 1);
	free(all);
	notify_registry_free(reg);
}

// Names that no client could see are left out; surrogates and umlauts go through.
static void test_names(void **state)
{
	(void)state;
	struct notify_registry *reg = registry();
	struct notify_watch *w = watch_path(reg, "\xc3\xbc", true, NAMES, 1000);
	struct asked a;
	report(reg, "\xc3\xbc/\xff", NOTIFY_ADDED, NOTIFY_CHANGE_FILE_NAME);
	report(reg, "\xc3\xbc/\xf0\x9f\x93\x81/\xc3\xa4", NOTIFY_ADDED, NOTIFY_CHANGE_FILE_NAME);
	assert_status(ask(reg, w, &a), SUCCESS);
	assert_string_equal(told(&a), "+\xf0\x9f\x93\x81\\\xc3\xa4");
	notify_watch_remove(reg, w, STATUS(NOTIFY_CLEANUP));
	notify_registry_free(reg);
}

// More watched directories than there were buckets; each hears of its own changes alone.
static void test_many_directories(void **state)
{
	(void)state;
	enum { DIRS = 2000 };
	struct notify_registry *reg = registry();
	struct notify_watch *w[DIRS];
	char path[64];
	for (int i = 0; i < DIRS; i++) {
		(void)snprintf(path, sizeof(path), "top/%d", i);
		w[i] = watch_path(reg, path, i % 2 == 0, NAMES, 1000);
	}
	for (int i = 0; i < DIRS; i++) {
		(void)snprintf(path, sizeof(path), "top/%d/%d", i, i);
		report(reg, path, NOTIFY_ADDED, NOTIFY_CHANGE_FILE_NAME);
	}
	for (int i = 0; i < DIRS; i++) {
		struct asked a;
		assert_status(ask(reg, w[i], &a), SUCCESS);
		(void)snprintf(path, sizeof(path), "+%d", i);
		assert_string_equal(told(&a), path);
		notify_watch_remove(reg, w[i], STATUS(NOTIFY_CLEANUP));
	}
	notify_registry_free(reg);
}

static bool hears_no_secrets(void *user, const char *path)
{
	(void)user;
	return strstr(path, "secret") == NULL;
}

// Who may hear of one of a rename's names sees it come, or go.
static void test_what_may_not_be_heard_of(void **state)
{
	(void)state;
	struct notify_registry *reg = registry();
	const struct notify_watch_config config = { .share_id = SHARE,
		.path = "dir",
		.recursive = true,
		.filter = NAMES,
		.buffer_len_max = 1000,
		.dir_fd = -1,
		.may_hear = hears_no_secrets };
	struct notify_watch *w = notify_watch_add(reg, &config);
	struct asked a;
	assert_non_null(w);
	report(reg, "dir/secret", NOTIFY_ADDED, NOTIFY_CHANGE_FILE_NAME);
	report(reg, "dir/secret/file", NOTIFY_ADDED, NOTIFY_CHANGE_FILE_NAME);
	assert_status(ask(reg, w, &a), PENDING);
	notify_report_rename(reg, SHARE, "dir/a", "dir/secret", NOTIFY_CHANGE_FILE_NAME);
	assert_string_equal(told(&a), "-a");
	assert_status(ask(reg, w, &a), PENDING);
	notify_report_rename(reg, SHARE, "dir/secret", "dir/b", NOTIFY_CHANGE_FILE_NAME);
	assert_string_equal(told(&a), "+b");
	assert_status(ask(reg, w, &a), PENDING);
	notify_report_rename(reg, SHARE, "dir/b", "dir/c", NOTIFY_CHANGE_FILE_NAME);
	assert_string_equal(told(&a), "<b >c");
	notify_watch_remove(reg, w, STATUS(NOTIFY_CLEANUP));
	notify_registry_free(reg);
}

// A CLOSE on another thread comes between finding the watch and starting the request.
static void a_watch_that_is_over_takes_no_request(void **state)
{
	struct notify_registry *reg = notify_registry_new(false);
	(void)state;
	assert_non_null(reg);
	const struct notify_watch_config config = {
		.share_id = 1, .path = "", .filter = UINT32_MAX, .buffer_len_max = 4096, .dir_fd = -1
	};
	struct notify_watch *w = notify_watch_add(reg, &config);
	assert_non_null(w);
	(void)notify_watch_ref(reg, w);
	notify_watch_remove(reg, w, STATUS(NOTIFY_CLEANUP));
	struct notify_request late = { .output_len_max = 4096 };
	assert_true(nt_status_equal(notify_request_start(reg, w, &late), STATUS(NOTIFY_CLEANUP)));
	notify_watch_unref(reg, w);
	notify_registry_free(reg);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_what_may_not_be_heard_of),
		cmocka_unit_test(test_pending_request_gets_the_change),
		cmocka_unit_test(test_changes_are_collected_in_between),
		cmocka_unit_test(test_two_requests_get_one_change_each),
		cmocka_unit_test(test_filter_share_and_own_changes),
		cmocka_unit_test(test_repeated_modifications_are_one),
		cmocka_unit_test(test_trees),
		cmocka_unit_test(test_renames),
		cmocka_unit_test(test_watches_follow_a_renamed_directory),
		cmocka_unit_test(test_overflow_tells_to_list_the_directory),
		cmocka_unit_test(test_small_buffers),
		cmocka_unit_test(test_cancel_and_flush),
		cmocka_unit_test(test_requests_per_watch_are_limited),
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_many_directories),
		cmocka_unit_test(a_watch_that_is_over_takes_no_request),
	};
	return RUN_TESTS(tests);
}
