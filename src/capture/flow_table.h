// SPDX-License-Identifier: Apache-2.0
// Packets in, conversations out: finds the flow of each packet (through link layers, tunnels and
// fragments), puts TCP streams together, and hands bytes in order to who asked for them.
//
// Memory is bounded whatever is sent: so many flows (the one that was quiet the longest makes room), so
// many bytes that wait for their turn. One thread.
#ifndef SIGNET_CAPTURE_FLOW_TABLE_H
#define SIGNET_CAPTURE_FLOW_TABLE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/attributes.h"
#include "capture/packet.h"

enum flow_side {
	FLOW_CLIENT, // who opened the connection
	FLOW_SERVER,
};

enum flow_end {
	FLOW_END_FIN,
	FLOW_END_RST,
	FLOW_END_REPLACED, // the same addresses and ports began a new connection
	FLOW_END_EVICTED,  // to make room, or quiet for FLOW_IDLE_US
	FLOW_END_CAPTURE,  // the capture ended
};

struct flow {
	uint64_t id; // 1, 2, ... in the order of their first packets
	struct endpoint client;
	struct endpoint server;
	bool midstream;         // its beginning was not seen
	bool sides_are_guessed; // from ports, for want of a handshake
	uint64_t first_us, last_us;
	uint64_t first_packet;       // number
	uint64_t bytes[2];           // of payload, by the side that sent them
	uint64_t lost[2];            // bytes missing in the capture
	const struct packet *packet; // that is being handled now
	void *state;                 // the handler's
};

struct flow_handler {
	// The first bytes of a direction: is the flow wanted? Its state, or NULL: its bytes are dropped from
	// now on. `swap`: set when they show that the other side is the server.
	void *(*begin)(void *context, struct flow *f, enum flow_side from, struct span first, bool *swap);
	// Bytes that come next in a direction; borrowed.
	void (*data)(void *context, struct flow *f, enum flow_side from, struct span bytes);
	// So many bytes are not in the capture.
	void (*gap)(void *context, struct flow *f, enum flow_side from, uint64_t len);
	// The flow is forgotten after this; called for flows with a state only.
	void (*end)(void *context, struct flow *f, enum flow_end why);
	// A UDP datagram to or from a port of `udp_ports`.
	void (*datagram)(void *context, const struct endpoint *source, const struct endpoint *destination,
		struct span payload, const struct packet *p);
	// SYN without an answer, or refused: somebody looks for servers. May be NULL.
	void (*attempt)(void *context, const struct flow *f, bool refused);
	const uint16_t *udp_ports; // ends with 0
	void *context;
};

struct flow_limits {
	uint32_t flows_max;
	uint64_t ahead_len_max; // bytes of segments that came before their time, over all flows
	uint64_t idle_us;       // a flow that was quiet so long is forgotten
};

struct flow_counts {
	uint64_t packets, bytes; // all that came in
	uint64_t not_ip;
	uint64_t fragments;
	uint64_t flows, flows_now;
	uint64_t evicted; // for want of room: a limit was reached
	uint64_t lost;    // bytes missing in flows that were wanted
	uint64_t repeated;
};

struct flow_table;

extern const struct flow_limits flow_limits_default;

// The handler is copied. NULL when memory is out.
struct flow_table *flow_table_new(const struct flow_handler *h, const struct flow_limits *limits) WARN_UNUSED;
void flow_table_packet(struct flow_table *t, const struct packet *p);
// Nothing more will come: all flows end with `why`.
void flow_table_finish(struct flow_table *t, enum flow_end why);
// Each flow that has a state, the one that was quiet the longest first; fn must not end any.
void flow_table_each(struct flow_table *t, void (*fn)(void *context, struct flow *f), void *context);
void flow_table_free(struct flow_table *t); // without telling the handler
const struct flow_counts *flow_table_counts(const struct flow_table *t);

const char *flow_end_name(enum flow_end why);

#endif
