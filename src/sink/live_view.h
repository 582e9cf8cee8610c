// SPDX-License-Identifier: Apache-2.0
// A watch that somebody looks at: the table (live_table.h) on the terminal (live_screen.h), a few times a
// second. The lines that would else have been printed (report.h) are kept meanwhile and printed at the end,
// with the summary, so that nothing that was shown is lost with the screen.
#ifndef SIGNET_SINK_LIVE_VIEW_H
#define SIGNET_SINK_LIVE_VIEW_H

#include "sink/live_screen.h"
#include "sink/outlet.h"

enum { LIVE_KEPT_MAX = 1000 }; // sessions, alerts, ... that are printed at the end: the last ones

struct live_view;

// Opens the terminal; the screen is shown with the first look. The view lives until the outlet is closed.
// False: it cannot be done.
bool live_view_open(const char *source, struct outlet *out, struct live_view **view) WARN_UNUSED;

// Whether it is time for a picture. Often called; costs little.
bool live_view_is_due(struct live_view *v);
// A picture: begin, each session in progress (an event of kind SESSION), draw.
void live_view_begin(struct live_view *v);
void live_view_session(void *view, const struct event *e);
void live_view_draw(struct live_view *v, uint64_t packets, uint64_t lost);
// Whether somebody typed that it should end.
bool live_view_is_told_to_end(struct live_view *v);
// The terminal is as it was; nothing is shown from now on.
void live_view_leave(struct live_view *v);

#endif
