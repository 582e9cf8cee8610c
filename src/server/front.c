// SPDX-License-Identifier: Apache-2.0
#include "server/front.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "base/log.h"
#include "event/event_sink.h"
#include "server/listener.h"
#include "server/metrics_page.h"
#include "server/server.h"

enum {
	ACCOUNTS_CHECK_MS = 1000,
	SIGNALS = 3,
};

struct front {
	struct server server;
	struct event_sink *events;
	uv_loop_t loop;
	uv_signal_t signals[SIGNALS];
	uv_timer_t accounts_check;
	uv_poll_t notify_poll;
	bool has_notify_poll;
	struct listener *listeners;
	size_t listener_count;
	struct metrics_page *metrics; // NULL: none
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

static void put_in_force(struct front *f, struct config *config, const char *what)
{
	struct account_error error;
	struct policy *p = NULL;
	uint64_t generation = atomic_load(&f->server.policy_generation) + 1;
	if (policy_new(config, generation, &p, &error) != 0) {
		log_error("%s not taken: %s; what was in force stays", what, error.text);
		emit_reload(f, false, error.text);
		return;
	}
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
	for (size_t i = 0; i < f->listener_count; i++)
		listener_stop(&f->listeners[i]);
	for (size_t i = 0; i < SIGNALS; i++)
		uv_close((uv_handle_t *)&f->signals[i], NULL);
	uv_close((uv_handle_t *)&f->accounts_check, NULL);
	if (f->has_notify_poll)
		uv_close((uv_handle_t *)&f->notify_poll, NULL);
}

static void on_signal(uv_signal_t *handle, int number)
{
	struct front *f = handle->data;
	if (number == SIGHUP)
		reload(f);
	else
		front_stop(f);
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

static int open_listeners(struct front *f, const struct config *config)
{
	f->listeners = calloc(config->listen_count, sizeof(*f->listeners));
	if (f->listeners == NULL)
		return -ENOMEM;
	for (size_t i = 0; i < config->listen_count; i++) {
		int err = listener_open(&f->listeners[i], &config->listen[i]);
		if (err != 0) {
			log_error("cannot listen on %s: %s; is something else listening there, or the port "
				  "below "
				  "1024 without the right to it?",
				config->listen[i].text, strerror(-err));
			return err;
		}
		f->listener_count++;
	}
	return 0;
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

static int start_listeners(struct front *f)
{
	for (size_t i = 0; i < f->listener_count; i++) {
		int err = listener_start(&f->listeners[i], &f->server, &f->loop);
		if (err != 0)
			return err;
	}
	return 0;
}

static void emit_start(struct front *f, const struct config *config)
{
	struct event e = {
		.kind = EVENT_SERVER_START,
		.version = SIGNET_VERSION,
		.detail = config->listen_count > 0 ? config->listen[0].text : NULL,
	};
	event_emit(f->events, &e);
}

// Threads that wait for disks, so that loops need not. More than cores: they wait, they do not compute.
#define WORKERS "16"

// Each open takes a descriptor.
static void raise_descriptor_limit(void)
{
	struct rlimit limit;
	if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur == limit.rlim_max)
		return;
	limit.rlim_cur = limit.rlim_max;
	(void)setrlimit(RLIMIT_NOFILE, &limit);
}

static int serve(struct front *f, const struct config *config, void (*ready)(const struct config *))
{
	int err = server_start(&f->server);
	if (err == 0)
		err = watch_signals(f);
	if (err == 0)
		err = watch_rest(f);
	if (err == 0)
		err = start_listeners(f);
	if (err == 0 && f->metrics != NULL)
		err = metrics_page_start(f->metrics, &f->server);
	if (err != 0)
		return err;
	emit_start(f, config);
	if (ready != NULL)
		ready(config);
	(void)uv_run(&f->loop, UV_RUN_DEFAULT);
	metrics_page_free(f->metrics);
	server_stop(&f->server);
	struct event e = { .kind = EVENT_SERVER_STOP };
	event_emit(f->events, &e);
	return 0;
}

static int front_prepare(struct front *f, struct config *config)
{
	struct account_error error;
	struct policy *policy = NULL;
	int err = open_listeners(f, config);
	if (err == 0)
		err = open_metrics(f, config);
	if (err != 0) {
		config_unref(config);
		return err;
	}
	err = policy_new(config, 1, &policy, &error);
	if (err != 0) {
		log_error("%s", error.text);
		return err;
	}
	return server_init(&f->server, policy, f->events);
}

int front_run(struct config *config, struct event_sink *events, void (*ready)(const struct config *))
{
	struct front *f = calloc(1, sizeof(*f));
	if (f == NULL)
		return -ENOMEM;
	struct config *kept = config_ref(config);
	f->events = events;
	(void)signal(SIGPIPE, SIG_IGN);
	(void)signal(SIGXFSZ, SIG_IGN); // a file too large for this process is an error of one request
	(void)uv_os_setenv("UV_THREADPOOL_SIZE", WORKERS);
	raise_descriptor_limit();
	int err = uv_loop_init(&f->loop);
	if (err == 0)
		err = front_prepare(f, config);
	if (err == 0)
		err = serve(f, kept, ready);
	(void)uv_loop_close(&f->loop);
	event_sink_free(events);
	config_unref(kept);
	free(f->listeners);
	free(f);
	return err;
}
