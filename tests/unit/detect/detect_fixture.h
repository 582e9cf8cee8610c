// SPDX-License-Identifier: Apache-2.0
// An engine, events to feed it with, and what it found.
#ifndef SIGNET_TESTS_DETECT_FIXTURE_H
#define SIGNET_TESTS_DETECT_FIXTURE_H

#include "detect/engine.h"
#include "../test_support.h"

enum { FOUND_MAX = 64 };

struct found {
	char detection[32];
	enum event_severity severity;
	char outcome[16];
	char first_host[64];
	uint64_t count;
};

struct fixture {
	struct detect_settings settings;
	struct detect_engine *engine;
	struct found found[FOUND_MAX];
	size_t count;
	bool many;   // more than found has room for are fine
	size_t told; // all of them
};

void fixture_begin(struct fixture *x); // with the settings as they are
int fixture_setup(void **state);
int fixture_teardown(void **state);
void fixture_finish(struct fixture *x);
// How many of a detection, after the end.
size_t found_of(const struct fixture *x, const char *detection);
const struct found *found_first(const struct fixture *x, const char *detection);

// An event with all parts in place, to be changed and fed.
struct scene {
	struct event_connection connection;
	struct event_session session;
	struct event_wire wire;
	struct event_auth auth;
	struct event_verdict verdict;
	struct event_negotiation negotiation;
	struct event event;
};

void scene_init(struct scene *s, enum event_kind kind, const char *client, const char *server, uint64_t flow);
void scene_feed(struct fixture *x, struct scene *s, double second);

#endif
