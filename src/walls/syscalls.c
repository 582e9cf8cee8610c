// SPDX-License-Identifier: Apache-2.0
#include "walls/syscalls.h"

#include <errno.h>
#include <seccomp.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

// --- the last line ----------------------------------------------------------------------------------

static char *put_text(char *at, const char *text)
{
	while (*text != '\0')
		*at++ = *text++;
	return at;
}

static char *put_number(char *at, unsigned n)
{
	char digits[12];
	size_t count = 0;
	do
		digits[count++] = (char)('0' + n % 10);
	while ((n /= 10) != 0);
	while (count > 0)
		*at++ = digits[--count];
	return at;
}

// Runs instead of the call. The handler is gone by then (SA_RESETHAND), so that raising the signal once
// more ends the process by it.
static void on_forbidden(int number, siginfo_t *info, void *context UNUSED)
{
	char line[160];
	char *end = put_text(line, "signet: system call ");
	end = put_number(end, (unsigned)info->si_syscall);
	end = put_text(end, " is not one that this program makes: it ends here, taken over or not\n");
	ssize_t written = write(STDERR_FILENO, line, (size_t)(end - line));
	(void)written;
	(void)raise(number);
}

static int handle_forbidden(void)
{
	struct sigaction a = { .sa_sigaction = on_forbidden };
	a.sa_flags = SA_SIGINFO | SA_NODEFER | (int)SA_RESETHAND;
	return sigaction(SIGSYS, &a, NULL) != 0 ? -errno : 0;
}

// --- the filter -------------------------------------------------------------------------------------

static bool is_let_through(const struct walls_plan *plan, enum syscall_need need)
{
	return need == SYSCALL_ALWAYS ||
	       (need == SYSCALL_UNIX_SOCKETS && (plan->unix_sockets || plan->reaches_network)) ||
	       (need == SYSCALL_TERMINAL && plan->terminal) ||
	       (need == SYSCALL_CHANGE_IDENTITY && plan->change_identity);
}

static int rule_add(scmp_filter_ctx filter, uint32_t action, const char *name, const struct scmp_arg_cmp *arg)
{
	int number = seccomp_syscall_resolve_name(name);
	if (number < 0) // not of this architecture, or newer than the library
		return 0;
	return seccomp_rule_add_array(filter, action, number, arg == NULL ? 0 : 1, arg);
}

static int rows_add(scmp_filter_ctx filter, const struct walls_plan *plan)
{
	int err = 0;
	for (size_t i = 0; i < syscall_row_count && err == 0; i++) {
		const struct syscall_row *row = &syscall_rows[i];
		if (row->need == SYSCALL_NEVER)
			err = rule_add(filter, SCMP_ACT_KILL_PROCESS, row->name, NULL);
		else if (is_let_through(plan, row->need))
			err = rule_add(filter, SCMP_ACT_ALLOW, row->name, NULL);
	}
	return err;
}

static int argument_rows_add(scmp_filter_ctx filter, const struct walls_plan *plan)
{
	int err = 0;
	for (size_t i = 0; i < syscall_argument_row_count && err == 0; i++) {
		const struct syscall_argument_row *row = &syscall_argument_rows[i];
		struct scmp_arg_cmp arg =
			SCMP_CMP64(row->argument, SCMP_CMP_MASKED_EQ, row->mask, row->value);
		if (is_let_through(plan, row->need))
			err = rule_add(filter, SCMP_ACT_ALLOW, row->name, &arg);
	}
	return err;
}

// Signals go to threads of this process alone: raise and abort.
static int signals_add(scmp_filter_ctx filter)
{
	struct scmp_arg_cmp self = SCMP_CMP64(0, SCMP_CMP_EQ, (uint64_t)getpid());
	return rule_add(filter, SCMP_ACT_ALLOW, "tgkill", &self);
}

// What libraries try and can do without fails, and ends nothing: the flags of clone3 cannot be looked
// at, and the C library then takes clone; name services ask a daemon before they read files.
static int failures_add(scmp_filter_ctx filter, const struct walls_plan *plan)
{
	struct scmp_arg_cmp local = SCMP_CMP64(0, SCMP_CMP_EQ, AF_UNIX);
	struct scmp_arg_cmp other = SCMP_CMP64(0, SCMP_CMP_NE, AF_UNIX);
	int err = rule_add(filter, SCMP_ACT_ERRNO(ENOSYS), "clone3", NULL);
	if (err == 0 && plan->reaches_network)
		return rule_add(filter, SCMP_ACT_ALLOW, "socket", NULL);
	if (err != 0 || !plan->unix_sockets)
		return err != 0 ? err : rule_add(filter, SCMP_ACT_ERRNO(EACCES), "socket", NULL);
	err = rule_add(filter, SCMP_ACT_ERRNO(EACCES), "socket", &other);
	return err != 0 ? err : rule_add(filter, SCMP_ACT_ALLOW, "socket", &local);
}

static int filter_fill(scmp_filter_ctx filter, const struct walls_plan *plan)
{
	int err = seccomp_attr_set(filter, SCMP_FLTATR_ACT_BADARCH, SCMP_ACT_KILL_PROCESS);
	if (err == 0)
		err = seccomp_attr_set(filter, SCMP_FLTATR_CTL_OPTIMIZE, 2); // a tree, not a list
	if (err == 0)
		err = rows_add(filter, plan);
	if (err == 0)
		err = argument_rows_add(filter, plan);
	if (err == 0)
		err = signals_add(filter);
	return err != 0 ? err : failures_add(filter, plan);
}

int syscalls_raise(const struct walls_plan *plan)
{
	int err = handle_forbidden();
	if (err != 0)
		return err;
	scmp_filter_ctx filter = seccomp_init(SCMP_ACT_TRAP);
	if (filter == NULL)
		return -ENOMEM;
	err = filter_fill(filter, plan);
	if (err == 0)
		err = seccomp_load(filter);
	seccomp_release(filter);
	return err;
}
