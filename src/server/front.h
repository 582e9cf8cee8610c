// SPDX-License-Identifier: Apache-2.0
// The server's main thread: listens, watches for signals, reloads what is in force, and ends.
#ifndef SIGNET_SERVER_FRONT_H
#define SIGNET_SERVER_FRONT_H

#include "base/attributes.h"
#include "config/config.h"

struct event_sink;

// Serves until SIGINT or SIGTERM; takes config and events over. 0, or a negative errno after having
// said on standard error what could not be done. ready, when not NULL, is called once it listens.
int front_run(
	struct config *config, struct event_sink *events, void (*ready)(const struct config *)) WARN_UNUSED;

#endif
