// SPDX-License-Identifier: Apache-2.0
// Judges what was seen: every event goes to every detector; what they find goes out as events of kind
// EVENT_FINDING, with the values that prove it. Reads events only, so that it works over packets (sensor) and
// over what the server itself knows alike. Time is the events' own. One thread.
#ifndef SIGNET_DETECT_ENGINE_H
#define SIGNET_DETECT_ENGINE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/attributes.h"
#include "config/detect_settings.h"
#include "event/event.h"

struct detect_engine;

// settings are borrowed and outlive the engine. emit is called with each finding, borrowed for the call.
// NULL when memory is out.
struct detect_engine *detect_engine_new(const struct detect_settings *settings,
	void (*emit)(void *context, const struct event *e), void *context) WARN_UNUSED;
// Numbers of incidents go on after this one, where what is found is added to what earlier runs found.
void detect_engine_go_on_after(struct detect_engine *d, uint64_t incident);
void detect_engine_event(struct detect_engine *d, const struct event *e);
// Time goes on though nothing happens: for those who have no events to tell it by.
void detect_engine_tick(struct detect_engine *d, uint64_t now_us);
// Ends as with detect_engine_finish, and begins anew with these settings; incidents go on. False: some
// detectors are off, for memory was out.
bool detect_engine_renew(struct detect_engine *d, const struct detect_settings *settings) WARN_UNUSED;
// The input ends: what detectors were still waiting with is told.
void detect_engine_finish(struct detect_engine *d);
void detect_engine_free(struct detect_engine *d); // NULL is fine

// All detectors, for help texts: ends with NULL.
struct detector;
const struct detector *const *detect_detectors(void);

#endif
