// SPDX-License-Identifier: Apache-2.0
#include "server/detection.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "config/config.h"
#include "detect/background.h"
#include "event/event_sink.h"

struct detection {
	struct config *config; // with a reference: the detectors look into it
	struct detect_background *background;
	struct event_sink *events;
};

static void emit(void *context, const struct event *e)
{
	event_emit(context, e);
}

int detection_start(struct config *config, struct event_sink *events, struct detection **out)
{
	*out = NULL;
	if (config->detect == DETECTION_OFF)
		return 0;
	struct detection *d = calloc(1, sizeof(*d));
	if (d == NULL)
		return -ENOMEM;
	d->events = events;
	int err = detect_background_new(&config->detection, emit, events, &d->background);
	if (err != 0) {
		log_error("the detectors cannot start: %s", strerror(-err));
		free(d);
		return err;
	}
	d->config = config_ref(config);
	event_sink_listen(events, detect_background_event, d->background);
	*out = d;
	return 0;
}

void detection_reload(struct detection *d, struct config *config)
{
	if ((d != NULL) != (config->detect == DETECTION_ON))
		log_warning("detect = %s takes a restart", d == NULL ? "on" : "off");
	if (d == NULL || detect_settings_equal(&d->config->detection, &config->detection))
		return;
	struct config *former = d->config;
	d->config = config_ref(config);
	if (!detect_background_renew(d->background, &config->detection))
		log_error("memory is out: some detectors are off");
	config_unref(former);
	log_info("[detect] has changed: the detectors have begun anew");
}

void detection_stop(struct detection *d)
{
	if (d == NULL)
		return;
	event_sink_listen(d->events, NULL, NULL);
	uint64_t lost = detect_background_lost(d->background);
	if (lost > 0)
		log_warning("%llu events came too fast for the detectors", (unsigned long long)lost);
	detect_background_free(d->background);
	config_unref(d->config);
	free(d);
}
