// SPDX-License-Identifier: Apache-2.0
#include "sink/live_errors.h"

#include <fcntl.h>
#include <unistd.h>

#include "sink/live_terminal.h"

void live_errors_init(struct live_errors *e)
{
	*e = (struct live_errors){ -1, -1 };
}

// As much as a pipe holds is kept; the rest is lost rather than waited for.
void live_errors_keep(struct live_errors *e)
{
	int ends[2];
	if (isatty(STDERR_FILENO) != 1 || pipe2(ends, O_CLOEXEC | O_NONBLOCK) != 0)
		return;
	e->real = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 0);
	if (e->real >= 0 && dup2(ends[1], STDERR_FILENO) >= 0) {
		e->kept = ends[0];
	} else {
		(void)close(ends[0]);
	}
	(void)close(ends[1]);
}

void live_errors_release(struct live_errors *e)
{
	char bytes[1024];
	if (e->kept < 0)
		return;
	(void)dup2(e->real, STDERR_FILENO);
	for (ssize_t n = 1; n > 0;) {
		n = read(e->kept, bytes, sizeof(bytes));
		if (n > 0)
			live_write_patiently(STDERR_FILENO, bytes, (size_t)n);
	}
	(void)close(e->kept);
	(void)close(e->real);
	live_errors_init(e);
}
