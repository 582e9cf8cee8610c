// SPDX-License-Identifier: Apache-2.0
#include "server/detection.h"
#include "server/front.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "auth/kerberos_setup.h"
#include "base/fault_guard.h"
#include "base/log.h"
#include "event/event_sink.h"
#include "server/confinement.h"
#include "server/domain_groups.h"
#include "server/drain.h"
#include "server/listener_set.h"
#include "server/metrics_page.h"
#include "server/scheduling.h"
#include "server/server.h"
#include "server/service_manager.h"

enum {
	ACCOUNTS_CHECK_MS = 1000,
	DRAIN_CHECK_MS = 20,
	SIGNALS = 3,
};

struct front {
	struct server server;
	struct event_sink *events;
	struct detection *detection; // NULL: off
	struct walls *walls;
	int notify_fd; // of the service manager, or -1
	uv_loop_t loop;
	uv_signal_t signals[SIGNALS];
	uv_timer_t accounts_check;
	uv_timer_t drain_check;
	uint64_t drain_until; // uv_now()
	uv_poll_t notify_poll;
	bool has_notify_poll;
	struct listener_set listeners;
	struct metrics_page *metrics; // NULL: none
	bool draining;
	bool stopping;
};

// --- reloading --------------------------------------------------------------------------------------

static void emit_reload(struct front *f, bool fine, const char *detail)
{
	struct event e = {
		.kind = EVENT_CONFIG_RELOAD,
		.result = fine ? EVENT_SUCCESS : EVENT_FAILURE,
		.detail = detail,
	};
	event_emit(f->events, &e);
}

// Takes config over.
static int make_policy(
	struct front *f, struct config *config, struct policy **out, struct account_error *error)
{
	uint64_t generation = atomic_load(&f->server.policy_generation) + 1;
	int err = confinement_admits(f->walls, config, error);
	if (err == 0)
		err = domain_groups_resolve(config, error);
	if (err == 0)
		return policy_new(config, generation, out, error);
	config_unref(config);
	return err;
}

static void put_in_force(struct front *f, struct config *config, const char *what)
{
	struct account_error error;
	struct policy *p = NULL;
	if (make_policy(f, config, &p, &error) != 0) {
		log_error("%s not taken: %s; what was in force stays", what, error.text);
		emit_reload(f, false, error.text);
		return;
	}
	detection_reload(f->detection, p->config);
	server_set_policy(&f->server, p);
	log_info("%s in force", what);
	emit_reload(f, true, what);
}

// A file with anything wrong in it is refused whole.
static void reload(struct front *f)
{
	struct config_messages errors = { 0 };
	struct policy *now = server_policy(&f->server);
	struct config *config = config_load(now->config->file, &errors);
	policy_unref(now);
	event_sink_reopen(f->events);
	for (size_t i = 0; i < errors.count; i++)
		log_error("%s", errors.lines[i]);
	if (config != NULL)
		put_in_force(f, config, "configuration");
	else
		emit_reload(f, false, errors.count > 0 ? errors.lines[0] : "unreadable");
	config_messages_done(&errors);
}

// `signet user` writes the accounts' file; what it says counts from the next log-on.
static void on_accounts_check(uv_timer_t *timer)
{
	struct front *f = timer->data;
	struct policy *now = server_policy(&f->server);
	bool stale = account_db_stale(now->accounts);
	struct config *config = stale ? config_ref(now->config) : NULL;
	policy_unref(now);
	server_tell_refused(&f->server);
	if (stale)
		put_in_force(f, config, "accounts");
}

// --- changes made by others ---------------------------------------------------------------------------

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
	uv_close((uv_handle_t *)&f->accounts_check, NULL);
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
	service_notify(f->notify_fd, "STOPPING=1");
	log_info("ending; what is going on has %u ms to finish", (unsigned)f->server.limits.drain_timeout_ms);
	listener_set_stop(&f->listeners);
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
		reload(f);
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
	(void)uv_timer_init(&f->loop, &f->accounts_check);
	f->accounts_check.data = f;
	(void)uv_timer_init(&f->loop, &f->drain_check);
	f->drain_check.data = f;
	(void)uv_timer_start(&f->accounts_check, on_accounts_check, ACCOUNTS_CHECK_MS, ACCOUNTS_CHECK_MS);
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

static int open_metrics(struct front *f, const struct config *config)
{
	if (config->metrics.text == NULL)
		return 0;
	int err = metrics_page_open(&config->metrics, &f->metrics);
	if (err != 0)
		log_error("metrics cannot be told on %s: %s; is something else listening there?",
			config->metrics.text, strerror(-err));
	return err;
}

static void emit_start(struct front *f)
{
	char detail[512];
	struct event up = {
		.kind = EVENT_WALLS,
		.result = *walls_missing(f->walls) == '\0' ? EVENT_SUCCESS : EVENT_FAILURE,
		.detail = detail,
	};
	struct event start = {
		.kind = EVENT_SERVER_START,
		.version = SIGNET_VERSION,
		.detail = f->listeners.count > 0 ? f->listeners.items[0].text : NULL,
	};
	(void)snprintf(detail, sizeof(detail), up.result == EVENT_SUCCESS ? "%s" : "%s; missing: %s",
		walls_standing(f->walls), walls_missing(f->walls));
	event_emit(f->events, &start);
	event_emit(f->events, &up);
}

static void tell_ready(struct front *f)
{
	for (size_t i = 0; i < f->listeners.count; i++)
		log_info("listening on %s", f->listeners.items[i].text);
	service_notify(f->notify_fd, "READY=1");
}

// Each open takes a descriptor.
static void raise_descriptor_limit(void)
{
	struct rlimit limit;
	if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur == limit.rlim_max)
		return;
	limit.rlim_cur = limit.rlim_max;
	(void)setrlimit(RLIMIT_NOFILE, &limit);
}

static int serve(struct front *f)
{
	int err = server_start(&f->server);
	thread_becomes_front();
	if (err == 0)
		err = watch_signals(f);
	if (err == 0)
		err = watch_rest(f);
	if (err == 0)
		err = listener_set_start(&f->listeners, &f->server, &f->loop);
	if (err == 0 && f->metrics != NULL)
		err = metrics_page_start(f->metrics, &f->server);
	if (err != 0)
		return err;
	emit_start(f);
	tell_ready(f);
	(void)uv_run(&f->loop, UV_RUN_DEFAULT);
	metrics_page_free(f->metrics);
	server_stop(&f->server);
	struct event e = { .kind = EVENT_SERVER_STOP };
	event_emit(f->events, &e);
	return 0;
}

static int open_events(struct front *f, const struct config *config)
{
	int err = event_sink_new(config->events, &f->events);
	if (err != 0)
		log_error("events cannot be written to %s: %s; check `events` and its folder", config->events,
			strerror(-err));
	return err;
}

static int open_policy(struct config *config, struct policy **out)
{
	struct account_error error;
	int err = policy_new(config_ref(config), 1, out, &error);
	if (err != 0)
		log_error("%s", error.text);
	return err;
}

static int resolve_groups(struct config *config)
{
	struct account_error error = {};
	int err = domain_groups_resolve(config, &error);
	if (err != 0)
		log_error("%s", *error.text != '\0' ? error.text : strerror(-err));
	return err;
}

// What takes privileges first, then the walls, then all that has threads: these are within them.
static int front_prepare(struct front *f, struct config *config)
{
	struct policy *policy = NULL;
	f->notify_fd = service_notify_open();
	int err = listener_set_open(&f->listeners, config);
	if (err == 0)
		err = open_metrics(f, config);
	if (err == 0)
		err = confinement_become_user(config);
	if (err == 0)
		err = open_policy(config, &policy);
	if (err == 0)
		err = confinement_raise(config, &f->walls);
	if (err == 0)
		err = resolve_groups(config);
	if (err == 0)
		err = open_events(f, config);
	if (err == 0)
		err = detection_start(config, f->events, &f->detection);
	if (err != 0) {
		policy_unref(policy);
		return err;
	}
	return server_init(&f->server, policy, f->events);
}

int front_run(struct config *config)
{
	struct front *f = calloc(1, sizeof(*f));
	if (f == NULL)
		return -ENOMEM;
	(void)signal(SIGPIPE, SIG_IGN);
	(void)signal(SIGXFSZ, SIG_IGN); // a file too large for this process is an error of one request
	raise_descriptor_limit();
	int err = fault_guard_install();
	if (err == 0)
		err = uv_loop_init(&f->loop);
	if (err == 0)
		err = kerberos_environment_set(config->state);
	if (err == 0)
		err = front_prepare(f, config);
	if (err == 0)
		err = serve(f);
	(void)uv_loop_close(&f->loop);
	detection_stop(f->detection);
	event_sink_free(f->events);
	walls_free(f->walls);
	config_unref(config);
	listener_set_free(&f->listeners);
	free(f);
	return err;
}
