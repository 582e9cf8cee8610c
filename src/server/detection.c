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
	struct detect_settings settings;
	struct detect_background *background;
	struct event_sink *events;
};

static void emit(void *context, const struct event *e)
{
	event_emit(context, e);
}

static bool set(struct detect_settings *s, const char *name, const char *value)
{
	char error[DETECT_ERROR_LEN] = "";
	if (value == NULL || value[0] == '\0' || detect_settings_set(s, name, value, error))
		return true;
	log_error("%s", error);
	return false;
}

int detection_start(const struct config *config, struct event_sink *events, struct detection **out)
{
	*out = NULL;
	if (config->detect == DETECTION_OFF)
		return 0;
	struct detection *d = calloc(1, sizeof(*d));
	if (d == NULL)
		return -ENOMEM;
	d->events = events;
	detect_settings_init(&d->settings);
	int err = set(&d->settings, "decoys", config->decoys) &&
				  set(&d->settings, "backup_hosts", config->backup_hosts)
			  ? detect_background_new(&d->settings, emit, events, &d->background)
			  : -EINVAL;
	if (err != 0) {
		log_error("the detectors cannot start: %s", strerror(-err));
		detect_settings_done(&d->settings);
		free(d);
		return err;
	}
	event_sink_listen(events, detect_background_event, d->background);
	*out = d;
	return 0;
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
	detect_settings_done(&d->settings);
	free(d);
}
