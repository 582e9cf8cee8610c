// SPDX-License-Identifier: Apache-2.0
// Changes made by another process, heard from the kernel; those made by this one are not told twice.
#include "../../test_support.h"

#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "notify_fixture.h"

#define assert_status(actual, expected) assert_string_equal(nt_status_name(actual), "STATUS_" #expected)

struct world {
	char root[64];
	struct notify_registry *reg;
};

static bool world_init(struct world *w)
{
	(void)snprintf(w->root, sizeof(w->root), "/tmp/signet-notify-XXXXXX");
	assert_non_null(mkdtemp(w->root));
	assert_int_equal(chdir(w->root), 0);
	assert_int_equal(mkdir("a", 0700), 0);
	assert_int_equal(mkdir("b", 0700), 0);
	w->reg = notify_registry_new(true);
	assert_non_null(w->reg);
	return notify_registry_fd(w->reg) >= 0;
}

static void run(const char *command)
{
	pid_t pid = fork();
	if (pid == 0) {
		(void)execl("/bin/sh", "sh", "-c", command, (char *)NULL);
		_exit(127);
	}
	int status = -1;
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
}

static void world_done(struct world *w)
{
	char command[128];
	notify_registry_free(w->reg);
	assert_int_equal(chdir("/"), 0);
	(void)snprintf(command, sizeof(command), "rm -rf %s", w->root);
	run(command);
}

static struct notify_watch *watch_dir(struct world *w, const char *path, uint64_t share_id,
	const char *share_path, bool recursive, uint32_t filter)
{
	int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	assert_true(fd >= 0);
	struct notify_watch_config config = { .share_id = share_id,
		.path = share_path,
		.recursive = recursive,
		.filter = filter,
		.buffer_len_max = 4096,
		.dir_fd = fd };
	struct notify_watch *watch = notify_watch_add(w->reg, &config);
	assert_non_null(watch);
	assert_int_equal(close(fd), 0);
	return watch;
}

static void hear(struct world *w)
{
	struct pollfd p = { .fd = notify_registry_fd(w->reg), .events = POLLIN };
	while (poll(&p, 1, 100) == 1)
		notify_registry_dispatch(w->reg);
}

static void assert_told(struct world *w, struct notify_watch *watch, const char *expected)
{
	struct asked a;
	hear(w);
	if (expected == NULL) {
		assert_status(ask(w->reg, watch, &a), PENDING);
		assert_true(notify_request_cancel(w->reg, &a.request));
		return;
	}
	assert_status(ask_with(w->reg, watch, &a, 4096), SUCCESS);
	assert_string_equal(told(&a), expected);
}

enum { NAMES = NOTIFY_CHANGE_FILE_NAME | NOTIFY_CHANGE_DIR_NAME };

static void test_other_processes_are_heard(void **state)
{
	(void)state;
	struct world w;
	if (!world_init(&w))
		skip();
	struct notify_watch *watch = watch_dir(&w, "a", SHARE, "x/a", false, NAMES);
	struct notify_watch *sizes = watch_dir(&w, "a", SHARE, "x/a", false, NOTIFY_CHANGE_SIZE);
	struct notify_watch *attributes = watch_dir(&w, "a", SHARE, "x/a", false, NOTIFY_CHANGE_ATTRIBUTES);
	struct notify_watch *above = watch_dir(&w, ".", SHARE, "x", true, NAMES);
	run(": >a/one");
	assert_told(&w, watch, "+one");
	assert_told(&w, sizes, NULL);
	run("mkdir a/dir");
	assert_told(&w, watch, "+dir");
	run("echo hello >>a/one");
	assert_told(&w, sizes, "*one");
	run("chmod 600 a/one");
	assert_told(&w, attributes, "*one");
	run("mv a/one a/two");
	assert_told(&w, watch, "<one >two");
	run("rm a/two");
	assert_told(&w, watch, "-two");
	run("rmdir a/dir; chmod 755 a");
	assert_told(&w, watch, "-dir");
	assert_told(&w, above, "+a\\one +a\\dir <a\\one >a\\two -a\\two -a\\dir");
	assert_told(&w, attributes, NULL);
	notify_watch_remove(w.reg, watch, STATUS(NOTIFY_CLEANUP));
	notify_watch_remove(w.reg, sizes, STATUS(NOTIFY_CLEANUP));
	notify_watch_remove(w.reg, attributes, STATUS(NOTIFY_CLEANUP));
	notify_watch_remove(w.reg, above, STATUS(NOTIFY_CLEANUP));
	world_done(&w);
}

static void test_own_changes_are_not_heard(void **state)
{
	(void)state;
	struct world w;
	if (!world_init(&w))
		skip();
	struct notify_watch *watch = watch_dir(&w, "a", SHARE, "a", false, NOTIFY_CHANGE_ALL);
	int fd = open("a/mine", O_CREAT | O_WRONLY, 0600);
	assert_true(fd >= 0 && write(fd, "x", 1) == 1 && close(fd) == 0);
	assert_int_equal(rename("a/mine", "a/still-mine"), 0);
	assert_int_equal(chmod("a/still-mine", 0644), 0);
	run(": >a/theirs");
	assert_int_equal(unlink("a/still-mine"), 0);
	struct asked a;
	hear(&w);
	assert_status(ask(w.reg, watch, &a), SUCCESS);
	const char *text = told(&a);
	assert_true(strncmp(text, "+theirs", 7) == 0 && strstr(text, "mine") == NULL);
	notify_watch_remove(w.reg, watch, STATUS(NOTIFY_CLEANUP));
	world_done(&w);
}

// One directory under two shares, renames between watched directories and out of them.
static void test_renames_between_directories(void **state)
{
	(void)state;
	struct world w;
	if (!world_init(&w))
		skip();
	struct notify_watch *a = watch_dir(&w, "a", SHARE, "a", false, NAMES);
	struct notify_watch *b = watch_dir(&w, "b", SHARE, "b", false, NAMES);
	struct notify_watch *other = watch_dir(&w, "a", SHARE + 1, "", false, NAMES);
	run("mkdir a/sub");
	struct notify_watch *sub = watch_dir(&w, "a/sub", SHARE, "a/sub", false, NAMES);
	run("mv a/sub b/moved; : >b/moved/file");
	assert_told(&w, a, "+sub -sub");
	assert_told(&w, b, "+moved");
	assert_told(&w, other, "+sub -sub");
	assert_told(&w, sub, "+file");
	run("mv b/moved out; mv out a/in");
	assert_told(&w, b, "-moved");
	assert_told(&w, a, "+in");
	assert_told(&w, other, "+in");
	notify_watch_remove(w.reg, a, STATUS(NOTIFY_CLEANUP));
	run("rmdir a/in 2>/dev/null || rm -r a/in");
	assert_told(&w, other, "-in"); // the mark lives as long as one of its watches
	notify_watch_remove(w.reg, other, STATUS(NOTIFY_CLEANUP));
	notify_watch_remove(w.reg, b, STATUS(NOTIFY_CLEANUP));
	notify_watch_remove(w.reg, sub, STATUS(NOTIFY_CLEANUP));
	run(": >a/unseen");
	hear(&w);
	world_done(&w);
}

static void test_pending_request_is_completed(void **state)
{
	(void)state;
	struct world w;
	if (!world_init(&w))
		skip();
	struct notify_watch *watch = watch_dir(&w, "a", SHARE, "a", false, NAMES);
	struct asked a;
	assert_status(ask(w.reg, watch, &a), PENDING);
	run(": >a/one");
	hear(&w);
	assert_int_equal(a.completions, 1);
	assert_string_equal(told(&a), "+one");
	notify_watch_remove(w.reg, watch, STATUS(NOTIFY_CLEANUP));
	world_done(&w);
}

// More than the kernel keeps: the client is told to look, and nothing is made up.
static void test_lost_events_tell_to_list_the_directory(void **state)
{
	(void)state;
	struct world w;
	if (!world_init(&w))
		skip();
	struct notify_watch *watch = watch_dir(&w, "a", SHARE, "a", false, NAMES);
	run("cd a && seq 1 20000 | xargs touch");
	struct asked a;
	hear(&w);
	assert_status(ask(w.reg, watch, &a), NOTIFY_ENUM_DIR);
	notify_watch_remove(w.reg, watch, STATUS(NOTIFY_CLEANUP));
	world_done(&w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_other_processes_are_heard),
		cmocka_unit_test(test_own_changes_are_not_heard),
		cmocka_unit_test(test_renames_between_directories),
		cmocka_unit_test(test_pending_request_is_completed),
		cmocka_unit_test(test_lost_events_tell_to_list_the_directory),
	};
	return RUN_TESTS(tests);
}
