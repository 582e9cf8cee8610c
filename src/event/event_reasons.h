// SPDX-License-Identifier: Apache-2.0
// The one table of reasons: every word that an event can give for a refusal, a violation, a limit or an
// end. docs/events.md, the counters of docs/metrics.md and the check of what tests emitted come from it,
// so a reason that is emitted is also documented and counted.
#ifndef SIGNET_EVENT_EVENT_REASONS_H
#define SIGNET_EVENT_EVENT_REASONS_H

#include <stddef.h>
#include <stdio.h>

#include "event/event.h"

struct event_reason {
	enum event_kind kind;
	const char *name; // the field `reason`; of EVENT_LIMIT the field `limit`
	const char *help; // a clause; "" when the name says it
};

enum { EVENT_REASON_NONE = -1 };

extern const struct event_reason event_reasons[];
extern const size_t event_reason_count;
// More rows than this would need a larger struct event_counts.
enum { EVENT_REASONS_MAX = 256 };

// The row of what the event says; that of "other" when its kind has a table and this is not in it;
// EVENT_REASON_NONE when it gives no reason or its kind has no table (reasons of a few kinds are free).
int event_reason_of(const struct event *e) WARN_UNUSED;

#endif
