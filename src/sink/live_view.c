// SPDX-License-Identifier: Apache-2.0
#include "sink/live_view.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "sink/report.h"

enum {
	INTERVAL_MS = 250,
	SHARE = 20, // looking takes a twentieth of the time at most
	RATE_MS = 1000,
};

struct live_view {
	struct live_table *table;
	struct live_screen *screen;
	struct outlet report; // writes to `words`
	FILE *words;
	char *text; // of words
	size_t text_len;
	char *kept[LIVE_KEPT_MAX]; // a ring
	uint64_t kept_total;
	struct live_figures figures;
	uint64_t begun_ms, due_ms;
	uint64_t rate_ms, rate_packets; // when packets were counted last, and how many there were
	bool left;
	struct live_picture picture;
};

static uint64_t clock_ms(clockid_t clock)
{
	struct timespec t;
	return clock_gettime(clock, &t) == 0 ? (uint64_t)t.tv_sec * 1000 + (uint64_t)t.tv_nsec / 1000000 : 0;
}

// --- events -----------------------------------------------------------------------------------------

// What the report said of it.
static void keep(struct live_view *v)
{
	(void)fflush(v->words);
	if (v->text_len == 0)
		return;
	char **place = &v->kept[v->kept_total++ % LIVE_KEPT_MAX];
	free(*place);
	*place = strndup(v->text, v->text_len);
	(void)fseek(v->words, 0, SEEK_SET);
}

static void view_event(void *state, const struct event *e)
{
	struct live_view *v = state;
	if (e->kind == EVENT_SESSION)
		live_table_ended(v->table, e);
	else if (e->kind == EVENT_FINDING)
		live_table_alert(v->table, e);
	v->report.event(v->report.state, e);
	keep(v);
}

// --- pictures ---------------------------------------------------------------------------------------

bool live_view_is_due(struct live_view *v)
{
	if (v->left)
		return false;
	return live_screen_look(v->screen) || clock_ms(CLOCK_MONOTONIC) >= v->due_ms;
}

void live_view_begin(struct live_view *v)
{
	v->begun_ms = clock_ms(CLOCK_MONOTONIC);
	live_screen_enter(v->screen);
	live_table_begin_open(v->table);
}

void live_view_session(void *view, const struct event *e)
{
	const struct live_view *v = view;
	live_table_open(v->table, e);
}

static void count_rate(struct live_view *v, uint64_t packets)
{
	uint64_t passed = v->begun_ms - v->rate_ms;
	if (passed < RATE_MS)
		return;
	v->figures.packets_per_second = (packets - v->rate_packets) * 1000 / passed;
	v->rate_ms = v->begun_ms;
	v->rate_packets = packets;
}

void live_view_draw(struct live_view *v, uint64_t packets, uint64_t lost)
{
	count_rate(v, packets);
	v->figures.lost = lost;
	v->figures.now_us = clock_ms(CLOCK_REALTIME) * 1000;
	live_table_render(v->table, &v->figures, live_screen_size(v->screen), true, &v->picture);
	live_screen_draw(v->screen, &v->picture);
	uint64_t now = clock_ms(CLOCK_MONOTONIC), spent = now - v->begun_ms;
	v->due_ms = now + (spent * SHARE > INTERVAL_MS ? spent * SHARE : INTERVAL_MS);
}

bool live_view_is_told_to_end(struct live_view *v)
{
	return !v->left && live_screen_is_told_to_end(v->screen);
}

void live_view_leave(struct live_view *v)
{
	v->left = true;
	live_screen_leave(v->screen);
}

// --- the end ----------------------------------------------------------------------------------------

static void print_kept(const struct live_view *v)
{
	uint64_t first = v->kept_total > LIVE_KEPT_MAX ? v->kept_total - LIVE_KEPT_MAX : 0;
	if (first > 0)
		printf("(%" PRIu64 " earlier ones are counted below; --state keeps all)\n", first);
	for (uint64_t i = first; i < v->kept_total; i++)
		if (v->kept[i % LIVE_KEPT_MAX] != NULL)
			(void)fputs(v->kept[i % LIVE_KEPT_MAX], stdout);
}

static void view_free(struct live_view *v)
{
	live_screen_free(v->screen);
	live_table_free(v->table);
	for (size_t i = 0; i < LIVE_KEPT_MAX; i++)
		free(v->kept[i]);
	if (v->words != NULL)
		(void)fclose(v->words);
	free(v->text);
	free(v);
}

static bool view_close(void *state)
{
	struct live_view *v = state;
	live_view_leave(v);
	print_kept(v);
	bool ok = v->report.close(v->report.state);
	view_free(v);
	return ok;
}

bool live_view_open(const char *source, struct outlet *out, struct live_view **view)
{
	struct live_view *v = calloc(1, sizeof(*v));
	if (v == NULL)
		return false;
	v->figures.source = source;
	v->rate_ms = clock_ms(CLOCK_MONOTONIC);
	v->table = live_table_new();
	v->screen = live_screen_new();
	v->words = open_memstream(&v->text, &v->text_len);
	const struct report_options options = { .colour = true, .out = v->words };
	if (v->table == NULL || v->screen == NULL || v->words == NULL || !report_open(&options, &v->report)) {
		view_free(v);
		return false;
	}
	*out = (struct outlet){ .event = view_event, .close = view_close, .state = v };
	*view = v;
	return true;
}
