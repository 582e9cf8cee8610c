// SPDX-License-Identifier: Apache-2.0
// The terminal that standard output is: opened so that nothing waits for it, with what is typed not shown.
#ifndef SIGNET_SINK_LIVE_TERMINAL_H
#define SIGNET_SINK_LIVE_TERMINAL_H

#include <stdbool.h>
#include <stddef.h>
#include <termios.h>

#include "base/attributes.h"
#include "sink/live_table.h"

struct live_terminal {
	int fd;
	struct termios before;
	bool has_before;
};

// A descriptor of its own; false: it cannot be had.
bool live_terminal_open(struct live_terminal *t) WARN_UNUSED;
void live_terminal_close(struct live_terminal *t);
struct live_size live_terminal_size(const struct live_terminal *t);
// What is typed is not shown, and comes at once. Ctrl-C and Ctrl-Z stay signals.
void live_terminal_quieten(struct live_terminal *t);

// These two are for signals' handlers, too.
void live_terminal_give_back(const struct live_terminal *t); // as it was before it was quietened
// All of it, unless who reads there takes nothing for long.
void live_write_patiently(int fd, const char *bytes, size_t len);

#endif
