// SPDX-License-Identifier: Apache-2.0
// How many events there were, by what they say: counted where they are emitted, dropped ones too, so
// that whatever leaves an event is counted.
#ifndef SIGNET_EVENT_EVENT_COUNTS_H
#define SIGNET_EVENT_EVENT_COUNTS_H

#include <stdint.h>

#include "event/event_reasons.h"

// What a session can be protected by; the last of each is "other", for what the table does not know.
enum { EVENT_DIALECTS = 6, EVENT_CIPHERS = 6, EVENT_SIGNINGS = 4, EVENT_MECHANISMS = 5 };
enum { EVENT_PROTECTIONS = EVENT_DIALECTS * EVENT_CIPHERS * EVENT_SIGNINGS * EVENT_MECHANISMS };

struct event_protection {
	const char *dialect;   // "3.1.1"
	const char *cipher;    // "none" when the session is not sealed
	const char *signing;   // the algorithm
	const char *mechanism; // "ntlmv2"
};

// The names of one of EVENT_PROTECTIONS.
struct event_protection event_protection_name(unsigned index);

struct event_counts {
	uint64_t succeeded[EVENT_KIND_COUNT]; // or without a result
	uint64_t failed[EVENT_KIND_COUNT];
	uint64_t reasons[EVENT_REASONS_MAX];
	uint64_t sessions_opened[EVENT_PROTECTIONS];
	uint64_t sessions_closed[EVENT_PROTECTIONS];
	uint64_t lost; // events that did not get to their file
};

// Where an event counts, found out before a lock is taken.
struct event_tally {
	enum event_kind kind;
	bool failed;
	uint64_t times; // that the event stands for
	int reason;     // row of event_reasons, or EVENT_REASON_NONE
	int protection; // of a session's beginning or end, else -1
};

struct event_tally event_tally_of(const struct event *e);
void event_counts_add(struct event_counts *c, const struct event_tally *t);

#endif
