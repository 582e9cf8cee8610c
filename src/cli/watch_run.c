// SPDX-License-Identifier: Apache-2.0
#include "cli/watch_run.h"

#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "detect/baseline.h"
#include "detect/engine.h"
#include "event/event_schema.h"
#include "sensor/sensor.h"

enum {
	PROGRESS_PACKETS = 65536, // between two looks at the clock
	LIVE_PACKETS = 256,       // likewise, where somebody waits for what is seen
	PROGRESS_SECONDS = 1,
	LOSS_SECONDS = 10,      // between two reports of lost packets
	BASELINE_SECONDS = 600, // likewise of what is usual, should the process not live to its end
	LOOK_US = 100000,       // of the packets' time, likewise: few of them come slowly
};

// A signal's handler can reach nothing else.
static volatile sig_atomic_t told_to_end;

static void on_signal(int number)
{
	(void)number;
	told_to_end = 1;
}

struct running {
	struct watch *w;
	struct sensor *sensor;
	struct detect_engine *engine;
	struct watch_input_file *from;
	uint64_t now_us; // the packets' time
	uint64_t lost;
	time_t progress_at, loss_at, flushed_at, baseline_at;
	uint64_t looked_us;  // the packets' time
	bool progress_shown; // on the line where the terminal's cursor is
};

// --- events -----------------------------------------------------------------------------------------

static void hide_progress(struct running *r)
{
	if (r->progress_shown)
		(void)fprintf(stderr, "\r\033[K");
	r->progress_shown = false;
}

static void out(struct running *r, const struct event *e)
{
	struct watch *w = r->w;
	hide_progress(r);
	enum event_severity severity = event_severity_of(e);
	for (size_t i = 0; i < w->outlet_count; i++)
		if (severity >= w->outlets[i].min_severity)
			w->outlets[i].event(w->outlets[i].state, e);
}

static void on_event(void *context, const struct event *e)
{
	struct running *r = context;
	out(r, e);
	detect_engine_event(r->engine, e);
}

static void on_alert(void *context, const struct event *e)
{
	struct running *r = context;
	if (r->w->fail_on != EVENT_DEFAULT_SEVERITY && event_severity_of(e) >= r->w->fail_on)
		r->w->alerted = true;
	out(r, e);
}

static void tell_capture(struct running *r, const char *capture, const char *reason, const char *detail)
{
	struct event_wire wire = { .capture = capture };
	struct event e = {
		.kind = EVENT_CAPTURE, .time_us = r->now_us, .reason = reason, .detail = detail, .wire = &wire
	};
	on_event(r, &e);
}

// --- figures ----------------------------------------------------------------------------------------

static void tell_lost(struct running *r)
{
	char detail[96];
	struct watch_input_file *f = &r->w->input->files[0];
	uint64_t lost = f->source == NULL ? 0 : capture_source_lost(f->source);
	if (lost <= r->lost)
		return;
	(void)snprintf(detail, sizeof(detail), "%" PRIu64 " packets were lost, %" PRIu64 " in all",
		lost - r->lost, lost);
	r->lost = lost;
	tell_capture(r, f->name, "packets_lost", detail);
	if (r->w->view == NULL) // it shows them
		(void)fprintf(stderr, "signet watch: %s: %s\n", f->name, detail);
}

static void tell_damage(struct running *r)
{
	for (size_t i = 0; i < r->w->input->count; i++) {
		const struct watch_input_file *f = &r->w->input->files[i];
		// What ends because it was told to is not damaged.
		if (!f->damaged || told_to_end)
			continue;
		(void)fprintf(stderr, "signet watch: %s; what comes before was read\n", f->error);
		tell_capture(r, f->name, "damaged", f->error);
	}
}

static void tell_end(struct running *r)
{
	char detail[256];
	const struct sensor_counts *s = sensor_counts(r->sensor);
	const struct flow_counts *f = sensor_flow_counts(r->sensor);
	(void)snprintf(detail, sizeof(detail),
		"%" PRIu64 " packets, %" PRIu64 " bytes, %" PRIu64 " flows, %" PRIu64
		" SMB connections, %" PRIu64 " sessions, %" PRIu64 " messages, %" PRIu64 " sealed, %" PRIu64
		" bytes missing",
		f->packets, f->bytes, f->flows, s->connections, s->sessions, s->messages, s->sealed, f->lost);
	tell_capture(r, r->w->input->count == 1 ? r->w->input->files[0].name : NULL, "end", detail);
}

static void show_progress(struct running *r)
{
	uint64_t done, size;
	time_t now = time(NULL);
	if (!r->w->progress || now < r->progress_at + PROGRESS_SECONDS)
		return;
	r->progress_at = now;
	r->progress_shown = true;
	watch_input_position(r->w->input, &done, &size);
	if (size == 0)
		(void)fprintf(stderr, "\r%" PRIu64 " packets ", r->w->packets);
	else
		(void)fprintf(stderr, "\r%3u %%  %" PRIu64 " packets ", (unsigned int)(done * 100 / size),
			r->w->packets);
}

// --- the loop ---------------------------------------------------------------------------------------

static void flush(struct watch *w)
{
	for (size_t i = 0; i < w->outlet_count; i++)
		if (w->outlets[i].flush != NULL)
			w->outlets[i].flush(w->outlets[i].state);
}

static void show_view(struct running *r)
{
	struct live_view *v = r->w->view;
	struct watch_input_file *f = &r->w->input->files[0];
	if (v == NULL || !live_view_is_due(v))
		return;
	live_view_begin(v);
	// As for those that ended: not where only what is worse is wanted.
	if (r->w->outlets[0].min_severity <= EVENT_INFO)
		sensor_each_session(r->sensor, live_view_session, v);
	live_view_draw(v, r->w->packets, f->source == NULL ? 0 : capture_source_lost(f->source));
	if (live_view_is_told_to_end(v))
		told_to_end = 1;
}

static void keep_baseline(struct running *r, time_t now)
{
	if (r->w->baseline == NULL || now < r->baseline_at + BASELINE_SECONDS)
		return;
	r->baseline_at = now;
	int err = baseline_save(r->w->settings->baseline, r->w->baseline);
	if (err != 0)
		(void)fprintf(stderr, "signet watch: %s: %s\n", r->w->baseline, strerror(-err));
}

static void now_and_then(struct running *r)
{
	time_t now = time(NULL);
	r->looked_us = r->now_us;
	keep_baseline(r, now);
	show_view(r);
	if (r->w->live && now >= r->loss_at + LOSS_SECONDS) {
		r->loss_at = now;
		tell_lost(r);
	}
	if (r->w->live && now != r->flushed_at) {
		r->flushed_at = now;
		flush(r->w);
	}
	show_progress(r);
}

static void take(struct running *r, const struct packet *p, struct watch_input_file *from)
{
	if (from != r->from) {
		sensor_set_capture(r->sensor, from->name);
		r->from = from;
	}
	r->now_us = p->time_us;
	sensor_packet(r->sensor, p);
	r->w->packets++;
	bool slow = r->w->live && (r->now_us < r->looked_us || r->now_us - r->looked_us > LOOK_US);
	if (slow || r->w->packets % (r->w->live ? LIVE_PACKETS : PROGRESS_PACKETS) == 0)
		now_and_then(r);
}

static void loop(struct running *r)
{
	struct packet p;
	struct watch_input_file *from;
	while (!told_to_end) {
		enum capture_next next = watch_input_next(r->w->input, &p, &from);
		if (next == CAPTURE_END)
			break;
		if (next == CAPTURE_PACKET) {
			take(r, &p, from);
			continue;
		}
		// A quiet line lets time pass too: what detectors hold back is told.
		struct timespec now;
		if (clock_gettime(CLOCK_REALTIME, &now) == 0)
			detect_engine_tick(
				r->engine, (uint64_t)now.tv_sec * 1000000 + (uint64_t)now.tv_nsec / 1000);
		now_and_then(r);
		flush(r->w);
	}
}

static void finish(struct running *r)
{
	hide_progress(r);
	if (r->w->view != NULL)
		live_view_leave(r->w->view);
	if (r->w->live)
		tell_lost(r);
	sensor_finish(r->sensor);
	tell_damage(r);
	detect_engine_finish(r->engine);
	tell_end(r);
}

static bool begin(struct running *r)
{
	const struct sensor_config config = {
		.emit = on_event, .context = r, .keys = r->w->keys, .limits = sensor_limits_default
	};
	r->engine = detect_engine_new(r->w->settings, on_alert, r);
	if (r->engine != NULL)
		detect_engine_go_on_after(r->engine, r->w->last_incident);
	r->sensor = sensor_new(&config);
	r->progress_at = r->loss_at = r->baseline_at = time(NULL);
	return r->engine != NULL && r->sensor != NULL;
}

static void listen_to_signals(const struct watch *w)
{
	struct sigaction action = { .sa_handler = on_signal };
	(void)sigemptyset(&action.sa_mask);
	(void)sigaction(SIGINT, &action, NULL);
	(void)sigaction(SIGTERM, &action, NULL);
	if (w->view != NULL)
		(void)sigaction(SIGHUP, &action, NULL); // its terminal is gone
}

bool watch_close_outlets(struct watch *w)
{
	bool ok = true;
	for (size_t i = 0; i < w->outlet_count; i++)
		ok = w->outlets[i].close(w->outlets[i].state) && ok;
	w->outlet_count = 0;
	return ok;
}

bool watch_run(struct watch *w)
{
	struct running r = { .w = w };
	bool ok = begin(&r);
	if (ok) {
		listen_to_signals(w);
		loop(&r);
		finish(&r);
	} else {
		(void)fprintf(stderr, "signet watch: out of memory\n");
	}
	sensor_free(r.sensor);
	detect_engine_free(r.engine);
	return watch_close_outlets(w) && ok;
}
