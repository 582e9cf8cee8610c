// SPDX-License-Identifier: Apache-2.0
#include "cli/password.h"

#include <errno.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/secret.h"

void password_lock(struct password *p)
{
	(void)mlock(p, sizeof(*p));
}

void password_done(struct password *p)
{
	secret_wipe_bytes(p, sizeof(*p));
	(void)munlock(p, sizeof(*p));
}

bool password_read_line(int fd, struct password *p)
{
	size_t used = 0;

	for (;;) {
		char c;
		ssize_t n = read(fd, &c, 1);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 || (n == 0 && used == 0))
			return false;
		if (n == 0 || c == '\n')
			break;
		if (c == 0 || used == sizeof(p->text) - 1)
			return false;
		p->text[used++] = c;
	}
	p->text[used] = 0;
	return true;
}
