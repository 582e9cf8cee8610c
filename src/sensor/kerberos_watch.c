// SPDX-License-Identifier: Apache-2.0
#include "sensor/kerberos_watch.h"

#include <stdlib.h>
#include <string.h>

#include "sensor/kerberos_exchange.h"

// --- UDP --------------------------------------------------------------------------------------------

struct kerberos_datagram {
	struct endpoint client, server;
	struct kerberos_request request;
};

struct kerberos_datagrams {
	struct kerberos_datagram *slots[KERBEROS_DATAGRAMS_MAX];
};

struct kerberos_datagrams *kerberos_datagrams_new(void)
{
	return calloc(1, sizeof(struct kerberos_datagrams));
}

void kerberos_datagrams_free(struct kerberos_datagrams *d)
{
	for (size_t i = 0; d != NULL && i < KERBEROS_DATAGRAMS_MAX; i++)
		free(d->slots[i]);
	free(d);
}

static struct kerberos_datagram **slot_of(struct kerberos_datagrams *d, const struct endpoint *client)
{
	uint32_t hash = client->port;
	for (size_t i = 0; i < sizeof(client->address.bytes); i++)
		hash = (hash ^ client->address.bytes[i]) * 0x01000193u;
	return &d->slots[(hash >> 16 ^ hash) % KERBEROS_DATAGRAMS_MAX];
}

static void keep_datagram(
	struct kerberos_datagrams *d, const struct kerberos_place *at, const struct kdc_message *m)
{
	struct kerberos_datagram **slot = slot_of(d, at->client);
	if (*slot == NULL)
		*slot = calloc(1, sizeof(**slot));
	if (*slot == NULL)
		return;
	(*slot)->client = *at->client;
	(*slot)->server = *at->server;
	kerberos_request_keep(&(*slot)->request, m, at->packet);
}

static void answer_datagram(struct kerberos_datagrams *d, struct sensor_emitter *e,
	const struct kerberos_place *at, const struct kdc_message *m)
{
	static const struct kerberos_request none = { .seen = false };
	struct kerberos_datagram **slot = slot_of(d, at->client);
	bool known = *slot != NULL && endpoint_equal(&(*slot)->client, at->client) &&
		     endpoint_equal(&(*slot)->server, at->server);
	kerberos_answer_tell(e, at, known ? &(*slot)->request : &none, m);
	if (known) {
		free(*slot);
		*slot = NULL;
	}
}

void kerberos_watch_datagram(struct kerberos_datagrams *d, struct sensor_emitter *e,
	const struct endpoint *source, const struct endpoint *destination, struct span message,
	const struct packet *p)
{
	struct kdc_message m;
	struct kerberos_place at = {
		.client = source, .server = destination, .packet = p->number, .time_us = p->time_us
	};
	if (!kdc_message_recognise(message))
		return;
	if (kdc_message_decode(message, &m) != VERDICT_OK) {
		kerberos_malformed_tell(e, &at);
		return;
	}
	if (kdc_message_is_request(&m)) {
		keep_datagram(d, &at, &m);
		return;
	}
	at.client = destination;
	at.server = source;
	answer_datagram(d, e, &at, &m);
}

// --- TCP --------------------------------------------------------------------------------------------

enum { MARK_LEN = 4 };

// One direction: messages with their lengths before them (RFC 4120 7.2.2).
struct kerberos_side {
	uint8_t mark[MARK_LEN];
	size_t mark_len;
	uint8_t *message; // malloc'ed, as far as it came
	size_t have, len;
	bool lost; // where the next message begins is not known
};

struct kerberos_stream {
	struct kerberos_side sides[2];
	struct kerberos_request request;
	bool malformed_told;
};

struct kerberos_stream *kerberos_stream_new(void)
{
	return calloc(1, sizeof(struct kerberos_stream));
}

void kerberos_stream_free(struct kerberos_stream *s)
{
	if (s == NULL)
		return;
	free(s->sides[FLOW_CLIENT].message);
	free(s->sides[FLOW_SERVER].message);
	free(s);
}

static void end_message(struct kerberos_side *side)
{
	free(side->message);
	*side = (struct kerberos_side){ .mark_len = 0 };
}

void kerberos_stream_gap(struct kerberos_stream *s, enum flow_side from)
{
	end_message(&s->sides[from]);
	s->sides[from].lost = true;
}

static void on_message(
	struct kerberos_stream *s, struct sensor_emitter *e, const struct flow *f, struct span message)
{
	struct kdc_message m;
	const struct kerberos_place at = {
		.client = &f->client,
		.server = &f->server,
		.flow = f->id,
		.packet = f->packet != NULL ? f->packet->number : 0,
		.time_us = f->packet != NULL ? f->packet->time_us : f->last_us,
		.midstream = f->midstream,
	};
	if (!kdc_message_recognise(message))
		return;
	if (kdc_message_decode(message, &m) != VERDICT_OK) {
		if (!s->malformed_told)
			kerberos_malformed_tell(e, &at);
		s->malformed_told = true;
		return;
	}
	if (kdc_message_is_request(&m)) {
		kerberos_request_keep(&s->request, &m, at.packet);
		return;
	}
	kerberos_answer_tell(e, &at, &s->request, &m);
	s->request.seen = false;
}

static uint32_t mark_of(const uint8_t *p)
{
	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

// After a loss a segment that begins with a message is taken for one.
static bool begins_message(struct span bytes)
{
	return bytes.len > MARK_LEN && mark_of(bytes.data) <= KDC_MESSAGE_LEN_MAX &&
	       kdc_message_recognise(span_make(bytes.data + MARK_LEN, bytes.len - MARK_LEN));
}

static size_t add_mark(struct kerberos_stream *s, enum flow_side from, struct span bytes)
{
	struct kerberos_side *side = &s->sides[from];
	size_t room = MARK_LEN - side->mark_len;
	size_t len = bytes.len < room ? bytes.len : room;
	memcpy(side->mark + side->mark_len, bytes.data, len);
	side->mark_len += len;
	if (side->mark_len < MARK_LEN)
		return len;
	side->len = mark_of(side->mark);
	// The highest bit is reserved, and nobody sends as much (RFC 4120 7.2.2).
	if (side->len == 0 || side->len > KDC_MESSAGE_LEN_MAX)
		kerberos_stream_gap(s, from);
	return len;
}

static bool keep_bytes(struct kerberos_side *side, struct span bytes)
{
	uint8_t *more = realloc(side->message, side->have + bytes.len);
	if (more == NULL)
		return false;
	side->message = more;
	memcpy(more + side->have, bytes.data, bytes.len);
	side->have += bytes.len;
	return true;
}

// Bytes of the message that has begun; gives how many were taken.
static size_t add_bytes(struct kerberos_stream *s, struct sensor_emitter *e, const struct flow *f,
	enum flow_side from, struct span bytes)
{
	struct kerberos_side *side = &s->sides[from];
	size_t left = side->len - side->have;
	struct span part = span_make(bytes.data, bytes.len < left ? bytes.len : left);
	if (side->have == 0 && part.len == side->len) {
		on_message(s, e, f, part);
		end_message(side);
		return part.len;
	}
	if (!keep_bytes(side, part)) {
		kerberos_stream_gap(s, from);
		return bytes.len;
	}
	if (side->have == side->len) {
		on_message(s, e, f, span_make(side->message, side->have));
		end_message(side);
	}
	return part.len;
}

void kerberos_stream_data(struct kerberos_stream *s, struct sensor_emitter *e, const struct flow *f,
	enum flow_side from, struct span bytes)
{
	struct kerberos_side *side = &s->sides[from];
	while (bytes.len > 0) {
		if (side->lost && !begins_message(bytes))
			return;
		side->lost = false;
		size_t taken = side->mark_len < MARK_LEN ? add_mark(s, from, bytes)
							 : add_bytes(s, e, f, from, bytes);
		bytes = span_make(bytes.data + taken, bytes.len - taken);
	}
}
