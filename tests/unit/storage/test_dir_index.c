// SPDX-License-Identifier: Apache-2.0
#include <pthread.h>
#include <sys/resource.h>

#include "share_fixture.h"
#include "storage/dir_index.h"
#include "storage/dir_names.h"

static int find(struct fixture *f, int dir_fd, const char *name, char found[NAME_MAX + 1])
{
	return dir_index_find(share_root_index(f->root), dir_fd, name, true, found);
}

static struct dir_index_stats stats(struct fixture *f)
{
	struct dir_index_stats s;
	dir_index_stats(share_root_index(f->root), &s);
	return s;
}

static void assert_spelled(struct fixture *f, int dir_fd, const char *name, const char *spelling)
{
	char found[NAME_MAX + 1];
	assert_int_equal(find(f, dir_fd, name, found), 0);
	assert_string_equal(found, spelling);
}

static void assert_none(struct fixture *f, int dir_fd, const char *name)
{
	char found[NAME_MAX + 1];
	assert_int_equal(find(f, dir_fd, name, found), -ENOENT);
}

static void sees_changes_by_others_without_reading_again(void **state)
{
	struct fixture *f = *state;
	int dir = share_root_fd(f->root);
	make_file(f->share, "First", "");
	assert_spelled(f, dir, "FIRST", "First");
	assert_none(f, dir, "second");
	make_file(f->share, "Second", "");
	assert_spelled(f, dir, "second", "Second");
	assert_int_equal(unlink(below(f->share, "First")), 0);
	assert_none(f, dir, "first");
	assert_int_equal(rename(below(f->share, "Second"), below(f->share, "SECOND")), 0);
	assert_spelled(f, dir, "second", "SECOND");
	assert_int_equal(rename(below(f->share, "SECOND"), below(f->outside, "gone")), 0);
	assert_none(f, dir, "second");
	assert_int_equal(rename(below(f->outside, "gone"), below(f->share, "Back")), 0);
	assert_spelled(f, dir, "back", "Back");
	assert_int_equal(link(below(f->share, "Back"), below(f->share, "Linked")), 0);
	assert_spelled(f, dir, "linked", "Linked");
	make_dir(f->share, "Dir");
	assert_spelled(f, dir, "dir", "Dir");
	make_link(f->share, "Sym", "x");
	assert_spelled(f, dir, "sym", "Sym");
	assert_int_equal(stats(f).passes, 1);
}

static void creating_reads_the_directory_once(void **state)
{
	struct fixture *f = *state;
	int dir = share_root_fd(f->root);
	char name[32];
	for (int i = 0; i < 3000; i++) {
		(void)snprintf(name, sizeof(name), "New %d", i);
		assert_none(f, dir, name);
		int fd = openat(dir, name, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0600);
		assert_true(fd >= 0);
		(void)close(fd);
	}
	assert_spelled(f, dir, "NEW 2999", "New 2999");
	assert_int_equal(stats(f).passes, 1);
}

// The kernel's queue holds some 16,000 events; with more of them lost everything is read anew.
static void survives_lost_events(void **state)
{
	struct fixture *f = *state;
	int dir = share_root_fd(f->root);
	char from[32], to[32];
	make_file(f->share, "file 0", "");
	assert_none(f, dir, "FILE 1");
	int rounds = 40000;
	for (int i = 0; i < rounds; i++) {
		(void)snprintf(from, sizeof(from), "file %d", i);
		(void)snprintf(to, sizeof(to), "file %d", i + 1);
		assert_int_equal(renameat(dir, from, dir, to), 0);
	}
	assert_spelled(f, dir, "FILE 40000", "file 40000");
	assert_none(f, dir, "FILE 39999");
	assert_int_equal(stats(f).overflows, 1);
	assert_int_equal(stats(f).passes, 2);
}

static void does_not_wait_when_it_may_not(void **state)
{
	struct fixture *f = *state;
	struct dir_index *index = share_root_index(f->root);
	char found[NAME_MAX + 1];
	int dir = share_root_fd(f->root);
	make_file(f->share, "File", "");
	assert_int_equal(dir_index_find(index, dir, "file", false, found), -EAGAIN);
	assert_int_equal(stats(f).passes, 0);
	assert_spelled(f, dir, "file", "File");
	assert_int_equal(dir_index_find(index, dir, "file", false, found), 0);
	assert_int_equal(dir_index_find(index, dir, "none", false, found), -ENOENT);
}

static void counts_names_that_windows_cannot_have(void **state)
{
	struct fixture *f = *state;
	int dir = share_root_fd(f->root);
	make_file(f->share, "with:colon", "");
	make_file(f->share, "not utf-8 \xFF", "");
	make_file(f->share, "question?", "");
	make_file(f->share, "fine", "");
	assert_none(f, dir, "WITH:COLON");
	assert_spelled(f, dir, "FINE", "fine");
	assert_int_equal(stats(f).hidden_names, 3);
}

static void forgets_directories_that_are_gone(void **state)
{
	struct fixture *f = *state;
	for (int i = 0; i < 50; i++) {
		make_dir(f->share, "dir");
		make_file(f->share, "dir/File", "");
		int dir = open(below(f->share, "dir"), O_PATH | O_CLOEXEC);
		assert_spelled(f, dir, "file", "File");
		(void)close(dir);
		assert_int_equal(unlink(below(f->share, "dir/File")), 0);
		assert_int_equal(rmdir(below(f->share, "dir")), 0);
		// The next one has the same inode number, likely enough.
		make_dir(f->share, "dir");
		dir = open(below(f->share, "dir"), O_PATH | O_CLOEXEC);
		assert_none(f, dir, "file");
		(void)close(dir);
		assert_int_equal(rmdir(below(f->share, "dir")), 0);
	}
	assert_none(f, share_root_fd(f->root), "x");
	assert_int_equal(stats(f).dirs, 1);
}

static void is_bounded_in_directories(void **state)
{
	struct fixture *f = *state;
	char name[32];
	for (int i = 0; i < DIR_INDEX_DIRS_MAX + 20; i++) {
		(void)snprintf(name, sizeof(name), "%d", i);
		make_dir(f->share, name);
		int dir = open(below(f->share, name), O_PATH | O_CLOEXEC);
		assert_none(f, dir, "x");
		(void)close(dir);
	}
	assert_int_equal(stats(f).dirs, DIR_INDEX_DIRS_MAX);
	assert_int_equal(stats(f).evictions, 20);
	int first = open(below(f->share, "0"), O_PATH | O_CLOEXEC);
	make_file(f->share, "0/File", "");
	assert_spelled(f, first, "file", "File");
	(void)close(first);
}

static void *build(void *arg)
{
	struct fixture *f = arg;
	assert_none(f, share_root_fd(f->root), "no such name");
	return NULL;
}

static bool is_odd_round(unsigned int i, unsigned int round)
{
	return (i + round) % 2 == 1;
}

// Half of the names are made and the other half removed while another thread reads the directory for
// the first time; afterwards the index has to agree with what is there.
static void changes_during_a_build_are_not_lost(void **state)
{
	struct fixture *f = *state;
	char name[32], upper[32];
	for (int i = 0; i < 5000; i++) {
		(void)snprintf(name, sizeof(name), "filler %d", i);
		make_file(f->share, name, "");
	}
	for (unsigned int round = 0; round < 40; round++) {
		pthread_t builder;
		share_root_unref(f->root);
		assert_int_equal(share_root_open(f->share, 7, &f->root), 0);
		assert_int_equal(pthread_create(&builder, NULL, build, f), 0);
		for (unsigned int i = 0; i < 100; i++) {
			(void)snprintf(name, sizeof(name), "n%u", i);
			if (is_odd_round(i, round))
				make_file(f->share, name, "");
			else if (round != 0)
				assert_int_equal(unlink(below(f->share, name)), 0);
		}
		assert_int_equal(pthread_join(builder, NULL), 0);
		assert_int_equal(stats(f).passes, 1);
		for (unsigned int i = 0; i < 100; i++) {
			(void)snprintf(name, sizeof(name), "n%u", i);
			(void)snprintf(upper, sizeof(upper), "N%u", i);
			if (is_odd_round(i, round))
				assert_spelled(f, share_root_fd(f->root), upper, name);
			else
				assert_none(f, share_root_fd(f->root), upper);
		}
	}
}

// Where the system gives no watches nothing is kept, and answers are right nevertheless.
static void reads_each_time_without_watches(void **state)
{
	struct fixture *f = *state;
	struct dir_index *index;
	struct dir_index_stats s;
	struct rlimit old, none;
	char found[NAME_MAX + 1];
	int dir = share_root_fd(f->root);
	assert_int_equal(getrlimit(RLIMIT_NOFILE, &old), 0);
	none = (struct rlimit){ .rlim_cur = 3, .rlim_max = old.rlim_max };
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &none), 0);
	assert_int_equal(dir_index_new(&index), 0);
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &old), 0);
	make_file(f->share, "Name", "");
	make_file(f->share, "nAME", "");
	assert_int_equal(dir_index_find(index, dir, "name", false, found), -EAGAIN);
	assert_int_equal(dir_index_find(index, dir, "name", true, found), 0);
	assert_string_equal(found, "Name");
	assert_int_equal(dir_index_find(index, dir, "nAME", true, found), 0);
	assert_string_equal(found, "nAME");
	assert_int_equal(unlink(below(f->share, "Name")), 0);
	assert_int_equal(dir_index_find(index, dir, "NAME", true, found), 0);
	assert_string_equal(found, "nAME");
	assert_int_equal(dir_index_find(index, dir, "other", true, found), -ENOENT);
	dir_index_stats(index, &s);
	assert_int_equal(s.passes, 4);
	assert_int_equal(s.dirs, 0);
	dir_index_free(index);
}

// On a file system that others change without this kernel's knowledge, a directory's times count too.
static void times_tell_of_changes_elsewhere(void **state)
{
	struct fixture *f = *state;
	struct statx st;
	uint64_t hidden = 0;
	int dir = share_root_fd(f->root);
	assert_int_equal(node_stat(dir, &st), 0);
	struct dir_names *d = dir_names_new(&st, 0);
	assert_int_equal(dir_names_read(d, dir, &hidden), 0);
	assert_int_equal(dir_names_catch_up(d), 0);
	st.stx_mtime.tv_nsec ^= 1;
	d->remote = false;
	assert_false(dir_names_stale(d, &st));
	d->remote = true;
	assert_true(dir_names_stale(d, &st));
	assert_false(dir_names_stale(d, &st)); // the same again
	st.stx_ctime.tv_nsec ^= 1;
	assert_true(dir_names_stale(d, &st));
	st.stx_mtime.tv_nsec ^= 1;
	assert_int_equal(dir_names_change(d, DIR_CHANGE_ADDED, "seen here"), 0);
	assert_false(dir_names_stale(d, &st)); // this kernel made the change
	d->built_ms -= DIR_INDEX_REMOTE_AGE_MS + 1;
	assert_true(dir_names_stale(d, &st));
	dir_names_free(d);
}

struct hammer {
	struct fixture *f;
	unsigned int number;
	unsigned int errors;
};

static void *create_and_look_up(void *arg)
{
	struct hammer *h = arg;
	int dir = share_root_fd(h->f->root);
	for (unsigned int i = 0; i < 2000; i++) {
		char name[32], lower[32], found[NAME_MAX + 1];
		(void)snprintf(name, sizeof(name), "T%u-%u", h->number, i % 64);
		(void)snprintf(lower, sizeof(lower), "t%u-%u", h->number, i % 64);
		int fd = openat(dir, name, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0600);
		h->errors += fd < 0 || find(h->f, dir, lower, found) != 0 || strcmp(found, name) != 0;
		(void)close(fd);
		h->errors += unlinkat(dir, name, 0) < 0 || find(h->f, dir, lower, found) != -ENOENT;
	}
	return NULL;
}

static void each_thread_sees_its_own_changes(void **state)
{
	struct fixture *f = *state;
	struct hammer hammers[4];
	pthread_t threads[4];
	for (unsigned int i = 0; i < ARRAY_LEN(threads); i++) {
		hammers[i] = (struct hammer){ .f = f, .number = i };
		assert_int_equal(pthread_create(&threads[i], NULL, create_and_look_up, &hammers[i]), 0);
	}
	for (unsigned int i = 0; i < ARRAY_LEN(threads); i++) {
		assert_int_equal(pthread_join(threads[i], NULL), 0);
		assert_int_equal(hammers[i].errors, 0);
	}
	assert_int_equal(stats(f).passes, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST_IN_SHARE(sees_changes_by_others_without_reading_again),
		TEST_IN_SHARE(creating_reads_the_directory_once),
		TEST_IN_SHARE(survives_lost_events),
		TEST_IN_SHARE(does_not_wait_when_it_may_not),
		TEST_IN_SHARE(counts_names_that_windows_cannot_have),
		TEST_IN_SHARE(forgets_directories_that_are_gone),
		TEST_IN_SHARE(is_bounded_in_directories),
		TEST_IN_SHARE(changes_during_a_build_are_not_lost),
		TEST_IN_SHARE(reads_each_time_without_watches),
		TEST_IN_SHARE(times_tell_of_changes_elsewhere),
		TEST_IN_SHARE(each_thread_sees_its_own_changes),
	};
	return RUN_TESTS(tests);
}
