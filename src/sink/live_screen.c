// SPDX-License-Identifier: Apache-2.0
#include "sink/live_screen.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "sink/live_errors.h"
#include "sink/live_signals.h"
#include "sink/live_terminal.h"

// The other screen; no cursor; lines that are too long are cut, not wrapped.
#define ENTER "\033[?1049h\033[?25l\033[?7l\033[2J"
// CAN ends a sequence that was not written whole.
#define LEAVE "\030\033[0m\033[?7h\033[?25h\033[?1049l"

enum {
	MOVE_LEN = 32, // what is written around a line
	OUT_LEN = LIVE_HEIGHT_MAX * (LIVE_LINE_LEN + MOVE_LEN),
};

struct live_screen {
	struct live_terminal terminal;
	struct live_errors errors;
	bool shown;
	struct live_size size; // of the picture that is shown
	size_t count;          // lines of it
	char *out;             // what the terminal did not take yet
	size_t out_len, out_at;
	char lines[LIVE_HEIGHT_MAX][LIVE_LINE_LEN];
};

bool live_screen_is_possible(void)
{
	const char *kind = getenv("TERM");
	return isatty(STDOUT_FILENO) == 1 && kind != NULL && kind[0] != '\0' && strcmp(kind, "dumb") != 0 &&
	       tcgetpgrp(STDOUT_FILENO) == getpgrp();
}

struct live_screen *live_screen_new(void)
{
	struct live_screen *s = calloc(1, sizeof(*s));
	if (s == NULL)
		return NULL;
	live_errors_init(&s->errors);
	s->out = malloc(OUT_LEN);
	if (live_terminal_open(&s->terminal) && s->out != NULL)
		return s;
	live_screen_free(s);
	return NULL;
}

void live_screen_free(struct live_screen *s)
{
	if (s == NULL)
		return;
	live_screen_leave(s);
	live_terminal_close(&s->terminal);
	free(s->out);
	free(s);
}

struct live_size live_screen_size(const struct live_screen *s)
{
	return live_terminal_size(&s->terminal);
}

// --- writing ----------------------------------------------------------------------------------------

// What the terminal takes now. True: all.
static bool flush(struct live_screen *s)
{
	while (s->out_at < s->out_len) {
		ssize_t n = write(s->terminal.fd, s->out + s->out_at, s->out_len - s->out_at);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return false;
		s->out_at += (size_t)n;
	}
	s->out_at = s->out_len = 0;
	return true;
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
	bool anew =
		live_signals_has_changed() || size.width != s->size.width || size.height != s->size.height;
	live_signals_set_changed(false);
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

// --- coming and going -------------------------------------------------------------------------------

// A signal's handler calls it too.
static void restore(void *context)
{
	struct live_screen *s = context;
	live_write_patiently(s->terminal.fd, LEAVE, strlen(LEAVE));
	live_terminal_give_back(&s->terminal);
	live_errors_release(&s->errors);
}

void live_screen_enter(struct live_screen *s)
{
	if (s->shown)
		return;
	(void)fflush(stdout);
	s->shown = true;
	s->size = (struct live_size){ 0, 0 };
	s->count = s->out_len = s->out_at = 0;
	live_signals_take(restore, s);
	live_terminal_quieten(&s->terminal);
	live_errors_keep(&s->errors);
	put(s, ENTER);
	(void)flush(s);
}

void live_screen_leave(struct live_screen *s)
{
	if (!s->shown)
		return;
	live_write_patiently(s->terminal.fd, s->out + s->out_at, s->out_len - s->out_at);
	restore(s);
	live_signals_give_back();
	s->shown = false;
}

// As the shell expects it: stopped by that very signal.
static void stop(struct live_screen *s)
{
	live_screen_leave(s);
	(void)raise(SIGTSTP);
	live_screen_enter(s);
	live_signals_set_changed(true);
}

bool live_screen_look(struct live_screen *s)
{
	if (s->shown && live_signals_take_stop())
		stop(s);
	return live_signals_has_changed();
}

bool live_screen_is_told_to_end(struct live_screen *s)
{
	char typed[64];
	bool end = false;
	for (ssize_t n = 1; s->shown && n > 0;) {
		n = read(s->terminal.fd, typed, sizeof(typed));
		end = end || (n > 0 && (memchr(typed, 'q', (size_t)n) != NULL ||
					       memchr(typed, 'Q', (size_t)n) != NULL));
	}
	return end;
}
