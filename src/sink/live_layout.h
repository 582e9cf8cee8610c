// SPDX-License-Identifier: Apache-2.0
// Private to live_layout.c and live_render.c: what of a table is shown in a picture, and in how much room.
#ifndef SIGNET_SINK_LIVE_LAYOUT_H
#define SIGNET_SINK_LIVE_LAYOUT_H

#include "sink/live_columns.h"
#include "sink/live_rows.h"

enum {
	LAYOUT_FIXED_LINES = 3,    // the head, the alerts' head, the figures
	LAYOUT_LINES_AN_ALERT = 2, // what, and its evidence
};

struct live_layout {
	struct live_table *table; // its sessions are sorted as they are shown
	const struct live_figures *figures;
	struct live_size size;
	size_t session_count, session_lines, alert_lines; // sorted; lines for each
	size_t widths[COLUMN_COUNT];                      // 0: not shown
};

// table, figures and size are given.
void live_layout_make(struct live_layout *l);

static inline size_t at_most(size_t n, size_t max)
{
	return n < max ? n : max;
}

#endif
