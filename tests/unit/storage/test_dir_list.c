// SPDX-License-Identifier: Apache-2.0
#include "share_fixture.h"
#include "storage/dir_index.h"
#include "storage/dir_list.h"
#include "storage/node.h"

static struct dir_list *list_open(struct fixture *f, const char *path)
{
	struct resolved r;
	struct dir_list *list = NULL;
	resolve_ok(f, path, &r);
	assert_int_equal(dir_list_open(f->root, r.node_fd, r.path, true, &list), 0);
	resolved_done(&r);
	return list;
}

static int by_bytes(const void *a, const void *b)
{
	const char *const *x = a, *const *y = b;
	return strcmp(*x, *y);
}

// All names of the rest of the scan, sorted, as "a b c".
static const char *names_left(struct fixture *f, struct dir_list *list)
{
	const char *names[100], *text = "";
	struct dir_entry *e;
	size_t n = 0;
	int rc;
	while ((rc = dir_list_next(list, true, &e)) == 1) {
		assert_true(n < ARRAY_LEN(names));
		names[n++] = arena_strdup(&f->arena, e->name);
	}
	assert_int_equal(rc, 0);
	qsort(names, n, sizeof(names[0]), by_bytes);
	for (size_t i = 0; i < n; i++)
		text = arena_printf(&f->arena, "%s%s%s", text, i == 0 ? "" : " ", names[i]);
	return text;
}

static void assert_lists(struct fixture *f, const char *path, const char *pattern, const char *names)
{
	struct dir_list *list = list_open(f, path);
	assert_true(nt_status_ok(dir_list_start(list, pattern)));
	assert_string_equal(names_left(f, list), names);
	dir_list_free(list);
}

static void lists_what_matches(void **state)
{
	struct fixture *f = *state;
	make_dir(f->share, "d");
	make_file(f->share, "d/a.txt", "");
	make_file(f->share, "d/B.TXT", "");
	make_file(f->share, "d/ä.doc", "");
	make_dir(f->share, "d/sub");
	assert_lists(f, "d", "*", ". .. B.TXT a.txt sub ä.doc");
	assert_lists(f, "d", "", ". .. B.TXT a.txt sub ä.doc");
	assert_lists(f, "d", "*.txt", "B.TXT a.txt");
	assert_lists(f, "d", "?.TXT", "B.TXT a.txt");
	assert_lists(f, "d", "Ä*", "ä.doc");
	assert_lists(f, "d", "x*", "");
	assert_lists(f, "", "*", ". .. d");
}

static void a_name_is_looked_up(void **state)
{
	struct fixture *f = *state;
	make_dir(f->share, "d");
	make_file(f->share, "d/Größe", "");
	make_link(f->share, "d/out", "/etc");
	assert_lists(f, "d", "gRÖßE", "Größe");
	assert_lists(f, "d", "Größe", "Größe");
	assert_lists(f, "d", "none", "");
	assert_lists(f, "d", "out", "");
	assert_lists(f, "d", ".", ".");
	struct dir_list *list = list_open(f, "d");
	assert_int_equal(dir_list_start(list, "a/b").code, STATUS(OBJECT_NAME_INVALID).code);
	assert_int_equal(dir_list_start(list, "a\\b").code, STATUS(OBJECT_NAME_INVALID).code);
	assert_false(dir_list_started(list));
	dir_list_free(list);
}

static void hides_what_cannot_be_opened(void **state)
{
	struct fixture *f = *state;
	make_dir(f->share, "d");
	make_file(f->share, "d/file", "");
	make_file(f->share, "target", "123");
	make_dir(f->share, "dir");
	make_link(f->share, "d/in", "../target");
	make_link(f->share, "d/indir", "../dir");
	make_link(f->share, "d/out", below(f->outside, "secret"));
	make_link(f->share, "d/up", "../../outside");
	make_link(f->share, "d/dangling", "nothing");
	make_link(f->share, "d/loop", "loop");
	make_file(f->share, "d/co:lon", "");
	make_file(f->share, "d/bad\xC0", "");
	assert_int_equal(mkfifo(below(f->share, "d/fifo"), 0600), 0);
	struct dir_list *list = list_open(f, "d");
	assert_true(nt_status_ok(dir_list_start(list, "*")));
	assert_string_equal(names_left(f, list), ". .. file in indir");
	assert_int_equal(dir_list_hidden(list), 7);
	dir_list_free(list);
}

static void tells_what_entries_are(void **state)
{
	struct fixture *f = *state;
	struct dir_entry *e;
	struct resolved r;
	int seen = 0;
	make_dir(f->share, "d");
	make_dir(f->share, "d/e");
	make_file(f->share, "d/e/file", "12345");
	make_link(f->share, "d/e/link", "../../target");
	make_file(f->share, "target", "123");
	struct dir_list *list = list_open(f, "d/e");
	assert_true(nt_status_ok(dir_list_start(list, "*")));
	while (dir_list_next(list, true, &e) == 1) {
		const char *path = "target";
		if (e->is_dot)
			path = strcmp(e->name, ".") == 0 ? "d/e" : "d";
		else if (strcmp(e->name, "file") == 0)
			path = "d/e/file";
		assert_int_equal(dir_list_stat(list, e, true), 0);
		resolve_ok(f, path, &r);
		assert_true(node_id_equal(e->id, node_id_of(&r.stat)));
		assert_true(e->stat.stx_size == r.stat.stx_size);
		int fd = dir_list_open_entry(list, e, true);
		struct statx st;
		assert_int_equal(node_stat(fd, &st), 0);
		assert_true(node_id_equal(node_id_of(&st), e->id));
		(void)close(fd);
		resolved_done(&r);
		seen++;
	}
	assert_int_equal(seen, 4);
	dir_list_free(list);
}

// ".." of the share's root tells nothing of what is above.
static void the_root_is_its_own_parent(void **state)
{
	struct fixture *f = *state;
	struct dir_list *list = list_open(f, "");
	struct dir_entry *e;
	assert_true(nt_status_ok(dir_list_start(list, "*")));
	for (int i = 0; i < 2; i++) {
		assert_int_equal(dir_list_next(list, true, &e), 1);
		assert_true(e->is_dot);
		assert_int_equal(dir_list_stat(list, e, true), 0);
		assert_true(node_id_equal(e->id, share_root_node_id(f->root)));
		int fd = dir_list_open_entry(list, e, true);
		struct statx st;
		assert_int_equal(node_stat(fd, &st), 0);
		assert_true(node_id_equal(node_id_of(&st), share_root_node_id(f->root)));
		(void)close(fd);
	}
	dir_list_free(list);
}

static void pushed_back_entries_come_again(void **state)
{
	struct fixture *f = *state;
	struct dir_entry *e;
	const char *names = "";
	make_file(f->share, "a", "");
	make_file(f->share, "b", "");
	make_link(f->share, "c", "a");
	struct dir_list *list = list_open(f, "");
	assert_true(nt_status_ok(dir_list_start(list, "*")));
	for (int i = 0; dir_list_next(list, true, &e) == 1; i++) {
		if (i % 2 == 0)
			dir_list_push_back(list);
		else
			names = arena_printf(&f->arena, "%s%zu", names, strlen(e->name));
	}
	assert_string_equal(names, "12111");
	assert_int_equal(dir_list_next(list, true, &e), 0);
	make_file(f->share, "new", "");
	dir_list_restart(list);
	assert_string_equal(names_left(f, list), ". .. a b c new");
	assert_true(nt_status_ok(dir_list_start(list, "N*")));
	assert_string_equal(names_left(f, list), "new");
	dir_list_free(list);
}

static void goes_on_after_it_may_not_wait(void **state)
{
	struct fixture *f = *state;
	struct dir_entry *e;
	int seen = 0, rc;
	make_file(f->share, "a", "");
	make_file(f->share, "b", "");
	make_link(f->share, "c", "a");
	struct dir_list *list = list_open(f, "");
	assert_true(nt_status_ok(dir_list_start(list, "*")));
	bool may_block = false;
	while ((rc = dir_list_next(list, may_block, &e)) != 0) {
		may_block = rc == -EAGAIN;
		assert_true(rc == 1 || rc == -EAGAIN);
		seen += rc == 1;
	}
	assert_int_equal(seen, 5);
	dir_list_free(list);
}

enum { MANY = 100000 };

// A client that fills a directory and lists it: each creation looks for the name in any case first.
static void many_files_cost_one_reading_each_way(void **state)
{
	struct fixture *f = *state;
	struct dir_index_stats stats;
	struct dir_entry *e;
	char path[64];
	int fd, count = 0;
	make_dir(f->share, "many");
	for (int i = 0; i < MANY; i++) {
		struct resolved r;
		(void)snprintf(path, sizeof(path), "many/File number %d.dat", i);
		resolve_ok(f, path, &r);
		assert_false(r.exists);
		assert_int_equal(node_create_file(f->root, &r, 0640, &fd), 0);
		(void)close(fd);
		resolved_done(&r);
		arena_reset(&f->arena);
	}
	assert_found(f, "MANY/file NUMBER 77777.DAT", "many/File number 77777.dat");
	dir_index_stats(share_root_index(f->root), &stats);
	assert_in_range(stats.passes, 1, 2); // of "many", and of the root for its other spelling
	struct dir_list *list = list_open(f, "many");
	assert_true(nt_status_ok(dir_list_start(list, "*.DAT")));
	while (dir_list_next(list, true, &e) == 1) {
		assert_int_equal(dir_list_stat(list, e, true), 0);
		count++;
	}
	assert_int_equal(count, MANY);
	dir_list_free(list);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST_IN_SHARE(lists_what_matches),
		TEST_IN_SHARE(a_name_is_looked_up),
		TEST_IN_SHARE(hides_what_cannot_be_opened),
		TEST_IN_SHARE(tells_what_entries_are),
		TEST_IN_SHARE(the_root_is_its_own_parent),
		TEST_IN_SHARE(pushed_back_entries_come_again),
		TEST_IN_SHARE(goes_on_after_it_may_not_wait),
		TEST_IN_SHARE(many_files_cost_one_reading_each_way),
	};
	return RUN_TESTS(tests);
}
