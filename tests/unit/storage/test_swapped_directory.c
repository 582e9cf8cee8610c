// SPDX-License-Identifier: Apache-2.0
// A directory of the share is exchanged, over and over, with a symbolic link that leads out of it,
// while clients work on paths through it. The outside has the same names. Whatever the moment, not a
// byte of it may be read or changed.
#include <pthread.h>
#include <stdatomic.h>

#include "share_fixture.h"
#include "storage/dir_list.h"
#include "storage/file_data.h"
#include "storage/node.h"

// At least; more until both sides of the swap were met, which a busy machine may take long for.
enum { ROUNDS = 4000, ROUNDS_MAX = 200000 };

struct swapper {
	struct fixture *f;
	atomic_bool stop;
	unsigned int swaps;
};

static void *swap(void *arg)
{
	struct swapper *s = arg;
	int dir = open(s->f->share, O_PATH | O_CLOEXEC);
	while (!atomic_load(&s->stop)) {
		if (renameat2(dir, "dir", dir, "trap", RENAME_EXCHANGE) == 0)
			s->swaps++;
	}
	(void)close(dir);
	return NULL;
}

struct counts {
	unsigned int reached;
	unsigned int refused;
};

static void setup_trap(struct fixture *f, const char *target)
{
	make_dir(f->share, "dir");
	make_file(f->share, "dir/secret", "inside the share!");
	make_file(f->share, "dir/victim", "inside");
	make_file(f->outside, "victim", "outside");
	make_link(f->share, "trap", target);
}

static void read_secret(const struct resolved *r)
{
	char text[64] = { 0 };
	int fd = node_open_data(r, NODE_READ, true);
	assert_true(fd >= 0);
	assert_true(file_read(fd, text, sizeof(text) - 1, 0, true) > 0);
	assert_string_equal(text, "inside the share!");
	(void)close(fd);
}

static void use_once(struct fixture *f, unsigned int i, struct counts *n)
{
	struct resolved r;
	char path[64];
	int fd;
	const char *secret = i % 2 == 0 ? "dir/secret" : "DIR/Secret";
	struct nt_status status = resolve(f, secret, &r);
	if (nt_status_ok(status) && r.exists)
		read_secret(&r);
	resolved_done(&r);
	n->reached += nt_status_ok(status);
	n->refused += !nt_status_ok(status);

	(void)snprintf(path, sizeof(path), "dir/new %u", i);
	if (nt_status_ok(resolve(f, path, &r))) {
		if (node_create_file(f->root, &r, 0640, &fd) == 0) {
			assert_int_equal(file_write(fd, "x", 1, 0, true), 1);
			(void)close(fd);
			int rc = node_remove(f->root, &r);
			assert_int_equal(rc, 0);
		}
		resolved_done(&r);
	}
	if (nt_status_ok(resolve(f, "dir/victim", &r))) {
		if (r.exists && node_remove(f->root, &r) == 0) {
			struct resolved again = r;
			again.exists = false;
			again.node_fd = -1;
			assert_int_equal(node_create_file(f->root, &again, 0640, &fd), 0);
			(void)close(fd);
			(void)close(again.node_fd);
		}
		resolved_done(&r);
	}
}

static void list_once(struct fixture *f)
{
	struct resolved r;
	struct dir_list *list;
	struct dir_entry *e;
	if (!nt_status_ok(resolve(f, "dir", &r)))
		return;
	if (r.exists && dir_list_open(f->root, r.node_fd, r.path, true, &list) == 0) {
		assert_true(nt_status_ok(dir_list_start(list, "*")));
		while (dir_list_next(list, true, &e) == 1)
			assert_string_not_equal(e->name, "only outside");
		dir_list_free(list);
	}
	resolved_done(&r);
}

static unsigned int count_names(const char *dir)
{
	unsigned int n = 0;
	const char *names[] = { "secret", "victim", "only outside" };
	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		n += is_there(dir, names[i]);
	return n;
}

static void run_against(struct fixture *f, const char *target)
{
	struct swapper s = { .f = f };
	struct counts n = { 0 };
	struct stat before, after;
	pthread_t thread;
	char text[64] = { 0 };
	setup_trap(f, target);
	make_file(f->outside, "only outside", "");
	assert_int_equal(stat(f->outside, &before), 0);
	assert_int_equal(pthread_create(&thread, NULL, swap, &s), 0);
	for (unsigned int i = 0; i < ROUNDS || ((n.reached == 0 || n.refused == 0) && i < ROUNDS_MAX); i++) {
		use_once(f, i, &n);
		list_once(f);
		arena_reset(&f->arena);
	}
	atomic_store(&s.stop, true);
	assert_int_equal(pthread_join(thread, NULL), 0);
	// It has happened both ways, or nothing was tested.
	assert_true(s.swaps > 0 && n.reached > 0 && n.refused > 0);
	assert_int_equal(stat(f->outside, &after), 0);
	assert_memory_equal(&before.st_mtim, &after.st_mtim, sizeof(before.st_mtim));
	assert_memory_equal(&before.st_ctim, &after.st_ctim, sizeof(before.st_ctim));
	assert_int_equal(count_names(f->outside), 3);
	int fd = open(below(f->outside, "victim"), O_RDONLY | O_CLOEXEC);
	assert_true(read(fd, text, sizeof(text) - 1) > 0);
	assert_string_equal(text, "outside");
	(void)close(fd);
}

static void relative_link(void **state)
{
	run_against(*state, "../outside");
}

static void absolute_link(void **state)
{
	struct fixture *f = *state;
	run_against(f, f->outside);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST_IN_SHARE(relative_link),
		TEST_IN_SHARE(absolute_link),
	};
	return RUN_TESTS(tests);
}
