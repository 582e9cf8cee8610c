// SPDX-License-Identifier: Apache-2.0
// The detectors over the server's own events: sealed sessions are no obstacle, for here they are open. Alerts
// go where the other events go.
#ifndef SIGNET_SERVER_DETECTION_H
#define SIGNET_SERVER_DETECTION_H

#include "base/attributes.h"

struct config;
struct detection;
struct event_sink;

// Listens to the sink from now on, before others emit into it; *out is NULL when the configuration has
// detect = off. 0 or a negative errno (told of by log.h).
int detection_start(struct config *config, struct event_sink *events, struct detection **out) WARN_UNUSED;
// Another configuration is in force: where its [detect] differs, the detectors begin anew with that. NULL:
// they are off.
void detection_reload(struct detection *d, struct config *config);
// When nobody else emits any more, before the sink is freed. NULL is fine.
void detection_stop(struct detection *d);

#endif
