// SPDX-License-Identifier: Apache-2.0
// Private to this folder: the types of fields that only parts from event_watch.h have.
#ifndef SIGNET_EVENT_EVENT_JSON_WATCH_H
#define SIGNET_EVENT_EVENT_JSON_WATCH_H

#include <stdbool.h>

#include "event/event_schema.h"

static inline bool json_watch_has_type(enum event_type type)
{
	return type >= EVENT_TYPE_LETTER;
}

// Whether there is a value at `at`, in the structure at `part`.
bool json_watch_is_set(const struct event_field *f, const void *part, const void *at);
void json_watch_put(struct writer *w, const struct event_field *f, const void *part, const void *at);

#endif
