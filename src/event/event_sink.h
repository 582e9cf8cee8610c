// SPDX-License-Identifier: Apache-2.0
// Where events go: a file or standard output, one JSON object a line, written by a thread of its own.
//
// Whoever emits must never wait for a disk: the line goes into a bounded buffer, and when that is
// full it is dropped and counted, and the loss becomes an event (EVENTS_LOST) as soon as there is
// room. Lines reach the file within EVENT_SINK_LINGER_MS.
#ifndef SIGNET_EVENT_EVENT_SINK_H
#define SIGNET_EVENT_EVENT_SINK_H

#include "event/event.h"
#include "event/event_counts.h"

enum { EVENT_SINK_BUFFER_BYTES = 4 * 1024 * 1024, EVENT_SINK_LINGER_MS = 20 };

struct event_sink;

// "-" is standard output; a file is appended to, made (mode 0600) if missing. Starts the thread.
// 0 or a negative errno.
int event_sink_new(const char *path, struct event_sink **out) WARN_UNUSED;
// Writes what is buffered, ends the thread, closes the file. NULL is fine.
void event_sink_free(struct event_sink *sink);

// From any thread; never blocks on I/O, never allocates. A NULL sink takes nothing.
void event_emit(struct event_sink *sink, const struct event *e);
// Shows each event to a listener as well, on the thread that emits it, which must not wait there; NULL: no
// more. While nobody emits.
void event_sink_listen(
	struct event_sink *sink, void (*listener)(void *context, const struct event *e), void *context);
// What was emitted so far, from any thread.
void event_sink_counts(struct event_sink *sink, struct event_counts *out);
// Opens the file again by its name, for log rotation; safe from any thread (not from a signal
// handler). The old file stays in use when the new one cannot be opened.
void event_sink_reopen(struct event_sink *sink);
// Returns when everything emitted before the call has been written (for tests and orderly ends).
void event_sink_flush(struct event_sink *sink);

#endif
