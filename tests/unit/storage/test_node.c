// SPDX-License-Identifier: Apache-2.0
#include <pthread.h>
#include <stdatomic.h>
#include <sys/wait.h>

#include "share_fixture.h"
#include "storage/node.h"

static int create(struct fixture *f, const char *path)
{
	struct resolved r;
	int fd;
	resolve_ok(f, path, &r);
	int rc = node_create_file(f->root, &r, 0640, &fd);
	if (rc == 0) {
		assert_true(r.exists && r.node_fd >= 0);
		assert_true(S_ISREG(r.stat.stx_mode));
		assert_int_equal(write(fd, path, strlen(path)), strlen(path));
		(void)close(fd);
	}
	resolved_done(&r);
	return rc;
}

static int rename_path(struct fixture *f, const char *from, const char *to, bool replace)
{
	struct resolved r, t;
	resolve_ok(f, from, &r);
	resolve_ok(f, to, &t);
	int rc = node_rename(f->root, &r, &t, replace);
	resolved_done(&r);
	resolved_done(&t);
	return rc;
}

static int link_path(struct fixture *f, const char *from, const char *to, bool replace)
{
	struct resolved r, t;
	resolve_ok(f, from, &r);
	resolve_ok(f, to, &t);
	int rc = node_link(f->root, &r, &t, replace);
	resolved_done(&r);
	resolved_done(&t);
	return rc;
}

static int remove_path(struct fixture *f, const char *path)
{
	struct resolved r;
	resolve_ok(f, path, &r);
	int rc = node_remove(f->root, &r);
	resolved_done(&r);
	return rc;
}

static void assert_content(const char *dir, const char *name, const char *content)
{
	char text[100] = { 0 };
	int fd = open(below(dir, name), O_RDONLY | O_CLOEXEC);
	assert_true(fd >= 0);
	assert_true(read(fd, text, sizeof(text) - 1) >= 0);
	(void)close(fd);
	assert_string_equal(text, content);
}

static void creates_files_and_directories(void **state)
{
	struct fixture *f = *state;
	struct resolved r;
	struct stat st;
	assert_int_equal(create(f, "File"), 0);
	assert_int_equal(stat(below(f->share, "File"), &st), 0);
	assert_int_equal(st.st_mode & ~(mode_t)0640, S_IFREG);
	resolve_ok(f, "Dir", &r);
	assert_int_equal(node_create_dir(f->root, &r, 0750), 0);
	assert_true(r.exists && S_ISDIR(r.stat.stx_mode));
	resolved_done(&r);
	assert_found(f, "DIR", "Dir");
	assert_int_equal(create(f, "dir/x"), 0);
	assert_true(is_there(f->share, "Dir/x"));
}

// Two clients resolved the same missing name, in two spellings, before either created it.
static void creates_one_of_two_spellings(void **state)
{
	struct fixture *f = *state;
	struct resolved a, b, c, d;
	int fd;
	resolve_ok(f, "Name", &a);
	resolve_ok(f, "nAME", &b);
	resolve_ok(f, "name", &c);
	resolve_ok(f, "NAME", &d);
	assert_int_equal(node_create_file(f->root, &a, 0640, &fd), 0);
	(void)close(fd);
	assert_int_equal(node_create_file(f->root, &b, 0640, &fd), -EEXIST);
	assert_int_equal(node_create_dir(f->root, &c, 0750), -EEXIST);
	assert_false(b.exists);
	assert_int_equal(unlink(below(f->share, "Name")), 0);
	make_link(f->share, "NAME", below(f->outside, "new"));
	assert_int_equal(node_create_file(f->root, &d, 0640, &fd), -EEXIST);
	assert_false(is_there(f->outside, "new"));
	resolved_done(&a);
	resolved_done(&b);
	resolved_done(&c);
	resolved_done(&d);
}

struct creator {
	struct fixture *f;
	const char *path;
	int rc;
};

static void *create_once(void *arg)
{
	struct creator *c = arg;
	struct arena arena;
	struct resolved r = RESOLVED_EMPTY;
	struct nt_status status;
	int fd;
	arena_init(&arena, NULL, 0);
	c->rc = resolve_path(c->f->root, c->path, true, &arena, &r, &status);
	if (c->rc == 0)
		c->rc = r.exists ? -EEXIST : node_create_file(c->f->root, &r, 0640, &fd);
	if (c->rc == 0)
		(void)close(fd);
	resolved_done(&r);
	arena_reset(&arena);
	return NULL;
}

static void concurrent_spellings_make_one_file(void **state)
{
	struct fixture *f = *state;
	for (int round = 0; round < 200; round++) {
		struct creator c[3] = { { f, "same", 0 }, { f, "SAME", 0 }, { f, "Same", 0 } };
		pthread_t threads[3];
		int made = 0;
		for (size_t i = 0; i < 3; i++)
			assert_int_equal(pthread_create(&threads[i], NULL, create_once, &c[i]), 0);
		for (size_t i = 0; i < 3; i++) {
			assert_int_equal(pthread_join(threads[i], NULL), 0);
			assert_true(c[i].rc == 0 || c[i].rc == -EEXIST);
			made += c[i].rc == 0;
		}
		assert_int_equal(made, 1);
		assert_int_equal(remove_path(f, "sAME"), 0);
	}
}

static void opens_the_very_file(void **state)
{
	struct fixture *f = *state;
	struct resolved r;
	char c;
	make_file(f->share, "file", "A");
	make_file(f->share, "other", "B");
	resolve_ok(f, "file", &r);
	for (int step = 0; step < 4; step++) {
		if (step == 1)
			assert_int_equal(rename(below(f->share, "file"), below(f->share, "moved")), 0);
		if (step == 2)
			assert_int_equal(rename(below(f->share, "other"), below(f->share, "file")), 0);
		if (step == 3)
			assert_int_equal(unlink(below(f->share, "moved")), 0);
		int fd = node_open_data(&r, NODE_READ | NODE_WRITE, true);
		assert_true(fd >= 0);
		assert_int_equal(fcntl(fd, F_GETFL) & O_ACCMODE, O_RDWR);
		assert_int_equal(read(fd, &c, 1), 1);
		assert_int_equal(c, 'A');
		(void)close(fd);
		int quick = node_open_data(&r, NODE_READ, false);
		assert_true(step == 0 ? quick >= 0 : quick == -EAGAIN);
		if (quick >= 0)
			(void)close(quick);
	}
	resolved_done(&r);
}

static void opens_through_links_and_directories(void **state)
{
	struct fixture *f = *state;
	struct resolved r;
	make_dir(f->share, "d");
	make_file(f->share, "file", "A");
	make_link(f->share, "d/link", "../file");
	resolve_ok(f, "d/link", &r);
	int fd = node_open_data(&r, NODE_READ, true);
	assert_true(fd >= 0);
	(void)close(fd);
	resolved_done(&r);
	const char *dirs[] = { "", "d" };
	for (size_t i = 0; i < ARRAY_LEN(dirs); i++) {
		resolve_ok(f, dirs[i], &r);
		fd = node_open_data(&r, NODE_READ, true);
		assert_true(fd >= 0);
		(void)close(fd);
		assert_int_equal(node_open_data(&r, NODE_READ | NODE_WRITE, true), -EISDIR);
		resolved_done(&r);
	}
}

static void removes_only_what_was_meant(void **state)
{
	struct fixture *f = *state;
	struct resolved r;
	make_file(f->share, "file", "A");
	make_file(f->share, "other", "B");
	resolve_ok(f, "file", &r);
	assert_int_equal(rename(below(f->share, "other"), below(f->share, "file")), 0);
	assert_int_equal(node_remove(f->root, &r), -ENOENT);
	assert_content(f->share, "file", "B");
	resolved_done(&r);
	assert_int_equal(remove_path(f, "FILE"), 0);
	assert_false(is_there(f->share, "file"));
	make_dir(f->share, "dir");
	make_file(f->share, "dir/x", "");
	assert_int_equal(remove_path(f, "dir"), -ENOTEMPTY);
	assert_int_equal(remove_path(f, "dir/x"), 0);
	assert_int_equal(remove_path(f, "dir"), 0);
	assert_int_equal(remove_path(f, ""), -EBUSY);
	make_file(f->share, "target", "T");
	make_link(f->share, "link", "target");
	assert_int_equal(remove_path(f, "link"), 0); // the link, not what it leads to
	assert_content(f->share, "target", "T");
}

static void renames(void **state)
{
	struct fixture *f = *state;
	make_dir(f->share, "d");
	make_dir(f->share, "e");
	make_file(f->share, "a", "A");
	make_file(f->share, "b", "B");
	assert_int_equal(rename_path(f, "a", "b", false), -EEXIST);
	assert_int_equal(rename_path(f, "a", "B", false), -EEXIST);
	assert_content(f->share, "b", "B");
	assert_int_equal(rename_path(f, "a", "d/Ä", false), 0);
	assert_found(f, "D/ä", "d/Ä");
	assert_int_equal(rename_path(f, "d/ä", "D/ä", false), 0); // only its case
	assert_found(f, "d/Ä", "d/ä");
	assert_int_equal(rename_path(f, "d/ä", "d/ä", false), 0);
	assert_int_equal(rename_path(f, "d/ä", "B", true), 0);
	assert_content(f->share, "B", "A");
	assert_false(is_there(f->share, "b"));
	assert_int_equal(rename_path(f, "B", "e", true), -EPERM);
	assert_int_equal(rename_path(f, "d", "B", true), -EPERM);
	assert_int_equal(rename_path(f, "d", "e", true), -EPERM);
	assert_int_equal(rename_path(f, "d", "d/inside", false), -EINVAL);
	assert_int_equal(rename_path(f, "", "x", false), -EBUSY);
	assert_int_equal(rename_path(f, "d", "E/D", false), 0);
	assert_found(f, "e/d", "e/D");
}

static void renames_only_what_was_meant(void **state)
{
	struct fixture *f = *state;
	struct resolved r, t;
	make_file(f->share, "a", "A");
	make_file(f->share, "b", "B");
	resolve_ok(f, "a", &r);
	resolve_ok(f, "c", &t);
	assert_int_equal(rename(below(f->share, "b"), below(f->share, "a")), 0);
	assert_int_equal(node_rename(f->root, &r, &t, false), -ENOENT);
	assert_content(f->share, "a", "B");
	resolved_done(&r);
	resolved_done(&t);
}

static void links(void **state)
{
	struct fixture *f = *state;
	make_dir(f->share, "d");
	make_file(f->share, "a", "A");
	make_file(f->share, "b", "B");
	assert_int_equal(link_path(f, "a", "d/Link", false), 0);
	assert_content(f->share, "d/Link", "A");
	assert_int_equal(link_path(f, "a", "D/LINK", false), -EEXIST);
	assert_int_equal(link_path(f, "a", "B", false), -EEXIST);
	assert_int_equal(link_path(f, "a", "B", true), 0);
	assert_content(f->share, "B", "A");
	assert_false(is_there(f->share, "b"));
	assert_int_equal(link_path(f, "d", "x", false), -EISDIR);
	assert_int_equal(link_path(f, "a", "d", true), -EPERM);
	// Onto another name of the same file: rename(2) alone would leave both.
	assert_int_equal(rename_path(f, "a", "B", true), 0);
	assert_false(is_there(f->share, "a"));
	assert_content(f->share, "B", "A");
}

static void says_whether_a_directory_is_empty(void **state)
{
	struct fixture *f = *state;
	struct resolved r;
	make_dir(f->share, "d");
	resolve_ok(f, "d", &r);
	assert_int_equal(node_dir_is_empty(r.node_fd), 1);
	make_file(f->share, "d/hid:den", "");
	assert_int_equal(node_dir_is_empty(r.node_fd), 0);
	resolved_done(&r);
	make_file(f->share, "file", "");
	resolve_ok(f, "file", &r);
	assert_int_equal(node_dir_is_empty(r.node_fd), -ENOTDIR);
	resolved_done(&r);
}

// In a child without the super-user's rights, in a share that only lets it read.
static int change_as_nobody(struct fixture *f, struct resolved *file, struct resolved *none)
{
	int fd;
	if (setgid(65534) < 0 || setuid(65534) < 0)
		return 2;
	if (node_create_file(f->root, none, 0640, &fd) != -EACCES ||
		node_create_dir(f->root, none, 0750) != -EACCES)
		return 3;
	if (node_remove(f->root, file) != -EACCES || node_rename(f->root, file, none, false) != -EACCES)
		return 4;
	if (node_open_data(file, NODE_READ | NODE_WRITE, true) != -EACCES)
		return 5;
	return node_open_data(file, NODE_READ, true) < 0 ? 6 : 0;
}

static void without_permission_nothing_changes(void **state)
{
	struct fixture *f = *state;
	struct resolved file, none;
	int result = 0;
	if (geteuid() != 0) {
		print_message("# only the super-user can become somebody else: not tested\n");
		skip();
	}
	make_file(f->share, "file", "A");
	resolve_ok(f, "file", &file);
	resolve_ok(f, "none", &none);
	pid_t child = fork();
	if (child == 0)
		_exit(change_as_nobody(f, &file, &none));
	assert_int_equal(waitpid(child, &result, 0), child);
	assert_int_equal(WEXITSTATUS(result), 0);
	assert_content(f->share, "file", "A");
	resolved_done(&file);
	resolved_done(&none);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST_IN_SHARE(creates_files_and_directories),
		TEST_IN_SHARE(creates_one_of_two_spellings),
		TEST_IN_SHARE(concurrent_spellings_make_one_file),
		TEST_IN_SHARE(opens_the_very_file),
		TEST_IN_SHARE(opens_through_links_and_directories),
		TEST_IN_SHARE(removes_only_what_was_meant),
		TEST_IN_SHARE(renames),
		TEST_IN_SHARE(renames_only_what_was_meant),
		TEST_IN_SHARE(links),
		TEST_IN_SHARE(says_whether_a_directory_is_empty),
		TEST_IN_SHARE(without_permission_nothing_changes),
	};
	return RUN_TESTS(tests);
}
