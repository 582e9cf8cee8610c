// SPDX-License-Identifier: Apache-2.0
// The detectors on a thread of their own, for those who may not wait: events go into a bounded buffer, and
// when that is full they are dropped and counted.
#ifndef SIGNET_DETECT_BACKGROUND_H
#define SIGNET_DETECT_BACKGROUND_H

#include "detect/engine.h"

enum { DETECT_BACKGROUND_BYTES = 2 << 20 }; // of events that wait; there are two such buffers

struct detect_background;

// Starts the thread. settings are borrowed; emit is called with findings, on that thread. 0 or a negative
// errno.
int detect_background_new(const struct detect_settings *settings,
	void (*emit)(void *context, const struct event *e), void *context,
	struct detect_background **out) WARN_UNUSED;
// Other settings from now on: the detectors tell what they still had, and begin anew. When it returns, the
// former ones are not used any more. False: some detectors are off, for memory was out.
bool detect_background_renew(struct detect_background *b, const struct detect_settings *settings) WARN_UNUSED;
// Judges what waits, tells what the detectors still had, ends the thread. NULL is fine.
void detect_background_free(struct detect_background *b);

// From any thread; copies what detectors read of it, never waits for them. `context`: the
// detect_background, so that it can be an event_sink's listener.
void detect_background_event(void *context, const struct event *e);
// Events that found the buffer full.
uint64_t detect_background_lost(struct detect_background *b);

#endif
