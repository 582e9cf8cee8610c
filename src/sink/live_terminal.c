// SPDX-License-Identifier: Apache-2.0
#include "sink/live_terminal.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <unistd.h>

enum { PATIENCE_MS = 500, USUAL_WIDTH = 80, USUAL_HEIGHT = 24 };

// Opened anew, so that it need not wait while the shell's own does.
static int open_terminal(void)
{
	char name[128] = "";
	int fd = -1;
	if (ttyname_r(STDOUT_FILENO, name, sizeof(name)) == 0)
		fd = open(name, O_RDWR | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	return fd >= 0 ? fd : fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 0);
}

bool live_terminal_open(struct live_terminal *t)
{
	*t = (struct live_terminal){ .fd = open_terminal() };
	return t->fd >= 0;
}

void live_terminal_close(struct live_terminal *t)
{
	if (t->fd >= 0)
		(void)close(t->fd);
	t->fd = -1;
}

struct live_size live_terminal_size(const struct live_terminal *t)
{
	struct winsize w;
	if (ioctl(t->fd, TIOCGWINSZ, &w) != 0 || w.ws_col == 0 || w.ws_row == 0)
		return (struct live_size){ USUAL_WIDTH, USUAL_HEIGHT };
	return (struct live_size){ w.ws_col, w.ws_row };
}

void live_terminal_quieten(struct live_terminal *t)
{
	if (tcgetattr(t->fd, &t->before) != 0)
		return;
	struct termios quiet = t->before;
	quiet.c_lflag &= ~(tcflag_t)(ECHO | ICANON);
	quiet.c_cc[VMIN] = 0;
	quiet.c_cc[VTIME] = 0;
	t->has_before = tcsetattr(t->fd, TCSANOW, &quiet) == 0;
}

void live_terminal_give_back(const struct live_terminal *t)
{
	if (t->has_before)
		(void)tcsetattr(t->fd, TCSANOW, &t->before);
}

void live_write_patiently(int fd, const char *bytes, size_t len)
{
	struct pollfd p = { .fd = fd, .events = POLLOUT };
	while (len > 0 && poll(&p, 1, PATIENCE_MS) == 1 && (p.revents & POLLOUT) != 0) {
		ssize_t n = write(fd, bytes, len);
		if (n <= 0)
			return;
		bytes += n;
		len -= (size_t)n;
	}
}
