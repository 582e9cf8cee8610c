// SPDX-License-Identifier: Apache-2.0
// A watch from its first packet to its end: input, sensor, detectors, and everywhere that events go.
#ifndef SIGNET_CLI_WATCH_RUN_H
#define SIGNET_CLI_WATCH_RUN_H

#include "base/attributes.h"
#include "cli/watch_input.h"
#include "config/detect_settings.h"
#include "event/event.h"
#include "sink/live_view.h"
#include "sink/outlet.h"

enum { WATCH_OUTLETS_MAX = 4 };

struct watch {
	struct watch_input *input;
	const struct detect_settings *settings;
	const struct unlock_keys *keys;
	struct outlet outlets[WATCH_OUTLETS_MAX]; // closed by watch_run
	size_t outlet_count;
	struct live_view *view; // the first outlet's, drawn while it runs; NULL: none
	const char *baseline;   // where it is kept while it runs; NULL: nowhere
	uint64_t last_incident; // of those that --state has from before
	bool live;
	bool progress;               // on standard error
	enum event_severity fail_on; // EVENT_DEFAULT_SEVERITY: never
	bool alerted;                // out: an alert at or over fail_on was raised
	uint64_t packets;
};

// Until the input ends, or SIGINT or SIGTERM. False: it could not be done, or not be written; that was said
// on standard error.
bool watch_run(struct watch *w) WARN_UNUSED;
// For a watch that is not run.
bool watch_close_outlets(struct watch *w) WARN_UNUSED;

#endif
