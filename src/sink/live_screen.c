// SPDX-License-Identifier: Apache-2.0
#include "sink/live_screen.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

// The other screen; no cursor; lines that are too long are cut, not wrapped.
#define ENTER "\033[?1049h\033[?25l\033[?7l\033[2J"
// CAN ends a sequence that was not written whole.
#define LEAVE "\030\033[0m\033[?7h\033[?25h\033[?1049l"

enum {
	MOVE_LEN = 32, // what is written around a line
	OUT_LEN = LIVE_HEIGHT_MAX * (LIVE_LINE_LEN + MOVE_LEN),
	LEAVE_WAIT_MS = 500,
	USUAL_WIDTH = 80,
	USUAL_HEIGHT = 24,
};

static const int ending_signals[] = { SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGABRT, SIGSYS, SIGQUIT };

struct live_screen {
	int fd;
	bool shown;
	struct termios before;
	bool has_before;
	int errors, kept_errors; // where standard error goes really, and what it said meanwhile; -1: not kept
	struct live_size size;   // of the picture that is shown
	size_t count;            // lines of it
	char *out;               // what the terminal did not take yet
	size_t out_len, out_at;
	struct sigaction actions_before[ARRAY_LEN(ending_signals)];
	char lines[LIVE_HEIGHT_MAX][LIVE_LINE_LEN];
};

// Signals' handlers can reach nothing else.
static struct live_screen *on_screen;
static volatile sig_atomic_t changed, told_to_stop;

// --- the terminal -----------------------------------------------------------------------------------

bool live_screen_is_possible(void)
{
	const char *kind = getenv("TERM");
	return isatty(STDOUT_FILENO) == 1 && kind != NULL && kind[0] != '\0' && strcmp(kind, "dumb") != 0 &&
	       tcgetpgrp(STDOUT_FILENO) == getpgrp();
}

// Opened anew, so that it need not wait while the shell's own does.
static int open_terminal(void)
{
	char name[128] = "";
	int fd = -1;
	if (ttyname_r(STDOUT_FILENO, name, sizeof(name)) == 0)
		fd = open(name, O_RDWR | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	return fd >= 0 ? fd : fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 0);
}

struct live_screen *live_screen_new(void)
{
	struct live_screen *s = calloc(1, sizeof(*s));
	if (s == NULL)
		return NULL;
	s->errors = s->kept_errors = -1;
	s->out = malloc(OUT_LEN);
	s->fd = open_terminal();
	if (s->out != NULL && s->fd >= 0)
		return s;
	if (s->fd >= 0)
		(void)close(s->fd);
	free(s->out);
	free(s);
	return NULL;
}

void live_screen_free(struct live_screen *s)
{
	if (s == NULL)
		return;
	live_screen_leave(s);
	(void)close(s->fd);
	free(s->out);
	free(s);
}

struct live_size live_screen_size(const struct live_screen *s)
{
	struct winsize w;
	if (ioctl(s->fd, TIOCGWINSZ, &w) != 0 || w.ws_col == 0 || w.ws_row == 0)
		return (struct live_size){ USUAL_WIDTH, USUAL_HEIGHT };
	return (struct live_size){ w.ws_col, w.ws_row };
}

// What is typed is not shown, and comes at once. Ctrl-C and Ctrl-Z stay signals.
static void quieten(struct live_screen *s)
{
	if (tcgetattr(s->fd, &s->before) != 0)
		return;
	struct termios quiet = s->before;
	quiet.c_lflag &= ~(tcflag_t)(ECHO | ICANON);
	quiet.c_cc[VMIN] = 0;
	quiet.c_cc[VTIME] = 0;
	s->has_before = tcsetattr(s->fd, TCSANOW, &quiet) == 0;
}

// --- writing ----------------------------------------------------------------------------------------

// What the terminal takes now. True: all.
static bool flush(struct live_screen *s)
{
	while (s->out_at < s->out_len) {
		ssize_t n = write(s->fd, s->out + s->out_at, s->out_len - s->out_at);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return false;
		s->out_at += (size_t)n;
	}
	s->out_at = s->out_len = 0;
	return true;
}

// All of it, unless the terminal takes nothing for long. A signal's handler calls it too.
static void write_patiently(int fd, const char *bytes, size_t len)
{
	struct pollfd p = { .fd = fd, .events = POLLOUT };
	while (len > 0 && poll(&p, 1, LEAVE_WAIT_MS) == 1 && (p.revents & POLLOUT) != 0) {
		ssize_t n = write(fd, bytes, len);
		if (n <= 0)
			return;
		bytes += n;
		len -= (size_t)n;
	}
}

static void put(struct live_screen *s, const char *text)
{
	size_t len = strlen(text);
	if (s->out_len + len > OUT_LEN)
		return;
	memcpy(s->out + s->out_len, text, len);
	s->out_len += len;
}

static void put_line(struct live_screen *s, size_t row, const char *line)
{
	char move[MOVE_LEN];
	(void)snprintf(move, sizeof(move), "\033[%zu;1H", row + 1);
	put(s, move);
	put(s, line);
	put(s, "\033[0m\033[K");
}

void live_screen_draw(struct live_screen *s, const struct live_picture *p)
{
	struct live_size size = live_screen_size(s);
	if (!s->shown || !flush(s))
		return;
	bool anew = changed != 0 || size.width != s->size.width || size.height != s->size.height;
	changed = 0;
	s->size = size;
	if (anew) {
		put(s, "\033[2J");
		s->count = 0;
	}
	for (size_t i = 0; i < p->count; i++) {
		if (i < s->count && strcmp(s->lines[i], p->lines[i]) == 0)
			continue;
		put_line(s, i, p->lines[i]);
		memcpy(s->lines[i], p->lines[i], LIVE_LINE_LEN);
	}
	for (size_t i = p->count; i < s->count; i++)
		put_line(s, i, "");
	s->count = p->count;
	(void)flush(s);
}

// --- standard error ---------------------------------------------------------------------------------

// As much as a pipe holds is kept; the rest is lost rather than waited for.
static void keep_errors(struct live_screen *s)
{
	int ends[2];
	if (isatty(STDERR_FILENO) != 1 || pipe2(ends, O_CLOEXEC | O_NONBLOCK) != 0)
		return;
	s->errors = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 0);
	if (s->errors >= 0 && dup2(ends[1], STDERR_FILENO) >= 0) {
		s->kept_errors = ends[0];
	} else {
		(void)close(ends[0]);
	}
	(void)close(ends[1]);
}

// A signal's handler calls it too.
static void release_errors(struct live_screen *s)
{
	char bytes[1024];
	if (s->kept_errors < 0)
		return;
	(void)dup2(s->errors, STDERR_FILENO);
	for (ssize_t n = 1; n > 0;) {
		n = read(s->kept_errors, bytes, sizeof(bytes));
		if (n > 0)
			write_patiently(STDERR_FILENO, bytes, (size_t)n);
	}
	(void)close(s->kept_errors);
	(void)close(s->errors);
	s->kept_errors = s->errors = -1;
}

// --- signals ----------------------------------------------------------------------------------------

static void restore(struct live_screen *s)
{
	write_patiently(s->fd, LEAVE, strlen(LEAVE));
	if (s->has_before)
		(void)tcsetattr(s->fd, TCSANOW, &s->before);
	release_errors(s);
}

// It is one's last: SA_RESETHAND. Who listened before is heard after the terminal is as it was.
static void on_end(int number, siginfo_t *info, void *context)
{
	struct live_screen *s = on_screen;
	size_t i = 0;
	while (i + 1 < ARRAY_LEN(ending_signals) && ending_signals[i] != number)
		i++;
	on_screen = NULL;
	if (s == NULL)
		return;
	restore(s);
	const struct sigaction *before = &s->actions_before[i];
	if ((before->sa_flags & SA_SIGINFO) != 0) {
		before->sa_sigaction(number, info, context);
		return;
	}
	(void)sigaction(number, before, NULL);
	(void)raise(number);
}

static void on_change(int number)
{
	(void)number;
	changed = 1;
}

static void on_stop(int number)
{
	(void)number;
	told_to_stop = 1;
}

static void listen_to(int number, void (*handler)(int))
{
	// Without SA_RESTART: who waits for packets looks up.
	struct sigaction action = { .sa_handler = handler };
	(void)sigemptyset(&action.sa_mask);
	(void)sigaction(number, &action, NULL);
}

static void take_signals(struct live_screen *s)
{
	struct sigaction last = { .sa_sigaction = on_end };
	last.sa_flags = SA_SIGINFO | SA_NODEFER | (int)SA_RESETHAND;
	(void)sigemptyset(&last.sa_mask);
	for (size_t i = 0; i < ARRAY_LEN(ending_signals); i++)
		(void)sigaction(ending_signals[i], &last, &s->actions_before[i]);
	listen_to(SIGWINCH, on_change);
	listen_to(SIGCONT, on_change);
	listen_to(SIGTSTP, on_stop);
}

static void give_back_signals(struct live_screen *s)
{
	for (size_t i = 0; i < ARRAY_LEN(ending_signals); i++)
		(void)sigaction(ending_signals[i], &s->actions_before[i], NULL);
	listen_to(SIGWINCH, SIG_DFL);
	listen_to(SIGCONT, SIG_DFL);
	listen_to(SIGTSTP, SIG_DFL);
}

// --- coming and going -------------------------------------------------------------------------------

void live_screen_enter(struct live_screen *s)
{
	if (s->shown)
		return;
	(void)fflush(stdout);
	s->shown = true;
	s->size = (struct live_size){ 0, 0 };
	s->count = s->out_len = s->out_at = 0;
	on_screen = s;
	take_signals(s);
	quieten(s);
	keep_errors(s);
	put(s, ENTER);
	(void)flush(s);
}

void live_screen_leave(struct live_screen *s)
{
	if (!s->shown)
		return;
	write_patiently(s->fd, s->out + s->out_at, s->out_len - s->out_at);
	restore(s);
	give_back_signals(s);
	on_screen = NULL;
	s->shown = false;
}

// As the shell expects it: stopped by that very signal.
static void stop(struct live_screen *s)
{
	told_to_stop = 0;
	live_screen_leave(s);
	(void)raise(SIGTSTP);
	live_screen_enter(s);
	changed = 1;
}

bool live_screen_look(struct live_screen *s)
{
	if (told_to_stop != 0 && s->shown)
		stop(s);
	return changed != 0;
}

bool live_screen_is_told_to_end(struct live_screen *s)
{
	char typed[64];
	bool end = false;
	for (ssize_t n = 1; s->shown && n > 0;) {
		n = read(s->fd, typed, sizeof(typed));
		end = end || (n > 0 && (memchr(typed, 'q', (size_t)n) != NULL ||
					       memchr(typed, 'Q', (size_t)n) != NULL));
	}
	return end;
}
