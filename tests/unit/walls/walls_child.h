// SPDX-License-Identifier: Apache-2.0
// Walls never come down, so each attempt on them is a process of its own.
#ifndef SIGNET_TESTS_UNIT_WALLS_CHILD_H
#define SIGNET_TESTS_UNIT_WALLS_CHILD_H

#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "walls/walls.h"

enum { CHILD_NO_WALLS = 99 }; // they could not be put up

// Runs attempt within walls of that plan (NULL: without any); its result, 0 to 98, or minus the signal
// that ended it.
static inline int child_run(const struct walls_plan *plan, int (*attempt)(void *), void *arg)
{
	struct walls *w = NULL;
	struct walls_error error;
	int status = 0;
	pid_t pid = fork();
	if (pid == 0) {
		if (plan != NULL && walls_raise(plan, &w, &error) != 0) {
			(void)!write(STDERR_FILENO, error.text, __builtin_strlen(error.text));
			_exit(CHILD_NO_WALLS);
		}
		_exit(attempt(arg));
	}
	if (pid < 0 || waitpid(pid, &status, 0) != pid)
		abort();
	return WIFSIGNALED(status) ? -WTERMSIG(status) : WEXITSTATUS(status);
}

#endif
