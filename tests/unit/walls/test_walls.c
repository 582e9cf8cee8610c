// SPDX-License-Identifier: Apache-2.0
// Files, capabilities, memory, TCP and signals, tried from inside against the kernel itself. Where the
// kernel lacks a wall, its tests are skipped.
#include "../test_support.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include "walls/build.h"
#include "walls/capabilities.h"
#include "walls/landlock.h"
#include "walls/process_memory.h"
#include "walls_child.h"

// A share to change, one to read, a folder for events, and what none of them holds.
struct place {
	char base[64];
	char share[96], readable[96], events[96], outside[96];
	struct walls_plan plan;
};

enum { PATH_LEN = 256 };

static const char *path_in(char path[PATH_LEN], const char *folder, const char *name)
{
	if (strlen(folder) + strlen(name) + 2 > PATH_LEN)
		abort();
	return strcat(strcat(strcpy(path, folder), "/"), name);
}

static void write_file(const char *folder, const char *name)
{
	char path[PATH_LEN];
	(void)path_in(path, folder, name);
	int fd = open(path, O_CREAT | O_WRONLY, 0600);
	assert_true(fd >= 0);
	assert_int_equal(write(fd, "content", 7), 7);
	close(fd);
}

static void make_folder(struct place *p, char *path, size_t size, const char *name)
{
	(void)snprintf(path, size, "%s/%s", p->base, name);
	assert_int_equal(mkdir(path, 0700), 0);
	write_file(path, "file");
}

static int setup(void **state)
{
	struct place *p = calloc(1, sizeof(*p));
	(void)snprintf(p->base, sizeof(p->base), "/tmp/test-walls-XXXXXX");
	assert_non_null(mkdtemp(p->base));
	make_folder(p, p->share, sizeof(p->share), "share");
	make_folder(p, p->readable, sizeof(p->readable), "readable");
	make_folder(p, p->events, sizeof(p->events), "events");
	make_folder(p, p->outside, sizeof(p->outside), "outside");
	assert_int_equal(walls_plan_add(&p->plan, p->share, WALL_CHANGE, false), 0);
	assert_int_equal(walls_plan_add(&p->plan, p->readable, WALL_READ, false), 0);
	assert_int_equal(walls_plan_add(&p->plan, p->events, WALL_APPEND, false), 0);
	p->plan.admits_incomplete = true;
	*state = p;
	return 0;
}

static int teardown(void **state)
{
	struct place *p = *state;
	char command[200];
	(void)snprintf(command, sizeof(command), "rm -rf %s", p->base);
	walls_plan_done(&p->plan);
	assert_int_equal(system(command), 0);
	free(p);
	return 0;
}

static void need_landlock(int abi)
{
	if (landlock_abi() < abi)
		skip();
}

// --- files ------------------------------------------------------------------------------------------

static int try_open(const char *folder, const char *name, int flags)
{
	char path[PATH_LEN];
	(void)path_in(path, folder, name);
	int fd = open(path, flags | O_CLOEXEC, 0600);
	if (fd < 0)
		return errno;
	close(fd);
	return 0;
}

static int open_inside(void *arg)
{
	const struct place *p = arg;
	int err = try_open(p->share, "file", O_RDWR);
	if (err == 0)
		err = try_open(p->share, "new", O_CREAT | O_EXCL | O_WRONLY);
	if (err == 0)
		err = try_open(p->readable, "file", O_RDONLY);
	if (err == 0)
		err = try_open(p->readable, ".", O_RDONLY | O_DIRECTORY);
	return err != 0 ? err : try_open(p->events, "rotated", O_CREAT | O_WRONLY | O_APPEND);
}

static void test_what_is_inside_is_reached(void **state)
{
	struct place *p = *state;
	assert_int_equal(child_run(&p->plan, open_inside, p), 0);
}

// Renaming between folders takes a right of its own, without which no file server could work.
static int rename_across(void *arg)
{
	const struct place *p = arg;
	char from[PATH_LEN];
	char to[PATH_LEN];
	(void)path_in(to, p->share, "folder");
	if (mkdir(to, 0700) != 0)
		return errno;
	(void)path_in(from, p->share, "file");
	(void)path_in(to, p->share, "folder/file");
	return renameat(AT_FDCWD, from, AT_FDCWD, to) != 0 ? errno : 0;
}

static void test_a_file_is_moved_within_a_share(void **state)
{
	struct place *p = *state;
	assert_int_equal(child_run(&p->plan, rename_across, p), 0);
}

static int open_outside(void *arg)
{
	return try_open(arg, "file", O_RDONLY);
}

static void test_what_is_outside_is_not_read(void **state)
{
	struct place *p = *state;
	need_landlock(LANDLOCK_ABI_REFER);
	assert_int_equal(child_run(NULL, open_outside, p->outside), 0);
	assert_int_equal(child_run(&p->plan, open_outside, p->outside), EACCES);
	assert_int_equal(child_run(&p->plan, open_outside, p->events), EACCES); // these are only written
}

static int open_by_link(void *arg)
{
	const struct place *p = arg;
	return try_open(p->share, "link/file", O_RDONLY);
}

static void test_a_link_does_not_lead_out(void **state)
{
	struct place *p = *state;
	char link[PATH_LEN];
	need_landlock(LANDLOCK_ABI_REFER);
	(void)path_in(link, p->share, "link");
	assert_int_equal(symlink(p->outside, link), 0);
	assert_int_equal(child_run(NULL, open_by_link, p), 0);
	assert_int_equal(child_run(&p->plan, open_by_link, p), EACCES);
}

static int write_readable(void *arg)
{
	return try_open(arg, "file", O_WRONLY);
}

static int make_readable(void *arg)
{
	return try_open(arg, "new", O_CREAT | O_WRONLY);
}

static void test_what_is_only_read_is_not_changed(void **state)
{
	struct place *p = *state;
	need_landlock(LANDLOCK_ABI_REFER);
	assert_int_equal(child_run(&p->plan, write_readable, p->readable), EACCES);
	assert_int_equal(child_run(&p->plan, make_readable, p->readable), EACCES);
}

static int open_in_mount(void *arg)
{
	return try_open(arg, "mounted/file", O_RDONLY);
}

// Whoever mounts something into a share shares it, also after the start; Landlock sees it as what is below.
static void test_a_mount_in_a_share_is_inside(void **state)
{
	struct place *p = *state;
	char target[PATH_LEN];
	need_landlock(LANDLOCK_ABI_REFER);
	(void)path_in(target, p->share, "mounted");
	assert_int_equal(mkdir(target, 0700), 0);
	if (mount(p->outside, target, NULL, MS_BIND, NULL) != 0)
		skip(); // not root
	int result = child_run(&p->plan, open_in_mount, p->share);
	assert_int_equal(umount(target), 0);
	assert_int_equal(result, 0);
}

static void test_a_share_may_be_a_link(void **state)
{
	struct place *p = *state;
	char link[PATH_LEN];
	(void)path_in(link, p->base, "by-link");
	assert_int_equal(symlink(p->outside, link), 0);
	assert_int_equal(walls_plan_add(&p->plan, link, WALL_CHANGE, false), 0);
	assert_int_equal(child_run(&p->plan, open_outside, link), 0);
	assert_int_equal(child_run(&p->plan, open_outside, p->outside), 0);
}

static void test_a_path_that_is_missing(void **state)
{
	struct place *p = *state;
	need_landlock(LANDLOCK_ABI_REFER);
	assert_int_equal(walls_plan_add(&p->plan, "/nowhere", WALL_READ, true), 0);
	assert_int_equal(child_run(&p->plan, open_inside, p), 0);
	assert_int_equal(walls_plan_add(&p->plan, "/nowhere/else", WALL_READ, false), 0);
	assert_int_equal(child_run(&p->plan, open_inside, p), CHILD_NO_WALLS);
}

// Threads that come later are within the same walls.
static void *open_on_thread(void *arg)
{
	static int result;
	result = open_outside(arg);
	return &result;
}

static int open_from_thread(void *arg)
{
	pthread_t thread;
	void *result = NULL;
	if (pthread_create(&thread, NULL, open_on_thread, arg) != 0 || pthread_join(thread, &result) != 0)
		return 98;
	return *(int *)result;
}

static void test_threads_are_within(void **state)
{
	struct place *p = *state;
	need_landlock(LANDLOCK_ABI_REFER);
	assert_int_equal(child_run(&p->plan, open_from_thread, p->outside), EACCES);
}

// --- what is said to be within ----------------------------------------------------------------------

struct question {
	const struct walls_plan *plan;
	const char *path;
	enum wall_access access;
};

// 0: outside, 1: within, 2: cannot be looked at.
static int ask(void *arg)
{
	const struct question *q = arg;
	struct walls *w = NULL;
	struct walls_error error;
	bool within = false;
	if (walls_raise(q->plan, &w, &error) != 0)
		return CHILD_NO_WALLS;
	return walls_reach(w, q->path, q->access, &within) != 0 ? 2 : within;
}

static int reach(const struct place *p, const char *folder, const char *name, enum wall_access access)
{
	char path[PATH_LEN];
	struct question q = { .plan = &p->plan, .path = path, .access = access };
	(void)path_in(path, folder, name);
	return child_run(NULL, ask, &q);
}

static void test_reach_says_what_the_kernel_does(void **state)
{
	struct place *p = *state;
	need_landlock(LANDLOCK_ABI_REFER);
	assert_int_equal(reach(p, p->share, ".", WALL_CHANGE), 1);
	assert_int_equal(reach(p, p->share, ".", WALL_READ), 1);
	assert_int_equal(reach(p, p->share, "../share", WALL_CHANGE), 1);
	assert_int_equal(reach(p, p->readable, ".", WALL_READ), 1);
	assert_int_equal(reach(p, p->readable, ".", WALL_CHANGE), 0);
	assert_int_equal(reach(p, p->events, ".", WALL_READ), 0);
	assert_int_equal(reach(p, p->outside, ".", WALL_READ), 0);
	assert_int_equal(reach(p, p->base, ".", WALL_READ), 0);
	assert_int_equal(reach(p, "/", ".", WALL_READ), 0);
	assert_int_equal(reach(p, p->share, "missing", WALL_READ), 2);
}

// --- the process ------------------------------------------------------------------------------------

// What the kernel says of a process within the walls, which stands still meanwhile.
static void status_of_walled(const struct walls_plan *plan, char *text, size_t size)
{
	int ready[2];
	int go[2];
	char path[64];
	char byte;
	struct walls *w = NULL;
	struct walls_error error;
	assert_true(pipe(ready) == 0 && pipe(go) == 0);
	pid_t pid = fork();
	if (pid == 0) {
		close(go[1]);
		if (walls_raise(plan, &w, &error) != 0 || write(ready[1], "r", 1) != 1)
			_exit(1);
		_exit(read(go[0], &byte, 1) == 0 ? 0 : 1);
	}
	close(ready[1]);
	close(go[0]);
	assert_int_equal(read(ready[0], &byte, 1), 1);
	(void)snprintf(path, sizeof(path), "/proc/%d/status", (int)pid);
	FILE *f = fopen(path, "re");
	assert_non_null(f);
	text[fread(text, 1, size - 1, f)] = 0;
	(void)fclose(f);
	close(go[1]);
	close(ready[0]);
	assert_int_equal(waitpid(pid, NULL, 0), pid);
}

static uint64_t status_number(const char *text, const char *name, int base)
{
	const char *at = strstr(text, name);
	assert_non_null(at);
	return strtoull(at + strlen(name), NULL, base);
}

static void test_no_privileges_are_left(void **state)
{
	struct place *p = *state;
	static char text[8192];
	status_of_walled(&p->plan, text, sizeof(text));
	uint64_t unwanted = ~capabilities_useful(false);
	assert_int_equal(status_number(text, "NoNewPrivs:", 10), 1);
	assert_int_equal(status_number(text, "Seccomp:", 10), walls_build_is_instrumented ? 0 : 2);
	assert_int_equal(status_number(text, "CapPrm:", 16) & unwanted, 0);
	assert_int_equal(status_number(text, "CapEff:", 16) & unwanted, 0);
	assert_int_equal(status_number(text, "CapInh:", 16), 0);
	assert_int_equal(status_number(text, "CapAmb:", 16), 0);
	if (geteuid() == 0)
		assert_int_equal(status_number(text, "CapBnd:", 16) & unwanted, 0);
	uint64_t identity = capabilities_of_identity();
	p->plan.change_identity = true;
	status_of_walled(&p->plan, text, sizeof(text));
	if (geteuid() == 0)
		assert_int_equal(status_number(text, "CapEff:", 16) & identity, identity);
}

static int memory(void *arg UNUSED)
{
	struct rlimit core;
	if (process_memory_close() != 0 || getrlimit(RLIMIT_CORE, &core) != 0)
		return 1;
	return core.rlim_max == 0 && prctl(PR_GET_DUMPABLE, 0, 0, 0, 0) == 0 ? 0 : 2;
}

static void test_memory_is_closed(void **state UNUSED)
{
	assert_int_equal(child_run(NULL, memory, NULL), 0);
}

// --- TCP, signals and sockets without a file: Landlock alone, for the wall of system calls comes first ----

static int landlock_and(const struct place *p, int (*attempt)(void))
{
	const char *failed = NULL;
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 ||
		landlock_raise(&p->plan, landlock_abi(), &failed) != 0)
		return CHILD_NO_WALLS;
	return attempt();
}

static int tcp(int (*call)(int, const struct sockaddr *, socklen_t))
{
	struct sockaddr_in to = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	to.sin_port = htons(61234);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	int err = call(fd, (const struct sockaddr *)&to, sizeof(to)) == 0 ? 0 : errno;
	close(fd);
	return err;
}

static int try_bind(void)
{
	return tcp(bind);
}

static int try_connect(void)
{
	return tcp(connect);
}

static int try_signal(void)
{
	return kill(getppid(), 0) == 0 ? 0 : errno;
}

static int bind_walled(void *arg)
{
	return landlock_and(arg, try_bind);
}

static int connect_walled(void *arg)
{
	return landlock_and(arg, try_connect);
}

static int signal_walled(void *arg)
{
	return landlock_and(arg, try_signal);
}

static int signal_free(void *arg UNUSED)
{
	return try_signal();
}

static int abstract_fd;
static struct sockaddr_un abstract_name = { .sun_family = AF_UNIX, .sun_path = "\0signet-test-walls" };

static int try_abstract(void)
{
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	int err = connect(fd, (struct sockaddr *)&abstract_name, sizeof(abstract_name)) == 0 ? 0 : errno;
	close(fd);
	return err;
}

static int abstract_walled(void *arg)
{
	return landlock_and(arg, try_abstract);
}

static int abstract_free(void *arg UNUSED)
{
	return try_abstract();
}

static void test_no_other_port_is_bound_and_nobody_connected_to(void **state)
{
	need_landlock(LANDLOCK_ABI_TCP);
	assert_int_equal(child_run(NULL, bind_walled, *state), EACCES);
	assert_int_equal(child_run(NULL, connect_walled, *state), EACCES);
}

static void test_nobody_else_is_signalled(void **state)
{
	need_landlock(LANDLOCK_ABI_SCOPES);
	assert_int_equal(child_run(NULL, signal_free, NULL), 0);
	assert_int_equal(child_run(NULL, signal_walled, *state), EPERM);
}

static void test_sockets_without_a_file_are_out_of_reach(void **state)
{
	need_landlock(LANDLOCK_ABI_SCOPES);
	abstract_fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	assert_int_equal(bind(abstract_fd, (struct sockaddr *)&abstract_name, sizeof(abstract_name)), 0);
	assert_int_equal(listen(abstract_fd, 8), 0);
	assert_int_equal(child_run(NULL, abstract_free, NULL), 0);
	assert_int_equal(child_run(NULL, abstract_walled, *state), EPERM);
	close(abstract_fd);
}

#define PLACE_TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		PLACE_TEST(test_what_is_inside_is_reached),
		PLACE_TEST(test_a_file_is_moved_within_a_share),
		PLACE_TEST(test_what_is_outside_is_not_read),
		PLACE_TEST(test_a_link_does_not_lead_out),
		PLACE_TEST(test_what_is_only_read_is_not_changed),
		PLACE_TEST(test_a_mount_in_a_share_is_inside),
		PLACE_TEST(test_a_share_may_be_a_link),
		PLACE_TEST(test_a_path_that_is_missing),
		PLACE_TEST(test_threads_are_within),
		PLACE_TEST(test_reach_says_what_the_kernel_does),
		PLACE_TEST(test_no_privileges_are_left),
		PLACE_TEST(test_memory_is_closed),
		PLACE_TEST(test_no_other_port_is_bound_and_nobody_connected_to),
		PLACE_TEST(test_nobody_else_is_signalled),
		PLACE_TEST(test_sockets_without_a_file_are_out_of_reach),
	};
	return RUN_TESTS(tests);
}
