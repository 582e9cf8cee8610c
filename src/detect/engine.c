// SPDX-License-Identifier: Apache-2.0
#include "detect/engine.h"

#include <stdlib.h>

#include "detect/detections/detections.h"
#include "detect/detector.h"
#include "detect/finding_sink.h"

enum { TICK_US = 1000000 };

static const struct detector *const detectors[] = {
#define X(name) &detect_##name,
	DETECTION_LIST(X)
#undef X
		NULL,
};

enum { DETECTORS = ARRAY_LEN(detectors) - 1 };

struct detect_engine {
	struct finding_sink sink;
	struct detect_context context;
	void *states[DETECTORS]; // NULL: off, or its memory could not be had
	uint64_t ticked_us;
};

const struct detector *const *detect_detectors(void)
{
	return detectors;
}

static bool begin_all(struct detect_engine *d)
{
	bool all = true;
	for (size_t i = 0; i < DETECTORS; i++) {
		if (detect_list_has(&d->context.settings->disabled, detectors[i]->id))
			continue;
		d->states[i] = detectors[i]->begin(&d->context);
		all = all && d->states[i] != NULL;
	}
	return all;
}

static void end_all(struct detect_engine *d)
{
	for (size_t i = 0; i < DETECTORS; i++) {
		if (d->states[i] != NULL)
			detectors[i]->end(d->states[i]);
		d->states[i] = NULL;
	}
}

struct detect_engine *detect_engine_new(const struct detect_settings *settings,
	void (*emit)(void *context, const struct event *e), void *context)
{
	struct detect_engine *d = calloc(1, sizeof(*d));
	if (d == NULL)
		return NULL;
	d->sink = (struct finding_sink){ .emit = emit, .context = context, .incidents = incidents_new() };
	d->context = (struct detect_context){ .settings = settings, .sink = &d->sink };
	if (d->sink.incidents == NULL) {
		detect_engine_free(d);
		return NULL;
	}
	if (begin_all(d))
		return d;
	detect_engine_free(d);
	return NULL;
}

bool detect_engine_renew(struct detect_engine *d, const struct detect_settings *settings)
{
	detect_engine_finish(d);
	end_all(d);
	d->context.settings = settings;
	return begin_all(d);
}

void detect_engine_free(struct detect_engine *d)
{
	if (d == NULL)
		return;
	end_all(d);
	incidents_free(d->sink.incidents);
	free(d);
}

void detect_engine_tick(struct detect_engine *d, uint64_t now_us)
{
	if (now_us < d->ticked_us + TICK_US)
		return;
	d->ticked_us = now_us;
	for (size_t i = 0; i < DETECTORS; i++)
		if (d->states[i] != NULL && detectors[i]->tick != NULL)
			detectors[i]->tick(d->states[i], now_us);
}

void detect_engine_go_on_after(struct detect_engine *d, uint64_t incident)
{
	incidents_go_on_after(d->sink.incidents, incident);
}

void detect_engine_event(struct detect_engine *d, const struct event *e)
{
	detect_engine_tick(d, e->time_us);
	for (size_t i = 0; i < DETECTORS; i++)
		if (d->states[i] != NULL)
			detectors[i]->event(d->states[i], e);
}

void detect_engine_finish(struct detect_engine *d)
{
	for (size_t i = 0; i < DETECTORS; i++)
		if (d->states[i] != NULL && detectors[i]->finish != NULL)
			detectors[i]->finish(d->states[i]);
}

// --- what events mean to detectors ------------------------------------------------------------------

bool detect_is_authentication(const struct event *e)
{
	return e->kind == EVENT_AUTH || e->kind == EVENT_AUTHENTICATION;
}

bool detect_is_success(const struct event *e)
{
	return e->result == EVENT_SUCCESS || (e->result == EVENT_NO_RESULT && nt_status_ok(e->status));
}

static const char *or_empty(const char *text)
{
	return text == NULL ? "" : text;
}

const char *detect_client(const struct event *e)
{
	return e->connection == NULL ? "" : or_empty(e->connection->client_address);
}

const char *detect_server(const struct event *e)
{
	return e->connection == NULL ? "" : or_empty(e->connection->server_address);
}

const char *detect_account(const struct event *e)
{
	return e->session == NULL ? "" : or_empty(e->session->account);
}

bool detect_list_has(const struct config_strings *list, const char *word)
{
	return config_strings_has(list, word);
}

uint64_t detect_first_packet(const struct event *e)
{
	return e->wire == NULL ? 0 : e->wire->first_packet;
}

uint64_t detect_packet(const struct event *e)
{
	return e->wire != NULL && e->wire->packet != 0 ? e->wire->packet : detect_first_packet(e);
}
