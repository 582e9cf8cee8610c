// SPDX-License-Identifier: Apache-2.0
#include "server/front.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/log.h"
#include "event/event_sink.h"
#include "server/drain.h"
#include "server/listener_set.h"
#include "server/metrics_page.h"
#include "server/reload.h"
#include "base/scheduling.h"
#include "server/server.h"
#include "server/service_manager.h"
#include "server/startup.h"
#include "walls/walls.h"

enum {
	REGULAR_CHECK_MS = 1000,
	DRAIN_CHECK_MS = 20,
	SIGNALS = 3,
};

struct front {
	struct server server;
	struct startup startup; // what it had before it began to serve
	struct reload reload;
	uv_loop_t loop;
	uv_signal_t signals[SIGNALS];
	uv_timer_t regular_check;
	uv_timer_t drain_check;
	uint64_t drain_until; // uv_now()
	uv_poll_t notify_poll;
	bool has_notify_poll;
	bool draining;
	bool stopping;
};

// --- what happens while it serves ---------------------------------------------------------------------

static void on_regular_check(uv_timer_t *timer)
{
	struct front *f = timer->data;
	server_tell_refused(&f->server);
	reload_accounts_if_changed(&f->reload);
}

// Somebody beside the server has changed a folder that clients watch.
static void on_notify_readable(uv_poll_t *poll, int status UNUSED, int events UNUSED)
{
	struct front *f = poll->data;
	notify_registry_dispatch(f->server.notify);
}

// --- beginning and end --------------------------------------------------------------------------------

static void front_stop(struct front *f)
{
	if (f->stopping)
		return;
	f->stopping = true;
	for (size_t i = 0; i < SIGNALS; i++) // from now on they have their usual effect
		uv_close((uv_handle_t *)&f->signals[i], NULL);
	uv_close((uv_handle_t *)&f->regular_check, NULL);
	uv_close((uv_handle_t *)&f->drain_check, NULL);
	if (f->has_notify_poll)
		uv_close((uv_handle_t *)&f->notify_poll, NULL);
}

static void on_drain_check(uv_timer_t *timer)
{
	struct front *f = timer->data;
	bool drained = server_is_drained(&f->server);
	if (!drained && uv_now(&f->loop) < f->drain_until)
		return;
	if (!drained)
		log_warning("some clients were still busy after drain_timeout: they are cut off");
	front_stop(f);
}

// Told once, it lets what is going on come to its end; told again, it ends.
static void front_drain(struct front *f)
{
	if (f->draining) {
		front_stop(f);
		return;
	}
	f->draining = true;
	service_notify(f->startup.notify_fd, "STOPPING=1");
	log_info("ending; what is going on has %u ms to finish", (unsigned)f->server.limits.drain_timeout_ms);
	listener_set_stop(&f->startup.listeners);
	server_drain(&f->server);
	uv_update_time(&f->loop);
	f->drain_until = uv_now(&f->loop) + f->server.limits.drain_timeout_ms;
	(void)uv_timer_start(&f->drain_check, on_drain_check, DRAIN_CHECK_MS, DRAIN_CHECK_MS);
}

static void on_signal(uv_signal_t *handle, int number)
{
	struct front *f = handle->data;
	if (number != SIGHUP)
		front_drain(f);
	else if (!f->draining)
		reload_configuration(&f->reload);
}

static int watch_signals(struct front *f)
{
	static const int numbers[SIGNALS] = { SIGHUP, SIGINT, SIGTERM };
	for (size_t i = 0; i < SIGNALS; i++) {
		(void)uv_signal_init(&f->loop, &f->signals[i]);
		f->signals[i].data = f;
		int err = uv_signal_start(&f->signals[i], on_signal, numbers[i]);
		if (err != 0)
			return err;
	}
	return 0;
}

static int watch_rest(struct front *f)
{
	(void)uv_timer_init(&f->loop, &f->regular_check);
	f->regular_check.data = f;
	(void)uv_timer_init(&f->loop, &f->drain_check);
	f->drain_check.data = f;
	(void)uv_timer_start(&f->regular_check, on_regular_check, REGULAR_CHECK_MS, REGULAR_CHECK_MS);
	int fd = notify_registry_fd(f->server.notify);
	if (fd < 0)
		return 0;
	int err = uv_poll_init(&f->loop, &f->notify_poll, fd);
	if (err != 0)
		return err;
	f->has_notify_poll = true;
	f->notify_poll.data = f;
	return uv_poll_start(&f->notify_poll, UV_READABLE, on_notify_readable);
}

static void emit_start(const struct startup *s)
{
	char detail[512];
	struct event up = {
		.kind = EVENT_WALLS,
		.result = *walls_missing(s->walls) == '\0' ? EVENT_SUCCESS : EVENT_FAILURE,
		.detail = detail,
	};
	struct event start = {
		.kind = EVENT_SERVER_START,
		.version = SIGNET_VERSION,
		.detail = s->listeners.count > 0 ? s->listeners.items[0].text : NULL,
	};
	(void)snprintf(detail, sizeof(detail), up.result == EVENT_SUCCESS ? "%s" : "%s; missing: %s",
		walls_standing(s->walls), walls_missing(s->walls));
	event_emit(s->events, &start);
	event_emit(s->events, &up);
}

static void tell_ready(const struct startup *s)
{
	for (size_t i = 0; i < s->listeners.count; i++)
		log_info("listening on %s", s->listeners.items[i].text);
	service_notify(s->notify_fd, "READY=1");
}

static int serve(struct front *f)
{
	int err = server_start(&f->server);
	thread_becomes_background();
	if (err == 0)
		err = watch_signals(f);
	if (err == 0)
		err = watch_rest(f);
	if (err == 0)
		err = listener_set_start(&f->startup.listeners, &f->server, &f->loop);
	if (err == 0 && f->startup.metrics != NULL)
		err = metrics_page_start(f->startup.metrics, &f->server);
	if (err != 0)
		return err;
	emit_start(&f->startup);
	tell_ready(&f->startup);
	(void)uv_run(&f->loop, UV_RUN_DEFAULT);
	metrics_page_free(f->startup.metrics); // it looks into the server
	f->startup.metrics = NULL;
	server_stop(&f->server);
	struct event e = { .kind = EVENT_SERVER_STOP };
	event_emit(f->startup.events, &e);
	return 0;
}

int front_run(struct config *config)
{
	struct policy *policy = NULL;
	struct front *f = calloc(1, sizeof(*f));
	if (f == NULL)
		return -ENOMEM;
	int err = uv_loop_init(&f->loop);
	if (err == 0)
		err = startup_begin(&f->startup, config, &policy);
	if (err == 0)
		err = server_init(&f->server, policy, f->startup.events);
	f->reload = (struct reload){ &f->server, f->startup.detection, f->startup.walls };
	if (err == 0)
		err = serve(f);
	(void)uv_loop_close(&f->loop);
	startup_done(&f->startup);
	config_unref(config);
	free(f);
	return err;
}
