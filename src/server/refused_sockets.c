// SPDX-License-Identifier: Apache-2.0
#include "server/refused_sockets.h"

#include <netinet/in.h>
#include <string.h>

#include "event/event_sink.h"
#include "server/connection.h"
#include "server/peers.h"

enum { TELL_EVERY_MS = 1000 };

void refused_sockets_init(struct refused_sockets *r, struct event_sink *events)
{
	memset(r, 0, sizeof(*r));
	r->events = events;
}

static struct refused_slot *slot_of(struct refused_sockets *r, const uint8_t key[PEER_KEY_LEN])
{
	uint64_t hash = 0xCBF29CE484222325ull;
	for (size_t i = 0; i < PEER_KEY_LEN; i++)
		hash = (hash ^ key[i]) * 0x100000001B3ull;
	return &r->slots[(hash >> 32) % REFUSED_SLOTS];
}

static bool is_same(
	const struct refused_slot *slot, const uint8_t key[PEER_KEY_LEN], const struct refused_why *why)
{
	uint8_t other[PEER_KEY_LEN];
	if (slot->why.word == NULL || strcmp(slot->why.word, why->word) != 0)
		return false;
	peer_key(&slot->peer, other);
	return memcmp(key, other, PEER_KEY_LEN) == 0;
}

static void slot_tell(struct refused_sockets *r, struct refused_slot *slot, uint64_t now_ms)
{
	char text[INET6_ADDRSTRLEN] = "";
	struct event_connection about = { .client_address = text };
	struct event e = { .kind = slot->why.kind, .result = EVENT_FAILURE, .count = slot->pending };
	if (slot->peer.ss_family != AF_UNSPEC) {
		sockaddr_text(&slot->peer, text, &about.client_port);
		e.connection = &about;
	}
	if (e.kind == EVENT_LIMIT) {
		e.limit = slot->why.word;
		e.value = slot->why.value;
	} else {
		e.reason = slot->why.word;
	}
	event_emit(r->events, &e);
	r->told_this_second++;
	slot->pending = 0;
	slot->told_ms = now_ms;
}

static bool may_tell(const struct refused_sockets *r)
{
	return r->told_this_second < REFUSED_EVENTS_A_SECOND;
}

// Another peer needs the slot.
static void slot_clear(struct refused_sockets *r, struct refused_slot *slot, uint64_t now_ms)
{
	if (slot->pending != 0 && may_tell(r)) {
		slot_tell(r, slot, now_ms);
	} else if (slot->pending != 0) {
		r->others.why = slot->why;
		r->others.pending += slot->pending;
	}
	memset(slot, 0, sizeof(*slot));
}

void refused_sockets_add(struct refused_sockets *r, const struct sockaddr_storage *peer,
	const struct refused_why *why, uint64_t now_ms)
{
	uint8_t key[PEER_KEY_LEN];
	peer_key(peer, key);
	struct refused_slot *slot = slot_of(r, key);
	bool is_new = !is_same(slot, key, why);
	if (is_new)
		slot_clear(r, slot, now_ms);
	slot->peer = *peer;
	slot->why = *why;
	slot->pending++;
	if (may_tell(r) && (is_new || now_ms - slot->told_ms >= TELL_EVERY_MS))
		slot_tell(r, slot, now_ms);
}

void refused_sockets_tell(struct refused_sockets *r, uint64_t now_ms, bool all)
{
	r->told_this_second = 0;
	for (size_t i = 0; i < REFUSED_SLOTS; i++) {
		struct refused_slot *slot = &r->slots[i];
		bool due = slot->pending != 0 && (all || now_ms - slot->told_ms >= TELL_EVERY_MS);
		if (due && (all || may_tell(r)))
			slot_tell(r, slot, now_ms);
	}
	if (r->others.pending != 0 && (all || may_tell(r)))
		slot_tell(r, &r->others, now_ms);
}
