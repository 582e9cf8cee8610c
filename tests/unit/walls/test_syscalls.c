// SPDX-License-Identifier: Apache-2.0
// What only an intruder calls, tried from inside: the kernel ends the process.
#include "../test_support.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/fanotify.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>

#include "walls/build.h"
#include "walls/syscalls.h"
#include "walls_child.h"

static int result_of(long got)
{
	return got < 0 ? errno : 0;
}

static int raised_and(const struct walls_plan *plan, int (*attempt)(void))
{
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 || syscalls_raise(plan) != 0)
		return CHILD_NO_WALLS;
	return attempt();
}

struct attempt {
	const char *name;
	int (*run)(void);
	int expected; // of child_run
	struct walls_plan plan;
};

static int run_walled(void *arg)
{
	const struct attempt *a = arg;
	return raised_and(&a->plan, a->run);
}

// --- attempts ---------------------------------------------------------------------------------------

static int try_exec(void)
{
	char *argv[] = { NULL, NULL };
	return result_of(execv("/bin/true", argv));
}

static int try_exec_handled(void)
{
	(void)signal(SIGSYS, SIG_IGN); // an intruder's first thought
	return try_exec();
}

static int try_fork(void)
{
	pid_t pid = fork();
	if (pid == 0)
		_exit(0);
	return result_of(pid);
}

static int try_ptrace(void)
{
	return result_of(ptrace(PTRACE_TRACEME, 0, NULL, NULL));
}

static int try_read_memory(void)
{
	char byte;
	struct iovec v = { .iov_base = &byte, .iov_len = 1 };
	return result_of(process_vm_readv(getppid(), &v, 1, &v, 1, 0));
}

static int try_mount(void)
{
	return result_of(mount("none", "/tmp", "tmpfs", 0, NULL));
}

static int try_unshare(void)
{
	return result_of(unshare(CLONE_NEWUSER));
}

static int try_packet_socket(void)
{
	return result_of(socket(AF_PACKET, SOCK_RAW, 0));
}

static int try_inet_socket(void)
{
	return result_of(socket(AF_INET, SOCK_STREAM, 0));
}

static int try_unix_socket(void)
{
	return result_of(socket(AF_UNIX, SOCK_STREAM, 0));
}

static int try_bind(void)
{
	return result_of(bind(0, NULL, 0));
}

static int try_listen(void)
{
	return result_of(listen(0, 1));
}

static int try_kill(void)
{
	return result_of(kill(getppid(), 0));
}

static int try_tgkill(void)
{
	return result_of(syscall(SYS_tgkill, getppid(), getppid(), 0));
}

static int try_handle(void)
{
	return result_of(syscall(SYS_open_by_handle_at, 0, NULL, 0));
}

static int try_io_uring(void)
{
	return result_of(syscall(SYS_io_uring_setup, 1, NULL));
}

static int try_bpf(void)
{
	return result_of(syscall(SYS_bpf, 0, NULL, 0));
}

static int try_setuid(void)
{
	return result_of(syscall(SYS_setresuid, -1, -1, -1));
}

static int try_limit(void)
{
	struct rlimit l = { .rlim_cur = 16, .rlim_max = 16 };
	return result_of(prlimit(0, RLIMIT_NOFILE, &l, NULL));
}

static int try_ioctl(void)
{
	return result_of(ioctl(0, TIOCSTI, "x")); // types into the terminal it was started from
}

static int try_window_size(void)
{
	struct winsize w;
	(void)ioctl(0, TIOCGWINSZ, &w); // there need not be one
	return 0;
}

static int try_fanotify_permission(void)
{
	return result_of(fanotify_init(FAN_CLASS_CONTENT, 0));
}

static int try_unknown(void)
{
	return result_of(syscall(1023));
}

static void *nothing(void *arg)
{
	return arg;
}

static int do_what_servers_do(void)
{
	pthread_t thread;
	struct rlimit l;
	char buf[8];
	int fds[2];
	if (pthread_create(&thread, NULL, nothing, NULL) != 0 || pthread_join(thread, NULL) != 0)
		return 1;
	if (pipe2(fds, O_CLOEXEC) != 0 || write(fds[1], "x", 1) != 1 || read(fds[0], buf, sizeof(buf)) != 1)
		return 2;
	return getrlimit(RLIMIT_NOFILE, &l) != 0 || ioctl(fds[0], FIONREAD, &fds[1]) != 0 ? 3 : 0;
}

// clang-format off
static const struct attempt attempts[] = {
	{ "threads, pipes, limits", do_what_servers_do, 0 },
	{ "another program", try_exec, -SIGSYS },
	{ "another program, the signal ignored", try_exec_handled, -SIGSYS },
	{ "another process", try_fork, -SIGSYS },
	{ "ptrace", try_ptrace, -SIGSYS },
	{ "others' memory", try_read_memory, -SIGSYS },
	{ "mount", try_mount, -SIGSYS },
	{ "namespaces", try_unshare, -SIGSYS },
	{ "raw packets", try_packet_socket, EACCES },
	{ "TCP sockets", try_inet_socket, EACCES },
	{ "local sockets", try_unix_socket, EACCES },
	{ "local sockets where needed", try_unix_socket, 0, { .unix_sockets = true } },
	{ "TCP sockets where local ones are needed", try_inet_socket, EACCES, { .unix_sockets = true } },
	{ "bind", try_bind, -SIGSYS },
	{ "listen", try_listen, -SIGSYS },
	{ "signals", try_kill, -SIGSYS },
	{ "signals to others' threads", try_tgkill, -SIGSYS },
	{ "files by handle", try_handle, -SIGSYS },
	{ "io_uring", try_io_uring, -SIGSYS },
	{ "bpf", try_bpf, -SIGSYS },
	{ "another user", try_setuid, -SIGSYS },
	{ "another user where needed", try_setuid, 0, { .change_identity = true } },
	{ "limits raised", try_limit, -SIGSYS },
	{ "a terminal's input", try_ioctl, -SIGSYS },
	{ "a terminal's input where one is drawn on", try_ioctl, -SIGSYS, { .terminal = true } },
	{ "a terminal's size", try_window_size, -SIGSYS },
	{ "a terminal's size where one is drawn on", try_window_size, 0, { .terminal = true } },
	{ "deciding on others' accesses", try_fanotify_permission, -SIGSYS },
	{ "what does not exist", try_unknown, -SIGSYS },
};
// clang-format on

static void test_attempts(void **state UNUSED)
{
	if (walls_build_is_instrumented)
		skip();
	for (size_t i = 0; i < ARRAY_LEN(attempts); i++) {
		struct attempt a = attempts[i];
		int got = child_run(NULL, run_walled, &a);
		if (got != a.expected)
			fail_msg("%s: %d instead of %d", a.name, got, a.expected);
	}
}

// Without the wall the same things do something else: the attempts are none at nothing.
static int run_free(void *arg)
{
	const struct attempt *a = arg;
	return a->run();
}

static void test_attempts_work_without_it(void **state UNUSED)
{
	int (*const plain[])(void) = { try_exec, try_fork, try_ptrace, try_inet_socket, try_unix_socket,
		try_kill, try_tgkill, try_limit };
	for (size_t i = 0; i < ARRAY_LEN(plain); i++) {
		struct attempt a = { .run = plain[i] };
		assert_int_equal(child_run(NULL, run_free, &a), 0);
	}
}

static void test_there_is_a_last_line(void **state UNUSED)
{
	int fds[2];
	char line[200] = "";
	if (walls_build_is_instrumented)
		skip();
	assert_int_equal(pipe2(fds, O_CLOEXEC), 0);
	int saved = dup(STDERR_FILENO);
	assert_int_equal(dup2(fds[1], STDERR_FILENO), STDERR_FILENO);
	struct attempt a = { .run = try_listen };
	int got = child_run(NULL, run_walled, &a);
	assert_int_equal(dup2(saved, STDERR_FILENO), STDERR_FILENO);
	close(fds[1]);
	assert_true(read(fds[0], line, sizeof(line) - 1) > 0);
	close(fds[0]);
	close(saved);
	char wanted[64];
	(void)snprintf(wanted, sizeof(wanted), "signet: system call %d is not one", SYS_listen);
	assert_int_equal(got, -SIGSYS);
	assert_non_null(strstr(line, wanted));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_attempts),
		cmocka_unit_test(test_attempts_work_without_it),
		cmocka_unit_test(test_there_is_a_last_line),
	};
	return RUN_TESTS(tests);
}
