// SPDX-License-Identifier: Apache-2.0
// What somebody who looks on sees: the sessions in progress and those that ended last, the latest alerts, and
// figures. It is a bounded list and a function that makes lines of it; nothing here knows of a terminal.
// One thread.
#ifndef SIGNET_SINK_LIVE_TABLE_H
#define SIGNET_SINK_LIVE_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attributes.h"
#include "event/event.h"

enum {
	LIVE_SESSIONS_MAX = 512, // in progress, and as many that ended; beyond, the best and oldest go
	LIVE_ALERTS_MAX = 64,
	LIVE_WIDTH_MAX = 400,
	LIVE_HEIGHT_MAX = 200,
	LIVE_LINE_LEN = 2048,
};

struct live_table;

struct live_table *live_table_new(void) WARN_UNUSED; // NULL when memory is out
void live_table_free(struct live_table *t);          // NULL is fine

// Sessions in progress are told of anew for each picture: first this, then each of them.
void live_table_begin_open(struct live_table *t);
void live_table_open(struct live_table *t, const struct event *e);
// Of kind EVENT_SESSION: it ended.
void live_table_ended(struct live_table *t, const struct event *e);
void live_table_alert(struct live_table *t, const struct event *e);

struct live_figures {
	const char *source; // the interface
	uint64_t packets_per_second;
	uint64_t lost;   // packets, since the beginning
	uint64_t now_us; // on the packets' clock
};

struct live_size {
	size_t width, height;
};

// A picture: `count` lines, each no wider than the terminal. They have no control characters but the
// sequences of colours, and those only with colour.
struct live_picture {
	size_t count;
	char lines[LIVE_HEIGHT_MAX][LIVE_LINE_LEN];
};

// Pure: the same table and figures give the same picture. Of any size; from 40x10 on with all its parts.
// Sessions that are in progress or ended within half a minute come first, of these the worst grade, of these
// the newest. Alerts: the newest first.
void live_table_render(struct live_table *t, const struct live_figures *f, struct live_size size, bool colour,
	struct live_picture *out);

#endif
