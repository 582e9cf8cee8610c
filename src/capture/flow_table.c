// SPDX-License-Identifier: Apache-2.0
#include "capture/flow_table.h"

#include <stdlib.h>
#include <string.h>
#include <utlist.h>

#include <uthash.h>

#include "capture/ip.h"
#include "capture/ip_reassembly.h"
#include "capture/link.h"
#include "capture/tcp_stream.h"
#include "capture/tunnel.h"

enum {
	FIRST_BYTES_MIN = 4, // less tells nothing; more is waited for
	EXPIRE_PER_PACKET = 2,
};

// Both endpoints in a fixed order, so that a packet of either direction finds its flow. Filled with
// zeros before, as all of it is hashed.
struct flow_key {
	struct endpoint low;
	struct endpoint high;
};

struct tracked {
	struct flow flow;
	struct flow_key key;
	bool low_is_client;
	bool decided;                 // the handler was asked
	bool answered;                // the server sent something
	struct tcp_stream streams[2]; // by flow_side
	UT_hash_handle hh;
	struct tracked *prev, *next; // the one that was quiet the longest first
};

struct flow_table {
	struct flow_handler handler;
	struct flow_limits limits;
	struct flow_counts counts;
	struct tracked *by_key;
	struct tracked *quiet;
	struct tcp_memory ahead;
	struct ip_reassembly *fragments;
	const struct packet *packet;
	struct tracked *current; // that tcp_output calls are about
	enum flow_side from;
};

const struct flow_limits flow_limits_default = {
	.flows_max = 262144,
	.ahead_len_max = 256u << 20,
	.idle_us = 3600ull * 1000000,
};

struct flow_table *flow_table_new(const struct flow_handler *h, const struct flow_limits *limits)
{
	struct flow_table *t = calloc(1, sizeof(*t));
	if (t == NULL)
		return NULL;
	t->handler = *h;
	t->limits = *limits;
	t->ahead.max = (size_t)limits->ahead_len_max;
	t->fragments = ip_reassembly_new();
	if (t->fragments == NULL) {
		free(t);
		return NULL;
	}
	return t;
}

const struct flow_counts *flow_table_counts(const struct flow_table *t)
{
	return &t->counts;
}

const char *flow_end_name(enum flow_end why)
{
	static const char *const names[] = { "fin", "rst", "replaced", "evicted", "end_of_capture" };
	return names[why];
}

// --- streams ----------------------------------------------------------------------------------------

static void deliver(void *context, struct span bytes)
{
	struct flow_table *t = context;
	struct flow *f = &t->current->flow;
	f->bytes[t->from] += bytes.len;
	if (f->state != NULL)
		t->handler.data(t->handler.context, f, t->from, bytes);
}

static void deliver_gap(void *context, uint64_t len)
{
	struct flow_table *t = context;
	struct flow *f = &t->current->flow;
	f->lost[t->from] += len;
	if (f->state == NULL)
		return;
	t->counts.lost += len;
	t->handler.gap(t->handler.context, f, t->from, len);
}

static struct tcp_output output_to(struct flow_table *t, struct tracked *f, enum flow_side from)
{
	t->current = f;
	t->from = from;
	return (struct tcp_output){ .data = deliver, .gap = deliver_gap, .context = t };
}

// --- life of a flow ---------------------------------------------------------------------------------

static void flow_finish(struct flow_table *t, struct tracked *f, enum flow_end why)
{
	f->decided = true;
	if (f->flow.state == NULL)
		return;
	f->flow.packet = t->packet;
	for (int side = FLOW_CLIENT; side <= FLOW_SERVER; side++) {
		struct tcp_output out = output_to(t, f, (enum flow_side)side);
		tcp_stream_finish(&f->streams[side], &t->ahead, &out);
	}
	t->handler.end(t->handler.context, &f->flow, why);
	f->flow.state = NULL;
}

static void flow_remove(struct flow_table *t, struct tracked *f)
{
	for (int side = FLOW_CLIENT; side <= FLOW_SERVER; side++) {
		t->counts.repeated += f->streams[side].repeated;
		tcp_stream_free(&f->streams[side], &t->ahead);
	}
	HASH_DEL(t->by_key, f);
	DL_DELETE(t->quiet, f);
	t->counts.flows_now--;
	free(f);
}

static void flow_drop(struct flow_table *t, struct tracked *f, enum flow_end why)
{
	flow_finish(t, f, why);
	flow_remove(t, f);
}

void flow_table_finish(struct flow_table *t, enum flow_end why)
{
	t->packet = NULL;
	while (t->quiet != NULL)
		flow_drop(t, t->quiet, why);
}

void flow_table_free(struct flow_table *t)
{
	if (t == NULL)
		return;
	while (t->quiet != NULL)
		flow_remove(t, t->quiet);
	ip_reassembly_free(t->fragments);
	free(t);
}

static void expire(struct flow_table *t, uint64_t now_us)
{
	for (int i = 0; i < EXPIRE_PER_PACKET && t->quiet != NULL; i++) {
		if (now_us < t->quiet->flow.last_us + t->limits.idle_us)
			return;
		flow_drop(t, t->quiet, FLOW_END_EVICTED);
	}
}

static bool is_server_port(uint16_t port)
{
	return port == 445 || port == 139 || port == 88;
}

// Who opened it: the SYN says so; without one a well-known port, or else the lower one, is the server's.
static bool source_is_client(const struct tcp_segment *s)
{
	if (s->syn)
		return !s->ack;
	if (is_server_port(s->destination_port) != is_server_port(s->source_port))
		return is_server_port(s->destination_port);
	return s->destination_port < s->source_port;
}

static struct tracked *flow_begin(struct flow_table *t, const struct flow_key *key,
	const struct endpoint *source, const struct endpoint *destination, const struct tcp_segment *s)
{
	if (t->counts.flows_now >= t->limits.flows_max) {
		t->counts.evicted++;
		flow_drop(t, t->quiet, FLOW_END_EVICTED);
	}
	struct tracked *f = calloc(1, sizeof(*f));
	if (f == NULL)
		return NULL;
	bool from_client = source_is_client(s);
	f->key = *key;
	f->flow.id = ++t->counts.flows;
	f->flow.client = from_client ? *source : *destination;
	f->flow.server = from_client ? *destination : *source;
	f->low_is_client = memcmp(&key->low, &f->flow.client, sizeof(key->low)) == 0;
	f->flow.midstream = !s->syn;
	f->flow.sides_are_guessed = !s->syn;
	f->flow.first_us = t->packet->time_us;
	f->flow.first_packet = t->packet->number;
	HASH_ADD(hh, t->by_key, key, sizeof(f->key), f);
	DL_APPEND(t->quiet, f);
	t->counts.flows_now++;
	return f;
}

static struct flow_key key_of(const struct endpoint *a, const struct endpoint *b, bool *a_is_low)
{
	struct flow_key key;
	*a_is_low = memcmp(a, b, sizeof(*a)) <= 0;
	memcpy(&key.low, *a_is_low ? a : b, sizeof(*a));
	memcpy(&key.high, *a_is_low ? b : a, sizeof(*a));
	return key;
}

// --- segments ---------------------------------------------------------------------------------------

static void swap_sides(struct tracked *f)
{
	struct endpoint client = f->flow.client;
	struct tcp_stream stream = f->streams[FLOW_CLIENT];
	uint64_t bytes = f->flow.bytes[FLOW_CLIENT];
	f->flow.client = f->flow.server;
	f->flow.server = client;
	f->flow.bytes[FLOW_CLIENT] = f->flow.bytes[FLOW_SERVER];
	f->flow.bytes[FLOW_SERVER] = bytes;
	f->streams[FLOW_CLIENT] = f->streams[FLOW_SERVER];
	f->streams[FLOW_SERVER] = stream;
	f->low_is_client = !f->low_is_client;
}

// Asks the handler about the first bytes; gives the side they are from, which that may change.
static enum flow_side decide(
	struct flow_table *t, struct tracked *f, enum flow_side from, const struct tcp_segment *s)
{
	bool swap = false;
	if (f->decided || s->payload.len < FIRST_BYTES_MIN)
		return from;
	f->decided = true;
	f->flow.state = t->handler.begin(t->handler.context, &f->flow, from, s->payload, &swap);
	if (!swap || !f->flow.sides_are_guessed)
		return from;
	swap_sides(f);
	return from == FLOW_CLIENT ? FLOW_SERVER : FLOW_CLIENT;
}

static void add_segment(
	struct flow_table *t, struct tracked *f, enum flow_side from, const struct tcp_segment *s)
{
	struct tcp_stream *stream = &f->streams[from];
	if (s->syn)
		tcp_stream_start(stream, s->sequence + 1);
	if (s->payload.len + s->missing == 0)
		return;
	from = decide(t, f, from, s);
	if (f->decided && f->flow.state == NULL) {
		f->flow.bytes[from] += s->payload.len;
		return;
	}
	struct tcp_output out = output_to(t, f, from);
	tcp_stream_add(&f->streams[from], &t->ahead, s->sequence + (s->syn ? 1 : 0), s->payload, s->missing,
		t->packet->time_us, &out);
}

// A SYN with another beginning than that of the connection that is known: the ports are used again.
static bool is_new_connection(const struct tracked *f, const struct tcp_segment *s, enum flow_side from)
{
	const struct tcp_stream *stream = &f->streams[from];
	return s->syn && !s->ack && stream->started &&
	       s->sequence + 1 + (uint32_t)(stream->delivered + stream->lost) != stream->next;
}

static void tell_attempt(struct flow_table *t, const struct tracked *f, bool refused)
{
	if (t->handler.attempt != NULL && !f->answered)
		t->handler.attempt(t->handler.context, &f->flow, refused);
}

static void end_if_over(
	struct flow_table *t, struct tracked *f, enum flow_side from, const struct tcp_segment *s)
{
	if (s->rst) {
		tell_attempt(t, f, from == FLOW_SERVER);
		flow_finish(t, f, FLOW_END_RST); // its entry stays, for what was on its way
		return;
	}
	if (s->fin)
		tcp_stream_fin(&f->streams[from], s->sequence + (s->syn ? 1 : 0) + (uint32_t)s->payload.len);
	if (tcp_stream_is_over(&f->streams[FLOW_CLIENT]) && tcp_stream_is_over(&f->streams[FLOW_SERVER]))
		flow_finish(t, f, FLOW_END_FIN);
}

static void on_tcp(struct flow_table *t, const struct ip_packet *ip)
{
	struct tcp_segment s;
	if (!tcp_decode(ip, &s))
		return;
	struct endpoint source, destination;
	memset(&source, 0, sizeof(source));
	memset(&destination, 0, sizeof(destination));
	source.address = ip->source;
	source.port = s.source_port;
	destination.address = ip->destination;
	destination.port = s.destination_port;
	bool source_is_low;
	struct flow_key key = key_of(&source, &destination, &source_is_low);
	struct tracked *f;
	HASH_FIND(hh, t->by_key, &key, sizeof(key), f);
	enum flow_side from = f != NULL && source_is_low == f->low_is_client ? FLOW_CLIENT : FLOW_SERVER;
	if (f != NULL && is_new_connection(f, &s, from)) {
		flow_drop(t, f, FLOW_END_REPLACED);
		f = NULL;
	}
	if (f == NULL) {
		if (s.rst)
			return;
		f = flow_begin(t, &key, &source, &destination, &s);
		if (f == NULL)
			return;
		from = source_is_low == f->low_is_client ? FLOW_CLIENT : FLOW_SERVER;
	}
	f->flow.packet = t->packet;
	f->flow.last_us = t->packet->time_us;
	f->answered = f->answered || (from == FLOW_SERVER && !s.rst);
	DL_DELETE(t->quiet, f);
	DL_APPEND(t->quiet, f);
	add_segment(t, f, from, &s);
	// The handler may have turned the sides round.
	from = source_is_low == f->low_is_client ? FLOW_CLIENT : FLOW_SERVER;
	end_if_over(t, f, from, &s);
}

static void on_udp(struct flow_table *t, const struct ip_packet *ip)
{
	struct udp_datagram d;
	if (t->handler.datagram == NULL || !udp_decode(ip, &d))
		return;
	const struct endpoint source = { .address = ip->source, .port = d.source_port };
	const struct endpoint destination = { .address = ip->destination, .port = d.destination_port };
	for (const uint16_t *port = t->handler.udp_ports; *port != 0; port++) {
		if (*port != d.source_port && *port != d.destination_port)
			continue;
		t->handler.datagram(t->handler.context, &source, &destination, d.payload, t->packet);
		return;
	}
}

static void on_ip(struct flow_table *t, struct span bytes, int depth)
{
	struct ip_packet ip;
	struct span inner;
	if (!ip_decode(bytes, &ip)) {
		t->counts.not_ip++;
		return;
	}
	if (ip.is_fragment) {
		t->counts.fragments++;
		if (!ip_reassembly_add(t->fragments, &ip, t->packet->time_us))
			return;
	}
	if (ip.protocol == IP_PROTOCOL_TCP)
		on_tcp(t, &ip);
	else if (depth < TUNNEL_DEPTH_MAX && tunnel_peel(&ip, &inner))
		on_ip(t, inner, depth + 1);
	else if (ip.protocol == IP_PROTOCOL_UDP)
		on_udp(t, &ip);
}

void flow_table_packet(struct flow_table *t, const struct packet *p)
{
	struct span ip;
	t->packet = p;
	t->counts.packets++;
	t->counts.bytes += p->wire_len;
	expire(t, p->time_us);
	if (link_decode(p->link_type, p->bytes, &ip))
		on_ip(t, ip, 0);
	else
		t->counts.not_ip++;
}
