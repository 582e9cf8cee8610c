// SPDX-License-Identifier: Apache-2.0
#include "detect/background.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/scheduling.h"

enum { LINGER_NS = 20000000, ALIGNMENT = 8 };

// An event with everything that it points to behind it.
struct copy {
	size_t len; // with what is behind it
	struct event event;
	struct event_connection connection;
	struct event_session session;
	struct event_content content; // its texts are constant
};

struct detect_background {
	struct detect_engine *engine; // the thread's own
	uint8_t *judging;             // likewise
	pthread_t thread;

	pthread_mutex_t lock; // of everything below
	pthread_cond_t work, renewed;
	const struct detect_settings *next; // to begin anew with; NULL: nobody asked
	bool complete;                      // what came of it
	uint8_t *filling;
	size_t filled;
	uint64_t lost;
	bool stop;
};

static uint64_t now_us(void)
{
	struct timespec t;
	(void)clock_gettime(CLOCK_REALTIME, &t);
	return (uint64_t)t.tv_sec * 1000000 + (uint64_t)t.tv_nsec / 1000;
}

// --- copies -----------------------------------------------------------------------------------------

// Room in the buffer that is being filled.
struct room {
	uint8_t *at, *end;
	bool full;
};

static void copy_text(struct room *r, const char **text)
{
	if (*text == NULL)
		return;
	size_t len = strlen(*text) + 1;
	if (r->full || len > (size_t)(r->end - r->at)) {
		r->full = true;
		return;
	}
	memcpy(r->at, *text, len);
	*text = (const char *)r->at;
	r->at += len;
}

static void copy_connection(struct room *r, struct copy *c)
{
	if (c->event.connection == NULL)
		return;
	c->connection = *c->event.connection;
	c->connection.cipher = c->connection.signing = c->connection.client_guid = NULL;
	copy_text(r, &c->connection.client_address);
	copy_text(r, &c->connection.server_address);
	c->event.connection = &c->connection;
}

static void copy_session(struct room *r, struct copy *c)
{
	if (c->event.session == NULL)
		return;
	c->session = *c->event.session;
	c->session.service = c->session.ticket_encryption = NULL;
	copy_text(r, &c->session.account);
	copy_text(r, &c->session.domain);
	copy_text(r, &c->session.workstation);
	copy_text(r, &c->session.mechanism);
	copy_text(r, &c->session.principal);
	c->event.session = &c->session;
}

// What packets showed (wire, auth, verdict, rpc) is the sensor's; here it stays away.
static void copy_event(struct room *r, struct copy *c, const struct event *e)
{
	c->event = *e;
	c->event.wire = NULL;
	c->event.auth = NULL;
	c->event.verdict = NULL;
	c->event.rpc = NULL;
	if (e->content != NULL) {
		c->content = *e->content;
		c->event.content = &c->content;
	}
	c->event.alert = NULL;
	c->event.detail = c->event.version = c->event.limit = NULL;
	if (c->event.time_us == 0)
		c->event.time_us = now_us();
	copy_connection(r, c);
	copy_session(r, c);
	copy_text(r, &c->event.reason);
	copy_text(r, &c->event.command);
	copy_text(r, &c->event.share);
	copy_text(r, &c->event.path);
	copy_text(r, &c->event.target_path);
	copy_text(r, &c->event.disposition);
	copy_text(r, &c->event.change);
	copy_text(r, &c->event.action);
}

// The lock is held.
static bool put(struct detect_background *b, const struct event *e)
{
	uint8_t *begin = b->filling + b->filled;
	size_t left = DETECT_BACKGROUND_BYTES - b->filled;
	if (left < sizeof(struct copy))
		return false;
	struct copy *c = (struct copy *)(void *)begin;
	struct room r = { .at = begin + sizeof(*c), .end = b->filling + DETECT_BACKGROUND_BYTES };
	copy_event(&r, c, e);
	size_t len = (size_t)(r.at - begin);
	len += (ALIGNMENT - len % ALIGNMENT) % ALIGNMENT;
	if (r.full || len > left)
		return false;
	c->len = len;
	b->filled += len;
	return true;
}

static bool is_wanted(const struct event *e)
{
	switch (e->kind) {
	case EVENT_CONNECTION_OPEN:
	case EVENT_AUTHENTICATION:
	case EVENT_TREE_CONNECT:
	case EVENT_FILE_OPEN:
	case EVENT_FILE_CREATE:
	case EVENT_FILE_CLOSE:
	case EVENT_FILE_RENAME:
	case EVENT_FILE_DELETE:
	case EVENT_FILE_ATTRIBUTES:
	case EVENT_FILE_ACL:
		return true;
	default:
		return false;
	}
}

void detect_background_event(void *context, const struct event *e)
{
	struct detect_background *b = context;
	if (!is_wanted(e))
		return;
	(void)pthread_mutex_lock(&b->lock);
	bool wake = b->filled == 0;
	if (!put(b, e))
		b->lost++;
	(void)pthread_mutex_unlock(&b->lock);
	// Not under the lock: whoever is woken may be given this processor at once.
	if (wake)
		(void)pthread_cond_signal(&b->work);
}

uint64_t detect_background_lost(struct detect_background *b)
{
	(void)pthread_mutex_lock(&b->lock);
	uint64_t lost = b->lost;
	(void)pthread_mutex_unlock(&b->lock);
	return lost;
}

// --- the thread -------------------------------------------------------------------------------------

// Until there is something, or for a second: detectors also tell when nothing happens any more.
static void wait_for_work(struct detect_background *b)
{
	struct timespec until;
	(void)clock_gettime(CLOCK_MONOTONIC, &until);
	until.tv_sec++;
	while (b->filled == 0 && !b->stop && b->next == NULL)
		if (pthread_cond_timedwait(&b->work, &b->lock, &until) != 0)
			return;
}

static void judge(struct detect_background *b, size_t len)
{
	for (size_t at = 0; at < len;) {
		const struct copy *c = (const struct copy *)(const void *)(b->judging + at);
		detect_engine_event(b->engine, &c->event);
		at += c->len;
		step_aside();
	}
	detect_engine_tick(b->engine, now_us());
}

// Then a little longer for more: each waking takes time from those who emit.
static void linger(struct detect_background *b)
{
	const struct timespec a_little = { .tv_nsec = LINGER_NS };
	if (b->stop || b->filled == 0 || b->next != NULL)
		return;
	(void)pthread_mutex_unlock(&b->lock);
	(void)nanosleep(&a_little, NULL);
	(void)pthread_mutex_lock(&b->lock);
}

static void renew(struct detect_background *b)
{
	(void)pthread_mutex_lock(&b->lock);
	const struct detect_settings *next = b->next;
	(void)pthread_mutex_unlock(&b->lock);
	if (next == NULL)
		return;
	bool complete = detect_engine_renew(b->engine, next);
	(void)pthread_mutex_lock(&b->lock);
	b->next = NULL;
	b->complete = complete;
	(void)pthread_cond_broadcast(&b->renewed);
	(void)pthread_mutex_unlock(&b->lock);
}

bool detect_background_renew(struct detect_background *b, const struct detect_settings *settings)
{
	(void)pthread_mutex_lock(&b->lock);
	b->next = settings;
	(void)pthread_cond_signal(&b->work);
	while (b->next != NULL)
		(void)pthread_cond_wait(&b->renewed, &b->lock);
	bool complete = b->complete;
	(void)pthread_mutex_unlock(&b->lock);
	return complete;
}

static void *run(void *argument)
{
	struct detect_background *b = argument;
	bool stop = false;
	thread_becomes_background();
	while (!stop) {
		(void)pthread_mutex_lock(&b->lock);
		wait_for_work(b);
		linger(b);
		uint8_t *full = b->filling;
		size_t len = b->filled;
		b->filling = b->judging;
		b->judging = full;
		b->filled = 0;
		stop = b->stop;
		(void)pthread_mutex_unlock(&b->lock);
		judge(b, len);
		renew(b);
	}
	detect_engine_finish(b->engine);
	return NULL;
}

static void destroy(struct detect_background *b)
{
	detect_engine_free(b->engine);
	(void)pthread_cond_destroy(&b->work);
	(void)pthread_cond_destroy(&b->renewed);
	(void)pthread_mutex_destroy(&b->lock);
	free(b->filling);
	free(b->judging);
	free(b);
}

static struct detect_background *allocate(const struct detect_settings *settings,
	void (*emit)(void *context, const struct event *e), void *context)
{
	pthread_condattr_t monotonic;
	struct detect_background *b = calloc(1, sizeof(*b));
	if (b == NULL)
		return NULL;
	(void)pthread_mutex_init(&b->lock, NULL);
	(void)pthread_condattr_init(&monotonic);
	(void)pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
	(void)pthread_cond_init(&b->work, &monotonic);
	(void)pthread_condattr_destroy(&monotonic);
	(void)pthread_cond_init(&b->renewed, NULL);
	b->engine = detect_engine_new(settings, emit, context);
	b->filling = malloc(DETECT_BACKGROUND_BYTES);
	b->judging = malloc(DETECT_BACKGROUND_BYTES);
	if (b->engine != NULL && b->filling != NULL && b->judging != NULL)
		return b;
	destroy(b);
	return NULL;
}

int detect_background_new(const struct detect_settings *settings,
	void (*emit)(void *context, const struct event *e), void *context, struct detect_background **out)
{
	struct detect_background *b = allocate(settings, emit, context);
	if (b == NULL)
		return -ENOMEM;
	int err = -pthread_create(&b->thread, NULL, run, b);
	if (err != 0) {
		destroy(b);
		return err;
	}
	*out = b;
	return 0;
}

void detect_background_free(struct detect_background *b)
{
	if (b == NULL)
		return;
	(void)pthread_mutex_lock(&b->lock);
	b->stop = true;
	(void)pthread_cond_signal(&b->work);
	(void)pthread_mutex_unlock(&b->lock);
	(void)pthread_join(b->thread, NULL);
	destroy(b);
}
