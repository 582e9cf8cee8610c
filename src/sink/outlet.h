// SPDX-License-Identifier: Apache-2.0
// Where events of a watch go: each sink makes one of these, and whoever watches tells all of them.
#ifndef SIGNET_SINK_OUTLET_H
#define SIGNET_SINK_OUTLET_H

#include <stdbool.h>

#include "event/event.h"

struct outlet {
	void (*event)(void *state, const struct event *e); // borrowed for the call
	void (*flush)(void *state); // a good moment: nothing comes just now; NULL: none
	// The end: writes what is left and frees the state. False: not everything could be written, and that
	// was said on standard error.
	bool (*close)(void *state);
	void *state;
	enum event_severity min_severity; // what is less severe is not told to it
};

#endif
