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
	FIRST_BYTES_LEN = 8, // a frame's length and a protocol's name: less tells nothing, more is waited for
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
	bool decided;                      // the handler was asked
	bool answered;                     // the server sent something
	struct tcp_stream streams[2];      // by sender: low, high
	uint8_t first[2][FIRST_BYTES_LEN]; // of each stream, until the handler was asked
	uint8_t first_len[2];
	UT_hash_handle hh;
	struct tracked *prev, *next; // the one that was quiet the longest first
	bool waits;                  // for bytes that are missing
	struct tracked *waiting_prev, *waiting_next;
};

struct flow_table {
	struct flow_handler handler;
	struct flow_limits limits;
	struct flow_counts counts;
	struct tracked *by_key;
	struct tracked *quiet;
	struct tracked *waiting; // those whose streams wait, in turn
	struct tracked *last;    // that was found; NULL: it is gone
	struct tcp_memory ahead;
	struct ip_reassembly *fragments;
	const struct packet *packet;
	struct tracked *current; // that tcp_output calls are about
	int sender;              // 0: low, 1: high
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

static enum flow_side side_of(const struct tracked *f, int sender)
{
	return (sender == 0) == f->low_is_client ? FLOW_CLIENT : FLOW_SERVER;
}

static void hand_over(struct flow_table *t, struct span bytes)
{
	struct flow *f = &t->current->flow;
	if (f->state != NULL && bytes.len > 0)
		t->handler.data(t->handler.context, f, side_of(t->current, t->sender), bytes);
}

static void swap(uint64_t pair[2])
{
	uint64_t first = pair[0];
	pair[0] = pair[1];
	pair[1] = first;
}

static void swap_sides(struct tracked *f)
{
	struct endpoint client = f->flow.client;
	f->flow.client = f->flow.server;
	f->flow.server = client;
	swap(f->flow.bytes);
	swap(f->flow.lost);
	f->low_is_client = !f->low_is_client;
}

// Asks the handler whether it wants the flow, by the first bytes, in order, of the side that speaks first.
static void decide(struct flow_table *t, struct tracked *f, struct span first)
{
	bool turned = false;
	f->decided = true;
	f->flow.state = t->handler.begin(t->handler.context, &f->flow, side_of(f, t->sender), first, &turned);
	if (turned && f->flow.sides_are_guessed)
		swap_sides(f);
}

// They may come one by one: they are put together before the handler is asked.
static void deliver_first(struct flow_table *t, struct tracked *f, struct span bytes)
{
	uint8_t *first = f->first[t->sender];
	size_t have = f->first_len[t->sender];
	size_t take = bytes.len < FIRST_BYTES_LEN - have ? bytes.len : FIRST_BYTES_LEN - have;
	memcpy(first + have, bytes.data, take);
	f->first_len[t->sender] = (uint8_t)(have + take);
	if (have + take < FIRST_BYTES_LEN)
		return;
	decide(t, f, have == 0 ? bytes : span_make(first, FIRST_BYTES_LEN));
	hand_over(t, span_make(first, have));
	hand_over(t, bytes);
}

static void deliver(void *context, struct span bytes)
{
	struct flow_table *t = context;
	struct tracked *f = t->current;
	f->flow.bytes[side_of(f, t->sender)] += bytes.len;
	if (!f->decided) {
		deliver_first(t, f, bytes);
		return;
	}
	// The other side's first bytes decided; some of this one's were waiting.
	uint8_t waiting = f->first_len[t->sender];
	f->first_len[t->sender] = 0;
	if (waiting < FIRST_BYTES_LEN)
		hand_over(t, span_make(f->first[t->sender], waiting));
	hand_over(t, bytes);
}

static void deliver_gap(void *context, uint64_t len)
{
	struct flow_table *t = context;
	struct flow *f = &t->current->flow;
	enum flow_side from = side_of(t->current, t->sender);
	f->lost[from] += len;
	if (f->state == NULL)
		return;
	t->counts.lost += len;
	t->handler.gap(t->handler.context, f, from, len);
}

static struct tcp_output output_to(struct flow_table *t, struct tracked *f, int sender)
{
	t->current = f;
	t->sender = sender;
	return (struct tcp_output){ .data = deliver, .gap = deliver_gap, .context = t };
}

static bool go_on(struct flow_table *t, struct tracked *f, int sender, uint64_t now_us)
{
	if (f->streams[sender].ahead == NULL)
		return false;
	struct tcp_output out = output_to(t, f, sender);
	return tcp_stream_go_on(&f->streams[sender], &t->ahead, now_us, &out);
}

static void note_waiting(struct flow_table *t, struct tracked *f)
{
	bool waits = f->streams[0].ahead != NULL || f->streams[1].ahead != NULL;
	if (waits && !f->waits)
		DL_APPEND2(t->waiting, f, waiting_prev, waiting_next);
	if (!waits && f->waits)
		DL_DELETE2(t->waiting, f, waiting_prev, waiting_next);
	f->waits = waits;
}

// Each direction as far as it may: what one of them gives out may be what the other waited for.
static void go_on_both(struct flow_table *t, struct tracked *f, int first, uint64_t now_us)
{
	bool any;
	do {
		any = go_on(t, f, first, now_us);
		any = go_on(t, f, !first, now_us) || any;
	} while (any);
}

static void settle(struct flow_table *t, struct tracked *f, int first)
{
	if (!f->waits && f->streams[first].ahead == NULL && f->streams[!first].ahead == NULL)
		return;
	go_on_both(t, f, first, t->packet->time_us);
	note_waiting(t, f);
}

// All that waits, in its order: nothing more will come.
static void settle_for_good(struct flow_table *t, struct tracked *f)
{
	struct tcp_stream *s = f->streams;
	while (s[0].ahead != NULL || s[1].ahead != NULL) {
		int sender = tcp_stream_has_hole(&s[1]) || s[0].ahead == NULL ? 1 : 0;
		struct tcp_output out = output_to(t, f, sender);
		tcp_stream_give_up(&s[sender], &t->ahead, f->flow.last_us, &out);
		go_on_both(t, f, sender, f->flow.last_us);
	}
	note_waiting(t, f);
}

// --- life of a flow ---------------------------------------------------------------------------------

static void flow_finish(struct flow_table *t, struct tracked *f, enum flow_end why)
{
	f->decided = true;
	if (f->flow.state == NULL)
		return;
	f->flow.packet = t->packet;
	settle_for_good(t, f);
	t->handler.end(t->handler.context, &f->flow, why);
	f->flow.state = NULL;
}

static void flow_remove(struct flow_table *t, struct tracked *f)
{
	for (int sender = 0; sender < 2; sender++) {
		t->counts.repeated += f->streams[sender].repeated;
		tcp_stream_free(&f->streams[sender], &t->ahead);
	}
	note_waiting(t, f);
	HASH_DEL(t->by_key, f);
	DL_DELETE(t->quiet, f);
	if (t->last == f)
		t->last = NULL;
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

void flow_table_each(struct flow_table *t, void (*fn)(void *context, struct flow *f), void *context)
{
	for (struct tracked *f = t->quiet; f != NULL; f = f->next) {
		if (f->flow.state == NULL)
			continue;
		f->flow.packet = NULL; // the one it had is gone
		fn(context, &f->flow);
	}
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

// A flow may wait for a packet that was lost, and then say nothing more for long. Each gets its turn.
static void settle_waiting(struct flow_table *t)
{
	for (int i = 0; i < EXPIRE_PER_PACKET && t->waiting != NULL; i++) {
		struct tracked *f = t->waiting;
		DL_DELETE2(t->waiting, f, waiting_prev, waiting_next);
		f->waits = false;
		f->flow.packet = t->packet;
		settle(t, f, 0);
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

static int endpoint_order(const struct endpoint *a, const struct endpoint *b)
{
	if (a->port != b->port)
		return a->port < b->port ? -1 : 1;
	return memcmp(a->address.bytes, b->address.bytes, sizeof(a->address.bytes));
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
	f->low_is_client = endpoint_order(&key->low, &f->flow.client) == 0;
	f->flow.midstream = !s->syn;
	f->flow.sides_are_guessed = !s->syn;
	f->streams[0].peer = &f->streams[1];
	f->streams[1].peer = &f->streams[0];
	f->flow.first_us = t->packet->time_us;
	f->flow.first_packet = t->packet->number;
	HASH_ADD(hh, t->by_key, key, sizeof(f->key), f);
	DL_APPEND(t->quiet, f);
	t->counts.flows_now++;
	return f;
}

static struct flow_key key_of(const struct endpoint *a, const struct endpoint *b, bool a_is_low)
{
	struct flow_key key;
	memcpy(&key.low, a_is_low ? a : b, sizeof(*a));
	memcpy(&key.high, a_is_low ? b : a, sizeof(*a));
	return key;
}

// --- segments ---------------------------------------------------------------------------------------

static void add_segment(struct flow_table *t, struct tracked *f, int sender, const struct tcp_segment *s)
{
	struct tcp_stream *stream = &f->streams[sender];
	if (s->syn)
		tcp_stream_start(stream, s->sequence + 1);
	if (s->payload.len + s->missing == 0)
		return;
	if (f->decided && f->flow.state == NULL) {
		f->flow.bytes[side_of(f, sender)] += s->payload.len;
		return;
	}
	const struct tcp_data data = {
		.sequence = s->sequence + (s->syn ? 1 : 0),
		.known = s->payload,
		.missing = s->missing,
		.ack = s->ack,
		.acknowledgment = s->acknowledgment,
	};
	struct tcp_output out = output_to(t, f, sender);
	tcp_stream_add(stream, &t->ahead, &data, t->packet->time_us, &out);
}

// A SYN with another beginning than that of the connection that is known: the ports are used again.
static bool is_new_connection(const struct tracked *f, const struct tcp_segment *s, int sender)
{
	const struct tcp_stream *stream = &f->streams[sender];
	return s->syn && !s->ack && stream->started &&
	       s->sequence + 1 + (uint32_t)(stream->delivered + stream->lost) != stream->next;
}

static void tell_attempt(struct flow_table *t, const struct tracked *f, bool refused)
{
	if (t->handler.attempt != NULL && !f->answered)
		t->handler.attempt(t->handler.context, &f->flow, refused);
}

static void end_if_over(struct flow_table *t, struct tracked *f, int sender, const struct tcp_segment *s)
{
	if (s->rst) {
		tell_attempt(t, f, side_of(f, sender) == FLOW_SERVER);
		flow_finish(t, f, FLOW_END_RST); // its entry stays, for what was on its way
		return;
	}
	if (s->fin)
		tcp_stream_fin(&f->streams[sender],
			s->sequence + (s->syn ? 1 : 0) + (uint32_t)(s->payload.len + s->missing));
	settle(t, f, !sender);
	if (tcp_stream_is_over(&f->streams[0]) && tcp_stream_is_over(&f->streams[1]))
		flow_finish(t, f, FLOW_END_FIN);
}

static struct endpoint endpoint_of(const struct ip_address *address, uint16_t port)
{
	struct endpoint e;
	memset(&e, 0, sizeof(e)); // all of it is hashed
	e.address = *address;
	e.port = port;
	return e;
}

static bool is_at(const struct endpoint *e, const struct ip_address *address, uint16_t port)
{
	return e->port == port && ip_address_equal(&e->address, address);
}

// Packets of a flow come in runs, so it is mostly the one before: told without making a key.
static bool is_of(
	const struct tracked *f, const struct ip_packet *ip, const struct tcp_segment *s, int *sender)
{
	for (*sender = 0; *sender < 2; ++*sender) {
		const struct endpoint *from = *sender == 0 ? &f->key.low : &f->key.high;
		const struct endpoint *to = *sender == 0 ? &f->key.high : &f->key.low;
		if (is_at(from, &ip->source, s->source_port) &&
			is_at(to, &ip->destination, s->destination_port))
			return true;
	}
	return false;
}

// To the end of those that are quiet.
static void touch(struct flow_table *t, struct tracked *f)
{
	if (t->quiet->prev == f) // utlist: the head's is the last
		return;
	DL_DELETE(t->quiet, f);
	DL_APPEND(t->quiet, f);
}

static struct tracked *find_or_begin(
	struct flow_table *t, const struct ip_packet *ip, const struct tcp_segment *s, int *sender)
{
	struct endpoint source = endpoint_of(&ip->source, s->source_port);
	struct endpoint destination = endpoint_of(&ip->destination, s->destination_port);
	bool source_is_low = endpoint_order(&source, &destination) <= 0;
	struct flow_key key = key_of(&source, &destination, source_is_low);
	struct tracked *f;
	HASH_FIND(hh, t->by_key, &key, sizeof(key), f);
	*sender = source_is_low ? 0 : 1;
	if (f != NULL && is_new_connection(f, s, *sender)) {
		flow_drop(t, f, FLOW_END_REPLACED);
		f = NULL;
	}
	if (f != NULL)
		return f;
	return s->rst ? NULL : flow_begin(t, &key, &source, &destination, s);
}

static struct tracked *flow_of(
	struct flow_table *t, const struct ip_packet *ip, const struct tcp_segment *s, int *sender)
{
	if (t->last == NULL || s->syn || !is_of(t->last, ip, s, sender))
		t->last = find_or_begin(t, ip, s, sender);
	return t->last;
}

static void on_tcp(struct flow_table *t, const struct ip_packet *ip)
{
	struct tcp_segment s;
	int sender;
	if (!tcp_decode(ip, &s))
		return;
	struct tracked *f = flow_of(t, ip, &s, &sender);
	if (f == NULL)
		return;
	f->flow.packet = t->packet;
	f->flow.last_us = t->packet->time_us;
	f->answered = f->answered || (side_of(f, sender) == FLOW_SERVER && !s.rst);
	touch(t, f);
	add_segment(t, f, sender, &s);
	end_if_over(t, f, sender, &s);
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
	settle_waiting(t);
	if (link_decode(p->link_type, p->bytes, &ip))
		on_ip(t, ip, 0);
	else
		t->counts.not_ip++;
}
