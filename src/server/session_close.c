// SPDX-License-Identifier: Apache-2.0
// A session's end: out of the tables at once, then its trees, each on a worker of its share's lane, so
// that one whose disk hangs holds up nobody but itself; then the event.
#include <stdlib.h>

#include "base/filetime.h"
#include "event/event_sink.h"
#include "server/connection.h"
#include "server/server.h"
#include "server/session.h"
#include "server/tree.h"
#include "server/worker_pool.h"

struct closing {
	struct worker_job job;
	struct session *session;
	const char *reason;
	struct loop_task *then;
};

// --- events -------------------------------------------------------------------------------------------

static void emit_close(struct session *s, const char *reason)
{
	struct event e = {
		.kind = EVENT_SESSION_CLOSE,
		.connection = &s->conn->about,
		.session = &s->about,
		.reason = reason,
		.duration_ms = monotonic_ms() - s->opened_ms,
	};
	event_emit(s->server->events, &e);
}

static void emit_unproved(struct session *s)
{
	struct event e = {
		.kind = EVENT_REFUSAL,
		.connection = &s->conn->about,
		.session = &s->about,
		.result = EVENT_FAILURE,
		.reason = "session_key_not_shown",
	};
	event_emit(s->server->events, &e);
}

static void emit_end(struct session *s, const char *reason)
{
	if (session_is_unproved(s))
		emit_unproved(s);
	emit_close(s, reason);
}

// --- trees --------------------------------------------------------------------------------------------

static struct tree *any_tree(struct session *s)
{
	pthread_mutex_lock(&s->lock);
	struct tree *t = s->trees == NULL ? NULL : tree_ref(s->trees);
	pthread_mutex_unlock(&s->lock);
	return t;
}

static struct tree *tree_of_lane(struct session *s, uint64_t lane)
{
	pthread_mutex_lock(&s->lock);
	struct tree *t = s->trees;
	while (t != NULL && tree_lane(t) != lane)
		t = t->hh.next;
	if (t != NULL)
		tree_ref(t);
	pthread_mutex_unlock(&s->lock);
	return t;
}

static void closing_run(struct worker_job *job)
{
	struct closing *c = CONTAINER_OF(job, struct closing, job);
	uint64_t lane = worker_job_lane(job);
	for (struct tree *t = tree_of_lane(c->session, lane); t != NULL; t = tree_of_lane(c->session, lane)) {
		tree_close(t, c->reason);
		tree_unref(t);
	}
}

static void closing_end(struct closing *c)
{
	struct loop *loop = c->job.loop;
	emit_end(c->session, c->reason);
	session_unref(c->session);
	if (c->then != NULL)
		loop_post(loop, c->then);
	free(c);
	loop->work_count--;
	loop_check_stopped(loop);
}

// No tree comes to a closed session.
static void closing_go_on(struct worker_job *job)
{
	struct closing *c = CONTAINER_OF(job, struct closing, job);
	struct tree *t = any_tree(c->session);
	if (t == NULL) {
		closing_end(c);
		return;
	}
	worker_pool_start(&c->session->server->workers, job, tree_lane(t));
	tree_unref(t);
}

static void close_trees(struct session *s, const char *reason, struct loop *loop, struct loop_task *then)
{
	struct closing *c = malloc(sizeof(*c));
	if (c == NULL)
		abort(); // opens would stay for ever; nothing sound can be done without memory for this
	*c = (struct closing){
		.job = { .loop = loop, .run = closing_run, .done = closing_go_on },
		.session = session_ref(s),
		.reason = reason,
		.then = then,
	};
	loop->work_count++;
	closing_go_on(&c->job);
}

// --- ending -------------------------------------------------------------------------------------------

void session_close(struct session *s, const char *reason, struct loop *loop, struct loop_task *then)
{
	enum session_state was = atomic_exchange(&s->state, SESSION_CLOSED);
	if (was != SESSION_CLOSED)
		session_leave_tables(
			s); // first (MS-SMB2 3.3.5.6), so that nobody waits for what may take long
	if (was == SESSION_VALID) {
		close_trees(s, reason, loop, then);
		return;
	}
	if (then != NULL)
		loop_post(loop, then);
}

static struct session *connection_any_session(struct connection *c)
{
	pthread_mutex_lock(&c->lock);
	struct session *s = c->sessions == NULL ? NULL : session_ref(c->sessions);
	pthread_mutex_unlock(&c->lock);
	return s;
}

void sessions_close_of_connection(struct connection *c)
{
	for (struct session *s = connection_any_session(c); s != NULL; s = connection_any_session(c)) {
		session_close(s, connection_end_name(c->end), c->loop, NULL);
		session_unref(s);
	}
}

// --- limits of time -----------------------------------------------------------------------------------

// An exchange that takes too long is given up; one that is being worked on is judged when that is done.
static bool exchange_is_late(struct session *s, uint64_t now_ms)
{
	if (!session_begin_step(s))
		return false;
	bool late = s->exchange != NULL &&
		    now_ms - s->exchange_begun_ms > s->server->limits.authentication_timeout_ms;
	if (late && atomic_load(&s->state) == SESSION_VALID)
		session_end_exchange(s);
	session_end_step(s);
	return late;
}

// The time for logging on ends with the first request that has the session's protection.
static bool proof_is_late(const struct session *s, uint64_t now_ms)
{
	return session_is_unproved(s) && now_ms - s->opened_ms > s->server->limits.authentication_timeout_ms;
}

// Whether the session has to end, for what reason.
static const char *judge(struct session *s, uint64_t now_ms)
{
	enum session_state state = atomic_load(&s->state);
	bool late = exchange_is_late(s, now_ms);
	if (state == SESSION_IN_PROGRESS)
		return late ? "authentication_timeout" : NULL;
	if (state != SESSION_VALID)
		return NULL;
	if (proof_is_late(s, now_ms))
		return "session_key_not_shown";
	return session_is_admitted(s) ? NULL : "account_no_longer_admitted";
}

// The first of the connection's sessions that has to end, with a reference.
static struct session *first_that_ends(struct connection *c, const char **reason)
{
	uint64_t now_ms = monotonic_ms();
	pthread_mutex_lock(&c->lock);
	struct session *s = c->sessions;
	while (s != NULL && (*reason = judge(s, now_ms)) == NULL)
		s = s->on_connection.next;
	if (s != NULL)
		session_ref(s);
	pthread_mutex_unlock(&c->lock);
	return s;
}

void sessions_check_time(struct connection *c)
{
	const char *reason = NULL;
	for (struct session *s = first_that_ends(c, &reason); s != NULL; s = first_that_ends(c, &reason)) {
		session_close(s, reason, c->loop, NULL);
		session_unref(s);
	}
}
