// SPDX-License-Identifier: Apache-2.0
// What a detector is: a row of the engine's table (engine.c), in a file of its own below detections/ that
// begins with its signal, its evidence, and how it tells apart what only looks like it.
#ifndef SIGNET_DETECT_DETECTOR_H
#define SIGNET_DETECT_DETECTOR_H

#include "detect/finding.h"
#include "config/detect_settings.h"
#include "detect/table.h"
#include "event/event.h"

// What a detector is given when it begins; outlives it.
struct detect_context {
	const struct detect_settings *settings;
	struct finding_sink *sink;
};

struct detector {
	const char *id;        // "ntlm_relay": what alerts, settings and documents call it
	const char *title;     // a few words for people
	const char *technique; // ATT&CK; NULL without
	enum event_severity severity;
	void *(*begin)(const struct detect_context *context); // NULL when memory is out
	void (*event)(void *state, const struct event *e);
	void (*tick)(void *state, uint64_t now_us); // about each second of the events' time; may be NULL
	void (*finish)(void *state);                // no more events; may be NULL
	void (*end)(void *state);
};

// What kinds of the sensor and of the server mean the same to detectors.
// An attempt to authenticate that ended (EVENT_AUTH of the sensor, EVENT_AUTHENTICATION of the server).
bool detect_is_authentication(const struct event *e);
bool detect_is_success(const struct event *e);
// The client's and the server's address; "" when not known.
const char *detect_client(const struct event *e);
const char *detect_server(const struct event *e);
const char *detect_account(const struct event *e);
// Whether a list of the settings has the word, ASCII case aside.
bool detect_list_has(const struct config_strings *list, const char *word);
// The packet that completed what the event tells, or failing that the one that it began with; 0: none.
uint64_t detect_packet(const struct event *e);
uint64_t detect_first_packet(const struct event *e);

#endif
