// SPDX-License-Identifier: Apache-2.0
#include "server/startup.h"

#include <signal.h>
#include <string.h>
#include <sys/resource.h>

#include "auth/kerberos_setup.h"
#include "base/fault_guard.h"
#include "base/log.h"
#include "config/config.h"
#include "event/event_sink.h"
#include "server/confinement.h"
#include "server/detection.h"
#include "server/domain_groups.h"
#include "server/metrics_page.h"
#include "server/policy.h"
#include "server/service_manager.h"

// Each open takes a descriptor.
static void raise_descriptor_limit(void)
{
	struct rlimit limit;
	if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur == limit.rlim_max)
		return;
	limit.rlim_cur = limit.rlim_max;
	(void)setrlimit(RLIMIT_NOFILE, &limit);
}

static int own_process(const struct config *config)
{
	(void)signal(SIGPIPE, SIG_IGN);
	(void)signal(SIGXFSZ, SIG_IGN); // a file too large for this process is an error of one request
	raise_descriptor_limit();
	int err = fault_guard_install();
	return err != 0 ? err : kerberos_environment_set(config->state);
}

static int open_metrics(struct startup *s, const struct config *config)
{
	if (config->metrics.text == NULL)
		return 0;
	int err = metrics_page_open(&config->metrics, &s->metrics);
	if (err != 0)
		log_error("metrics cannot be told on %s: %s; is something else listening there?",
			config->metrics.text, strerror(-err));
	return err;
}

static int open_events(struct startup *s, const struct config *config)
{
	int err = event_sink_new(config->events, &s->events);
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

// What the kernel asks privileges for.
static int take_sockets(struct startup *s, const struct config *config)
{
	s->notify_fd = service_notify_open();
	int err = listener_set_open(&s->listeners, config);
	return err != 0 ? err : open_metrics(s, config);
}

static int enter_walls(struct startup *s, struct config *config, struct policy **policy)
{
	int err = confinement_become_user(config);
	if (err == 0)
		err = open_policy(config, policy);
	if (err == 0)
		err = confinement_raise(config, &s->walls);
	return err;
}

static int start_telling(struct startup *s, struct config *config)
{
	int err = resolve_groups(config);
	if (err == 0)
		err = open_events(s, config);
	if (err == 0)
		err = detection_start(config, s->events, &s->detection);
	return err;
}

int startup_begin(struct startup *s, struct config *config, struct policy **policy)
{
	*policy = NULL;
	int err = own_process(config);
	if (err == 0)
		err = take_sockets(s, config);
	if (err == 0)
		err = enter_walls(s, config, policy);
	if (err == 0)
		err = start_telling(s, config);
	if (err != 0) {
		policy_unref(*policy);
		*policy = NULL;
	}
	return err;
}

void startup_done(struct startup *s)
{
	metrics_page_free(s->metrics);
	detection_stop(s->detection);
	event_sink_free(s->events);
	walls_free(s->walls);
	listener_set_free(&s->listeners);
}
