// SPDX-License-Identifier: Apache-2.0
// Private to this folder: where findings go. Gives each its incident (incident.h).
#ifndef SIGNET_DETECT_FINDING_SINK_H
#define SIGNET_DETECT_FINDING_SINK_H

#include "detect/finding.h"
#include "detect/incident.h"

struct finding_sink {
	void (*emit)(void *context, const struct event *e);
	void *context;
	struct incidents *incidents;
};

#endif
