// SPDX-License-Identifier: Apache-2.0
#include "detect_fixture.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void on_finding(void *context, const struct event *e)
{
	struct fixture *x = context;
	assert_int_equal(e->kind, EVENT_FINDING);
	x->told++;
	if (x->many && x->count == FOUND_MAX)
		return;
	assert_true(x->count < FOUND_MAX);
	assert_true(e->alert->evidence_count > 0);
	struct found *f = &x->found[x->count++];
	(void)snprintf(f->detection, sizeof(f->detection), "%s", e->alert->detection);
	(void)snprintf(
		f->outcome, sizeof(f->outcome), "%s", e->alert->outcome == NULL ? "" : e->alert->outcome);
	(void)snprintf(f->first_host, sizeof(f->first_host), "%s",
		e->alert->host_count == 0 ? "" : e->alert->hosts[0]);
	f->severity = e->severity;
	f->count = e->alert->count;
}

void fixture_begin(struct fixture *x)
{
	detect_engine_free(x->engine);
	x->count = 0;
	x->engine = detect_engine_new(&x->settings, on_finding, x);
	assert_non_null(x->engine);
}

int fixture_setup(void **state)
{
	struct fixture *x = calloc(1, sizeof(*x));
	detect_settings_init(&x->settings);
	fixture_begin(x);
	*state = x;
	return 0;
}

int fixture_teardown(void **state)
{
	struct fixture *x = *state;
	detect_engine_free(x->engine);
	detect_settings_done(&x->settings);
	free(x);
	return 0;
}

void fixture_finish(struct fixture *x)
{
	detect_engine_finish(x->engine);
}

size_t found_of(const struct fixture *x, const char *detection)
{
	size_t n = 0;
	for (size_t i = 0; i < x->count; i++)
		n += strcmp(x->found[i].detection, detection) == 0;
	return n;
}

const struct found *found_first(const struct fixture *x, const char *detection)
{
	for (size_t i = 0; i < x->count; i++)
		if (strcmp(x->found[i].detection, detection) == 0)
			return &x->found[i];
	fail_msg("no %s", detection);
	return NULL;
}

void scene_init(struct scene *s, enum event_kind kind, const char *client, const char *server, uint64_t flow)
{
	memset(s, 0, sizeof(*s));
	s->connection = (struct event_connection){
		.id = flow,
		.client_address = client,
		.client_port = (uint16_t)(40000 + flow),
		.server_address = server,
		.server_port = 445,
		.dialect = 0x0311,
	};
	s->session = (struct event_session){ .id = 100 + flow, .account = "alice", .mechanism = "ntlmv2" };
	s->wire = (struct event_wire){ .flow = flow, .packet = flow * 10 + 5, .first_packet = flow * 10 };
	s->auth.protocol = "smb2";
	s->verdict.dialect = 0x0311;
	s->event.kind = kind;
}

void scene_feed(struct fixture *x, struct scene *s, double second)
{
	struct event *e = &s->event;
	e->time_us = UINT64_C(1700000000000000) + (uint64_t)(second * 1000000);
	e->connection = &s->connection;
	e->wire = &s->wire;
	e->session = e->kind == EVENT_NEGOTIATE ? NULL : &s->session;
	e->auth = e->kind == EVENT_AUTH ? &s->auth : NULL;
	e->verdict = e->kind == EVENT_SESSION ? &s->verdict : NULL;
	e->negotiation = e->kind == EVENT_NEGOTIATE ? &s->negotiation : NULL;
	if (e->result == EVENT_NO_RESULT)
		e->result = nt_status_ok(e->status) ? EVENT_SUCCESS : EVENT_FAILURE;
	detect_engine_event(x->engine, e);
}
