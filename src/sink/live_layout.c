// SPDX-License-Identifier: Apache-2.0
#include "sink/live_layout.h"

#include <stdlib.h>
#include <string.h>

#include "base/attributes.h"
#include "sink/live_cell.h"

#define RECENT_US (30 * UINT64_C(1000000))

static int order_of_pointers(const void *a, const void *b)
{
	const struct live_session *const *x = a, *const *y = b;
	return live_session_order(*x, *y);
}

static bool is_current(const struct live_session *s, uint64_t now_us)
{
	return s->open || now_us < s->told_us + RECENT_US;
}

static void gather(struct live_layout *l, bool current, size_t *count)
{
	struct live_table *t = l->table;
	size_t begin = *count;
	for (size_t i = 0; i < t->open_count && current; i++)
		t->sorted[(*count)++] = &t->open[i];
	size_t ended = (size_t)at_most(t->ended_total, LIVE_SESSIONS_MAX);
	for (size_t i = 0; i < ended; i++)
		if (is_current(&t->ended[i], l->figures->now_us) == current)
			t->sorted[(*count)++] = &t->ended[i];
	qsort(t->sorted + begin, *count - begin, sizeof(t->sorted[0]), order_of_pointers);
}

// A third is for alerts; who does not need his part leaves it to the other.
static void share_lines(struct live_layout *l)
{
	size_t space = l->size.height > LAYOUT_FIXED_LINES ? l->size.height - LAYOUT_FIXED_LINES : 0;
	size_t alerts = at_most(l->table->alert_total, LIVE_ALERTS_MAX) * LAYOUT_LINES_AN_ALERT;
	size_t part = space / 3 < LAYOUT_LINES_AN_ALERT ? at_most(space, LAYOUT_LINES_AN_ALERT) : space / 3;
	if (l->session_count < space - part)
		part = space - l->session_count;
	alerts = alerts == 0 ? 1 : alerts;
	l->alert_lines = at_most(alerts, part);
	l->session_lines = space - l->alert_lines;
}

static size_t choose_columns(struct live_layout *l)
{
	size_t used = 0;
	memset(l->widths, 0, sizeof(l->widths));
	for (unsigned int rank = 0; rank <= 3; rank++) {
		for (size_t c = 0; c < COLUMN_COUNT; c++) {
			size_t gap = used == 0 ? 0 : 1;
			if (live_columns[c].rank != rank ||
				used + gap + live_columns[c].least > l->size.width)
				continue;
			l->widths[c] = live_columns[c].least;
			used += gap + live_columns[c].least;
		}
	}
	return used;
}

static size_t widest(const struct live_layout *l, enum live_column c)
{
	char text[LIVE_CELL_LEN];
	size_t most = 0, shown = at_most(l->session_count, l->session_lines);
	for (size_t i = 0; i < shown; i++) {
		live_column_text(l->table->sorted[i], c, l->figures->now_us, text);
		size_t width = live_cell_columns(text, l->table->locale);
		most = width > most ? width : most;
	}
	return at_most(most, live_columns[c].most);
}

// What is left goes where texts are longer than their least.
static void widen_columns(struct live_layout *l, size_t used)
{
	static const enum live_column order[] = { CLIENT, SERVER, ACCOUNT, HOW, WHY };
	for (size_t i = 0; i < ARRAY_LEN(order); i++) {
		size_t *width = &l->widths[order[i]], wanted = *width == 0 ? 0 : widest(l, order[i]);
		if (wanted <= *width)
			continue;
		size_t more = at_most(wanted - *width, l->size.width - used);
		*width += more;
		used += more;
	}
}

void live_layout_make(struct live_layout *l)
{
	gather(l, true, &l->session_count);
	gather(l, false, &l->session_count);
	share_lines(l);
	widen_columns(l, choose_columns(l));
}
