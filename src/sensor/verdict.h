// SPDX-License-Identifier: Apache-2.0
// Private to the sensor: what a session was worth, from how its ordinary messages were protected.
#ifndef SIGNET_SENSOR_VERDICT_H
#define SIGNET_SENSOR_VERDICT_H

#include "event/event_watch.h"
#include "sensor/watched_session.h"

enum { VERDICT_REASONS_MAX = 16 };

struct session_verdict {
	struct event_verdict verdict; // borrows from here and from the session
	const char *reasons[VERDICT_REASONS_MAX];
};

void verdict_of_session(const struct watched_session *s, struct session_verdict *out);

#endif
