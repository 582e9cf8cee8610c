// SPDX-License-Identifier: Apache-2.0
#include "base/fault_guard.h"

#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stddef.h>
#include <stdint.h>

struct guard {
	sigjmp_buf back;
	struct span watched;
};

static _Thread_local struct guard *volatile current;

static bool is_expected(const struct guard *g, const siginfo_t *info)
{
	uintptr_t at = (uintptr_t)info->si_addr, start = (uintptr_t)(g == NULL ? NULL : g->watched.data);
	return g != NULL && at >= start && at - start < g->watched.len;
}

static void on_fault(int number, siginfo_t *info, void *machine)
{
	(void)machine;
	struct guard *g = current;
	if (is_expected(g, info))
		siglongjmp(g->back, 1);
	// The access is tried again, and ends the process.
	(void)signal(number, SIG_DFL);
}

int fault_guard_install(void)
{
	// The signal is not blocked in its handler, so that leaving it needs no system call.
	struct sigaction action = { .sa_sigaction = on_fault, .sa_flags = SA_SIGINFO | SA_NODEFER };
	(void)sigemptyset(&action.sa_mask);
	return sigaction(SIGBUS, &action, NULL) < 0 ? -errno : 0;
}

bool fault_guard_run(struct span watched, void (*fn)(void *context), void *context)
{
	struct guard g = { .watched = watched };
	if (sigsetjmp(g.back, 0) != 0) {
		current = NULL;
		return false;
	}
	current = &g;
	fn(context);
	current = NULL;
	return true;
}
