// SPDX-License-Identifier: Apache-2.0
// The picture of a table: a head, sessions, alerts, and a line of figures at the bottom.
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "event/event_schema.h"
#include "sink/live_cell.h"
#include "sink/live_columns.h"
#include "sink/printable.h"

enum {
	FIXED_LINES = 3,    // the head, the alerts' head, the figures
	LINES_AN_ALERT = 2, // what, and its evidence
	NARROW = 64,        // columns below which figures are abbreviated
	CLOCK_COLUMNS = 9,
};
#define SECOND_US UINT64_C(1000000)
#define RECENT_US (30 * SECOND_US)

#define BOLD "\033[1m"
#define DIM "\033[2m"
#define REVERSE "\033[7m"
#define RED "\033[1;31m"
#define YELLOW "\033[33m"

// --- a picture in the making ------------------------------------------------------------------------

struct drawing {
	struct live_table *table;
	const struct live_figures *figures;
	struct live_size size;
	bool colour;
	struct live_picture *out;
	struct live_cell_line line;
	size_t session_count, session_lines, alert_lines; // sorted; lines for each
	size_t widths[COLUMN_COUNT];                      // 0: not shown
};

static struct live_cell_line *begin_line(struct drawing *d)
{
	static const size_t len = LIVE_LINE_LEN;
	char *text = d->out->lines[d->out->count];
	text[0] = '\0';
	d->line = (struct live_cell_line){
		.text = text,
		.size = len,
		.columns_max = d->size.width,
		.colour = d->colour,
		.locale = d->table->locale,
	};
	return &d->line;
}

static void end_line(struct drawing *d)
{
	if (d->out->count + 1 < LIVE_HEIGHT_MAX)
		d->out->count++;
}

static size_t at_most(size_t n, size_t max)
{
	return n < max ? n : max;
}

// --- what is shown ----------------------------------------------------------------------------------

static int order_of_pointers(const void *a, const void *b)
{
	const struct live_session *const *x = a, *const *y = b;
	return live_session_order(*x, *y);
}

static bool is_current(const struct live_session *s, uint64_t now_us)
{
	return s->open || now_us < s->told_us + RECENT_US;
}

static void gather(struct drawing *d, bool current, size_t *count)
{
	struct live_table *t = d->table;
	size_t begin = *count;
	for (size_t i = 0; i < t->open_count && current; i++)
		t->sorted[(*count)++] = &t->open[i];
	size_t ended = (size_t)at_most(t->ended_total, LIVE_SESSIONS_MAX);
	for (size_t i = 0; i < ended; i++)
		if (is_current(&t->ended[i], d->figures->now_us) == current)
			t->sorted[(*count)++] = &t->ended[i];
	qsort(t->sorted + begin, *count - begin, sizeof(t->sorted[0]), order_of_pointers);
}

// A third is for alerts; who does not need his part leaves it to the other.
static void share_lines(struct drawing *d)
{
	size_t space = d->size.height > FIXED_LINES ? d->size.height - FIXED_LINES : 0;
	size_t alerts = at_most(d->table->alert_total, LIVE_ALERTS_MAX) * LINES_AN_ALERT;
	size_t part = space / 3 < LINES_AN_ALERT ? at_most(space, LINES_AN_ALERT) : space / 3;
	if (d->session_count < space - part)
		part = space - d->session_count;
	alerts = alerts == 0 ? 1 : alerts;
	d->alert_lines = at_most(alerts, part);
	d->session_lines = space - d->alert_lines;
}

// --- columns ----------------------------------------------------------------------------------------

static size_t choose_columns(struct drawing *d)
{
	size_t used = 0;
	memset(d->widths, 0, sizeof(d->widths));
	for (unsigned int rank = 0; rank <= 3; rank++) {
		for (size_t c = 0; c < COLUMN_COUNT; c++) {
			size_t gap = used == 0 ? 0 : 1;
			if (live_columns[c].rank != rank ||
				used + gap + live_columns[c].least > d->size.width)
				continue;
			d->widths[c] = live_columns[c].least;
			used += gap + live_columns[c].least;
		}
	}
	return used;
}

static size_t widest(const struct drawing *d, enum live_column c)
{
	char text[LIVE_CELL_LEN];
	size_t most = 0, shown = at_most(d->session_count, d->session_lines);
	for (size_t i = 0; i < shown; i++) {
		live_column_text(d->table->sorted[i], c, d->figures->now_us, text);
		size_t width = live_cell_columns(text, d->table->locale);
		most = width > most ? width : most;
	}
	return at_most(most, live_columns[c].most);
}

// What is left goes where texts are longer than their least.
static void widen_columns(struct drawing *d, size_t used)
{
	static const enum live_column order[] = { CLIENT, SERVER, ACCOUNT, HOW, WHY };
	for (size_t i = 0; i < ARRAY_LEN(order); i++) {
		size_t *width = &d->widths[order[i]], wanted = *width == 0 ? 0 : widest(d, order[i]);
		if (wanted <= *width)
			continue;
		size_t more = at_most(wanted - *width, d->size.width - used);
		*width += more;
		used += more;
	}
}

// --- lines ------------------------------------------------------------------------------------------

static void put_head(struct drawing *d)
{
	struct live_cell_line *l = begin_line(d);
	live_cell_style(l, REVERSE);
	for (size_t c = 0; c < COLUMN_COUNT; c++) {
		if (d->widths[c] == 0)
			continue;
		live_cell_put(l, live_columns[c].title, d->widths[c], live_columns[c].right);
		live_cell_put(l, "", 1, false);
	}
	live_cell_put(l, "", d->size.width, false);
	live_cell_style(l, NULL);
	end_line(d);
}

static void put_session(struct drawing *d, const struct live_session *s)
{
	char text[LIVE_CELL_LEN];
	struct live_cell_line *l = begin_line(d);
	for (size_t c = 0; c < COLUMN_COUNT; c++) {
		if (d->widths[c] == 0)
			continue;
		live_column_text(s, (enum live_column)c, d->figures->now_us, text);
		live_cell_style(l, c == GRADE ? report_grade_colour(s->grade) : s->open ? NULL : DIM);
		live_cell_put(l, text, d->widths[c], live_columns[c].right);
		live_cell_style(l, NULL);
		live_cell_put(l, "", 1, false);
	}
	end_line(d);
}

static void put_sessions(struct drawing *d)
{
	size_t shown = at_most(d->session_count, d->session_lines);
	for (size_t i = 0; i < shown; i++)
		put_session(d, d->table->sorted[i]);
	for (size_t i = shown; i < d->session_lines; i++) {
		struct live_cell_line *l = begin_line(d);
		if (d->session_count == 0 && i == 0)
			live_cell_append(l, "  no session yet");
		end_line(d);
	}
}

static void put_alert(struct drawing *d, const struct live_alert *a, bool with_evidence)
{
	char time[REPORT_TIME_LEN];
	struct live_cell_line *l = begin_line(d);
	live_cell_put(l, report_time_text(a->time_us, time) + strlen("2026-01-31 "), CLOCK_COLUMNS, false);
	live_cell_style(l, a->severity >= EVENT_ALERT ? RED : a->severity == EVENT_WARNING ? YELLOW : NULL);
	live_cell_append(l, a->severity >= EVENT_ALERT ? "ALERT" : event_severity_name(a->severity));
	live_cell_style(l, NULL);
	live_cell_append(l, " ");
	live_cell_append(l, a->title);
	end_line(d);
	if (!with_evidence)
		return;
	l = begin_line(d);
	live_cell_put(l, "", CLOCK_COLUMNS, false);
	live_cell_style(l, DIM);
	live_cell_append(l, a->evidence);
	live_cell_style(l, NULL);
	end_line(d);
}

static void put_alerts(struct drawing *d)
{
	const struct live_table *t = d->table;
	char text[80];
	size_t kept = (size_t)at_most(t->alert_total, LIVE_ALERTS_MAX);
	size_t shown = at_most(kept, (d->alert_lines + 1) / LINES_AN_ALERT);
	struct live_cell_line *l = begin_line(d);
	if (shown < t->alert_total)
		(void)snprintf(
			text, sizeof(text), "ALERTS, the newest %zu of %" PRIu64, shown, t->alert_total);
	else
		(void)snprintf(text, sizeof(text), "ALERTS");
	live_cell_style(l, REVERSE);
	live_cell_put(l, text, d->size.width, false);
	live_cell_style(l, NULL);
	end_line(d);
	if (kept == 0 && d->alert_lines > 0) {
		live_cell_append(begin_line(d), "  none");
		end_line(d);
	}
	for (size_t i = 0; i < shown; i++)
		put_alert(d, &t->alerts[(t->alert_total - 1 - i) % LIVE_ALERTS_MAX],
			(i + 1) * LINES_AN_ALERT <= d->alert_lines);
}

static void put_figures(struct drawing *d)
{
	const struct live_table *t = d->table;
	const struct live_figures *f = d->figures;
	uint64_t sessions = t->open_total + t->ended_total;
	char text[200], source[40];
	struct live_cell_line *l = begin_line(d);
	(void)printable(f->source, source, sizeof(source));
	if (d->size.width < NARROW)
		(void)snprintf(text, sizeof(text), "%" PRIu64 " p/s %" PRIu64 " sess %" PRIu64 " alerts ",
			f->packets_per_second, sessions, t->alert_total);
	else
		(void)snprintf(text, sizeof(text),
			"%s  %" PRIu64 " packets/s  %" PRIu64 " sessions, %" PRIu64 " open  %" PRIu64
			" alerts  ",
			source, f->packets_per_second, sessions, t->open_total, t->alert_total);
	live_cell_style(l, BOLD);
	live_cell_append(l, text);
	if (f->lost > 0)
		live_cell_style(l, RED);
	(void)snprintf(text, sizeof(text), "%" PRIu64 " lost", f->lost);
	live_cell_append(l, text);
	live_cell_style(l, NULL);
	if (d->size.width >= NARROW)
		live_cell_append(l, "   q ends");
	end_line(d);
}

void live_table_render(struct live_table *t, const struct live_figures *f, struct live_size size, bool colour,
	struct live_picture *out)
{
	struct drawing d = { .table = t, .figures = f, .colour = colour, .out = out };
	d.size.width = at_most(size.width, LIVE_WIDTH_MAX);
	d.size.height = at_most(size.height, LIVE_HEIGHT_MAX - 1);
	out->count = 0;
	if (d.size.width == 0 || d.size.height == 0)
		return;
	gather(&d, true, &d.session_count);
	gather(&d, false, &d.session_count);
	share_lines(&d);
	widen_columns(&d, choose_columns(&d));
	if (d.size.height >= FIXED_LINES) {
		put_head(&d);
		put_sessions(&d);
		put_alerts(&d);
	}
	put_figures(&d);
}
