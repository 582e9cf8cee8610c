// SPDX-License-Identifier: Apache-2.0
// The server's main thread: listens, watches for signals, reloads what is in force, and ends.
#ifndef SIGNET_SERVER_FRONT_H
#define SIGNET_SERVER_FRONT_H

#include "base/attributes.h"
#include "config/config.h"

// Serves until SIGINT or SIGTERM; takes config over. Puts the process's walls up, for good. 0, or a
// negative errno after having said on standard error what could not be done.
int front_run(struct config *config) WARN_UNUSED;

#endif
