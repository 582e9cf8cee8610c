// SPDX-License-Identifier: Apache-2.0
// What a watch gives up once its input and outputs are open: packets are anybody's, so who reads them should
// have little to lose.
#ifndef SIGNET_CLI_WATCH_CONFINE_H
#define SIGNET_CLI_WATCH_CONFINE_H

#include <stdbool.h>

#include "base/attributes.h"

struct watch_confinement {
	bool live;         // root becomes `user`
	const char *user;  // NULL: nobody
	const char *state; // the directory that stays within reach; NULL: none
	bool sends;        // to another host: syslog
	bool terminal;     // pictures are shown on one
};

// Puts up the walls (walls/walls.h): no file but those of `state`, no other program, no new privileges, no
// core. Live, root becomes the user and keeps no capability; the directory becomes his, and the working
// directory, as he need not reach it by its path. Walls that the kernel lacks are told of when live. False:
// that failed, and it was said on standard error.
bool watch_confine(const struct watch_confinement *c) WARN_UNUSED;

#endif
