// SPDX-License-Identifier: Apache-2.0
// Private to live_render.c: the columns of the table of sessions.
#ifndef SIGNET_SINK_LIVE_COLUMNS_H
#define SIGNET_SINK_LIVE_COLUMNS_H

#include "sink/live_rows.h"

enum { LIVE_CELL_LEN = REPORT_REASONS_LEN };

// As they are shown from left to right.
enum live_column { MARK, GRADE, CLIENT, ARROW, SERVER, ACCOUNT, DIALECT, HOW, BYTES, AGE, WHY, COLUMN_COUNT };

extern const struct live_column_row {
	const char *title;
	size_t least, most; // columns of the terminal
	unsigned int rank;  // where there is not room for all, those with the highest go
	bool right;
} live_columns[COLUMN_COUNT];

void live_column_text(
	const struct live_session *s, enum live_column column, uint64_t now_us, char out[LIVE_CELL_LEN]);

#endif
