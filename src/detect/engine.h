// SPDX-License-Identifier: Apache-2.0
// Judges what was seen: every event goes to every detector; what they find goes out as events of kind
// EVENT_FINDING, with the values that prove it. Reads events only, so that it works over packets (sensor) and
// over what the server itself knows alike. Time is the events' own. One thread.
#ifndef SIGNET_DETECT_ENGINE_H
#define SIGNET_DETECT_ENGINE_H

#include <stdint.h>

#include "base/attributes.h"
#include "detect/settings.h"
#include "event/event.h"

struct detect_engine;

// settings are borrowed and outlive the engine. emit is called with each finding, borrowed for the call.
// NULL when memory is out.
struct detect_engine *detect_engine_new(const struct detect_settings *settings,
	void (*emit)(void *context, const struct event *e), void *context) WARN_UNUSED;
void detect_engine_event(struct detect_engine *d, const struct event *e);
// Time goes on though nothing happens: for those who have no events to tell it by.
void detect_engine_tick(struct detect_engine *d, uint64_t now_us);
// The input ends: what detectors were still waiting with is told.
void detect_engine_finish(struct detect_engine *d);
void detect_engine_free(struct detect_engine *d); // NULL is fine

// All detectors, for help texts: ends with NULL.
struct detector;
const struct detector *const *detect_detectors(void);

#endif
