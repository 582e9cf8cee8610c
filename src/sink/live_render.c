// SPDX-License-Identifier: Apache-2.0
// The picture of a table: a head, sessions, alerts, and a line of figures at the bottom.
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "event/event_schema.h"
#include "sink/live_cell.h"
#include "sink/live_layout.h"
#include "sink/printable.h"

enum {
	NARROW = 64, // columns below which figures are abbreviated
	CLOCK_COLUMNS = 9,
};

#define BOLD "\033[1m"
#define DIM "\033[2m"
#define REVERSE "\033[7m"
#define RED "\033[1;31m"
#define YELLOW "\033[33m"

// --- a picture in the making ------------------------------------------------------------------------

struct drawing {
	struct live_layout layout;
	bool colour;
	struct live_picture *out;
	struct live_cell_line line;
};

static struct live_cell_line *begin_line(struct drawing *d)
{
	static const size_t len = LIVE_LINE_LEN;
	char *text = d->out->lines[d->out->count];
	text[0] = '\0';
	d->line = (struct live_cell_line){
		.text = text,
		.size = len,
		.columns_max = d->layout.size.width,
		.colour = d->colour,
		.locale = d->layout.table->locale,
	};
	return &d->line;
}

static void end_line(struct drawing *d)
{
	if (d->out->count + 1 < LIVE_HEIGHT_MAX)
		d->out->count++;
}

// --- lines ------------------------------------------------------------------------------------------

static void put_head(struct drawing *d)
{
	struct live_cell_line *l = begin_line(d);
	live_cell_style(l, REVERSE);
	for (size_t c = 0; c < COLUMN_COUNT; c++) {
		if (d->layout.widths[c] == 0)
			continue;
		live_cell_put(l, live_columns[c].title, d->layout.widths[c], live_columns[c].right);
		live_cell_put(l, "", 1, false);
	}
	live_cell_put(l, "", d->layout.size.width, false);
	live_cell_style(l, NULL);
	end_line(d);
}

static void put_session(struct drawing *d, const struct live_session *s)
{
	char text[LIVE_CELL_LEN];
	struct live_cell_line *l = begin_line(d);
	for (size_t c = 0; c < COLUMN_COUNT; c++) {
		if (d->layout.widths[c] == 0)
			continue;
		live_column_text(s, (enum live_column)c, d->layout.figures->now_us, text);
		live_cell_style(l, c == GRADE ? report_grade_colour(s->grade) : s->open ? NULL : DIM);
		live_cell_put(l, text, d->layout.widths[c], live_columns[c].right);
		live_cell_style(l, NULL);
		live_cell_put(l, "", 1, false);
	}
	end_line(d);
}

static void put_sessions(struct drawing *d)
{
	size_t shown = at_most(d->layout.session_count, d->layout.session_lines);
	for (size_t i = 0; i < shown; i++)
		put_session(d, d->layout.table->sorted[i]);
	for (size_t i = shown; i < d->layout.session_lines; i++) {
		struct live_cell_line *l = begin_line(d);
		if (d->layout.session_count == 0 && i == 0)
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
	const struct live_table *t = d->layout.table;
	char text[80];
	size_t kept = (size_t)at_most(t->alert_total, LIVE_ALERTS_MAX);
	size_t shown = at_most(kept, (d->layout.alert_lines + 1) / LAYOUT_LINES_AN_ALERT);
	struct live_cell_line *l = begin_line(d);
	if (shown < t->alert_total)
		(void)snprintf(
			text, sizeof(text), "ALERTS, the newest %zu of %" PRIu64, shown, t->alert_total);
	else
		(void)snprintf(text, sizeof(text), "ALERTS");
	live_cell_style(l, REVERSE);
	live_cell_put(l, text, d->layout.size.width, false);
	live_cell_style(l, NULL);
	end_line(d);
	if (kept == 0 && d->layout.alert_lines > 0) {
		live_cell_append(begin_line(d), "  none");
		end_line(d);
	}
	for (size_t i = 0; i < shown; i++)
		put_alert(d, &t->alerts[(t->alert_total - 1 - i) % LIVE_ALERTS_MAX],
			(i + 1) * LAYOUT_LINES_AN_ALERT <= d->layout.alert_lines);
}

static void put_figures(struct drawing *d)
{
	const struct live_table *t = d->layout.table;
	const struct live_figures *f = d->layout.figures;
	uint64_t sessions = t->open_total + t->ended_total;
	char text[200], source[40];
	struct live_cell_line *l = begin_line(d);
	(void)printable(f->source, source, sizeof(source));
	if (d->layout.size.width < NARROW)
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
	if (d->layout.size.width >= NARROW)
		live_cell_append(l, "   q ends");
	end_line(d);
}

void live_table_render(struct live_table *t, const struct live_figures *f, struct live_size size, bool colour,
	struct live_picture *out)
{
	struct drawing d = { .layout = { .table = t, .figures = f }, .colour = colour, .out = out };
	d.layout.size.width = at_most(size.width, LIVE_WIDTH_MAX);
	d.layout.size.height = at_most(size.height, LIVE_HEIGHT_MAX - 1);
	out->count = 0;
	if (d.layout.size.width == 0 || d.layout.size.height == 0)
		return;
	live_layout_make(&d.layout);
	if (d.layout.size.height >= LAYOUT_FIXED_LINES) {
		put_head(&d);
		put_sessions(&d);
		put_alerts(&d);
	}
	put_figures(&d);
}
