// SPDX-License-Identifier: Apache-2.0
// Connections that were refused before a byte was read. Each peer is told of once a second, with how often
// it was since, and all together at most REFUSED_EVENTS_A_SECOND times: a flood fills no log, and
// none of it goes uncounted.
//
// On the main thread alone.
#ifndef SIGNET_SERVER_REFUSED_SOCKETS_H
#define SIGNET_SERVER_REFUSED_SOCKETS_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/socket.h>

#include "event/event.h"

struct event_sink;

enum {
	REFUSED_SLOTS = 512, // peers that are told apart; of two in one slot the earlier is told of at once
	REFUSED_EVENTS_A_SECOND = 100,
};

// Why: of EVENT_LIMIT the limit and its value, of EVENT_REFUSAL the reason.
struct refused_why {
	enum event_kind kind;
	const char *word;
	uint64_t value;
};

struct refused_slot {
	struct sockaddr_storage peer;
	struct refused_why why; // word NULL: unused
	uint64_t told_ms;
	uint64_t pending; // since it was last told of
};

struct refused_sockets {
	struct event_sink *events;
	struct refused_slot slots[REFUSED_SLOTS];
	struct refused_slot others; // who had to make room while nothing could be told, all together
	unsigned told_this_second;
};

void refused_sockets_init(struct refused_sockets *r, struct event_sink *events);
void refused_sockets_add(struct refused_sockets *r, const struct sockaddr_storage *peer,
	const struct refused_why *why, uint64_t now_ms);
// Once a second, and once more with all true at the end: tells what was not told of yet.
void refused_sockets_tell(struct refused_sockets *r, uint64_t now_ms, bool all);

#endif
