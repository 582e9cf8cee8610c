// SPDX-License-Identifier: Apache-2.0
#include <pthread.h>

#include "share_fixture.h"

static int open_path(struct fixture *f, const char *path)
{
	return share_root_openat(share_root_fd(f->root), path, O_PATH, 0, true);
}

static void refuses_what_leads_out(void **state)
{
	struct fixture *f = *state;
	make_dir(f->share, "dir");
	make_link(f->share, "up", "../outside/secret");
	make_link(f->share, "absolute", below(f->outside, "secret"));
	make_link(f->share, "etc", "/etc/passwd");
	make_link(f->share, "dir/climb", "../../outside");
	make_link(f->share, "self", "/proc/self/root");
	const char *out[] = { "..", "../outside", "dir/../../outside/secret", "/etc/passwd", "up", "absolute",
		"etc", "dir/climb/secret", "self/etc/passwd" };
	for (size_t i = 0; i < ARRAY_LEN(out); i++)
		assert_int_equal(open_path(f, out[i]), -EXDEV);
}

static void follows_what_stays_inside(void **state)
{
	struct fixture *f = *state;
	make_dir(f->share, "dir");
	make_file(f->share, "file", "x");
	make_link(f->share, "dir/back", "../file");
	int fd = open_path(f, "dir/back");
	assert_true(fd >= 0);
	(void)close(fd);
}

static void does_not_wait_to_create(void **state)
{
	struct fixture *f = *state;
	int root = share_root_fd(f->root);
	assert_int_equal(share_root_openat(root, "new", O_RDWR | O_CREAT, 0600, false), -EAGAIN);
	assert_false(is_there(f->share, "new"));
	int fd = share_root_openat(root, "new", O_RDWR | O_CREAT, 0600, true);
	assert_true(fd >= 0);
	assert_true((fcntl(fd, F_GETFD) & FD_CLOEXEC) != 0);
	(void)close(fd);
	// What was just used is in the cache.
	fd = share_root_openat(root, "new", O_PATH, 0, false);
	assert_true(fd >= 0);
	(void)close(fd);
}

static void says_what_it_is(void **state)
{
	struct fixture *f = *state;
	struct stat st;
	struct share_root *root;
	assert_int_equal(stat(f->share, &st), 0);
	assert_true(share_root_node_id(f->root).ino == st.st_ino);
	assert_true(share_root_node_id(f->root).dev == st.st_dev);
	assert_int_equal(share_root_share_id(f->root), 7);
	assert_int_equal(share_root_open(below(f->share, "none"), 1, &root), -ENOENT);
	make_file(f->share, "file", "");
	assert_int_equal(share_root_open(below(f->share, "file"), 1, &root), -ENOTDIR);
}

static void tells_where_a_file_is_now(void **state)
{
	struct fixture *f = *state;
	char path[PATH_MAX], small[4];
	make_dir(f->share, "dir");
	make_file(f->share, "dir/file (deleted)", "x");
	int fd = open_path(f, "dir/file (deleted)");
	assert_int_equal(share_root_path_of(f->root, fd, path, sizeof(path)), 0);
	assert_string_equal(path, "dir/file (deleted)");
	assert_int_equal(share_root_path_of(f->root, fd, small, sizeof(small)), -ENAMETOOLONG);
	assert_int_equal(rename(below(f->share, "dir"), below(f->share, "moved")), 0);
	assert_int_equal(share_root_path_of(f->root, fd, path, sizeof(path)), 0);
	assert_string_equal(path, "moved/file (deleted)");
	assert_int_equal(unlink(below(f->share, "moved/file (deleted)")), 0);
	assert_int_equal(share_root_path_of(f->root, fd, path, sizeof(path)), -ENOENT);
	(void)close(fd);
	assert_int_equal(share_root_path_of(f->root, share_root_fd(f->root), path, sizeof(path)), 0);
	assert_string_equal(path, "");
	fd = open(f->outside, O_PATH | O_CLOEXEC);
	assert_int_equal(share_root_path_of(f->root, fd, path, sizeof(path)), -ENOENT);
	(void)close(fd);
}

struct locker {
	struct share_root *root;
	bool backwards;
	unsigned int *shared;
};

static void *lock_pairs(void *arg)
{
	struct locker *l = arg;
	for (uint64_t i = 0; i < 20000; i++) {
		struct node_id a = { .dev = 1, .ino = i % 5 }, b = { .dev = 1, .ino = (i + 1) % 5 };
		struct node_id always = { .dev = 2, .ino = 1 };
		struct name_lock pair, one;
		name_lock_take(&pair, l->root, l->backwards ? b : a, l->backwards ? a : b);
		name_lock_release(&pair);
		name_lock_take(&one, l->root, always, always);
		(*l->shared)++;
		name_lock_release(&one);
	}
	return NULL;
}

static void name_locks_exclude_and_do_not_wait_for_each_other(void **state)
{
	struct fixture *f = *state;
	pthread_t threads[4];
	unsigned int shared = 0;
	struct locker forth = { f->root, false, &shared }, back = { f->root, true, &shared };
	for (size_t i = 0; i < ARRAY_LEN(threads); i++)
		assert_int_equal(
			pthread_create(&threads[i], NULL, lock_pairs, i % 2 == 0 ? &forth : &back), 0);
	for (size_t i = 0; i < ARRAY_LEN(threads); i++)
		assert_int_equal(pthread_join(threads[i], NULL), 0);
	assert_int_equal(shared, 4 * 20000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST_IN_SHARE(refuses_what_leads_out),
		TEST_IN_SHARE(follows_what_stays_inside),
		TEST_IN_SHARE(does_not_wait_to_create),
		TEST_IN_SHARE(says_what_it_is),
		TEST_IN_SHARE(tells_where_a_file_is_now),
		TEST_IN_SHARE(name_locks_exclude_and_do_not_wait_for_each_other),
	};
	return RUN_TESTS(tests);
}
