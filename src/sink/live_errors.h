// SPDX-License-Identifier: Apache-2.0
// Keeps back what is written to standard error while a screen is shown on the same terminal.
#ifndef SIGNET_SINK_LIVE_ERRORS_H
#define SIGNET_SINK_LIVE_ERRORS_H

struct live_errors {
	int real; // where standard error goes; -1: nothing is kept back
	int kept; // what it said meanwhile
};

void live_errors_init(struct live_errors *e);
// Only where standard error is a terminal.
void live_errors_keep(struct live_errors *e);
// What was kept is written where it should have gone. For signals' handlers, too.
void live_errors_release(struct live_errors *e);

#endif
