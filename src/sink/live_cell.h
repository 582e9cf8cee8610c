// SPDX-License-Identifier: Apache-2.0
// Text of the width that a terminal shows it in: one line, put together cell by cell.
#ifndef SIGNET_SINK_LIVE_CELL_H
#define SIGNET_SINK_LIVE_CELL_H

#include <locale.h>
#include <stdbool.h>
#include <stddef.h>

// Where it knows the width of characters from; (locale_t)0: of ASCII alone, others are shown as '?'.
locale_t live_cell_locale(void);

struct live_cell_line {
	char *text; // NUL-terminated
	size_t size, used;
	size_t columns, columns_max; // nothing goes beyond
	bool colour;
	locale_t locale;
};

// Text that printable() made safe, cut with '~' to `columns`, or filled up to them at its end (right: at its
// beginning).
void live_cell_put(struct live_cell_line *l, const char *text, size_t columns, bool right);
// The same without filling up.
void live_cell_append(struct live_cell_line *l, const char *text);
// Colours and the like from here on: constant text; left out without colour. NULL: as usual again.
void live_cell_style(struct live_cell_line *l, const char *style);
// In how many columns the text is shown.
size_t live_cell_columns(const char *text, locale_t locale);

#endif
