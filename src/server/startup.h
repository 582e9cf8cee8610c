// SPDX-License-Identifier: Apache-2.0
// The order in which the process takes what it needs privileges for, gives them up for good, and makes what
// has threads, which are within the walls then.
#ifndef SIGNET_SERVER_STARTUP_H
#define SIGNET_SERVER_STARTUP_H

#include "base/attributes.h"
#include "server/listener_set.h"

struct config;
struct detection;
struct event_sink;
struct metrics_page;
struct policy;
struct walls;

// What it has by then. All zero before.
struct startup {
	int notify_fd; // of the service manager, or -1
	struct listener_set listeners;
	struct metrics_page *metrics; // NULL: none
	struct walls *walls;
	struct event_sink *events;
	struct detection *detection; // NULL: off
};

// Fills it, and the policy of the configuration, which is the caller's. 0, or a negative errno after having
// said on standard error what could not be done; then there is no policy. startup_done() in either case.
int startup_begin(struct startup *s, struct config *config, struct policy **policy) WARN_UNUSED;
// When the server has stopped: nobody emits events any more.
void startup_done(struct startup *s);

#endif
