// SPDX-License-Identifier: Apache-2.0
// A terminal on which pictures are shown in place: on its other screen, so that what was there before is
// there again afterwards. Of each picture only lines that changed are written, and nothing waits for a
// terminal that does not take them. One thread, one screen in a process.
#ifndef SIGNET_SINK_LIVE_SCREEN_H
#define SIGNET_SINK_LIVE_SCREEN_H

#include "sink/live_table.h"

struct live_screen;

// Whether standard output is a terminal that can show pictures, and this process the one that it listens to.
bool live_screen_is_possible(void);
// Opens it; nothing is shown yet. Before the walls (walls/walls.h): afterwards it may not be opened. NULL:
// memory is out, or it cannot be.
struct live_screen *live_screen_new(void) WARN_UNUSED;
void live_screen_free(struct live_screen *s); // leaves it; NULL is fine

// Shows the screen, and takes signals: what ends the process, stops it (Ctrl-Z) or goes wrong leaves the
// screen first. What is written to standard error meanwhile is kept back.
void live_screen_enter(struct live_screen *s);
// The terminal is as it was; what was kept back is written. Nothing when it was left already.
void live_screen_leave(struct live_screen *s);

struct live_size live_screen_size(const struct live_screen *s);
// Between pictures, often: stops where that was asked for. True: a picture is wanted now, as the size has
// changed or others have written there.
bool live_screen_look(struct live_screen *s);
// Whether `q` was typed.
bool live_screen_is_told_to_end(struct live_screen *s);
void live_screen_draw(struct live_screen *s, const struct live_picture *p);

#endif
