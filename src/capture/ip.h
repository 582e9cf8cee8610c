// SPDX-License-Identifier: Apache-2.0
// The headers of an IPv4 or IPv6 packet (RFC 791, RFC 8200), and of what TCP and UDP say inside.
#ifndef SIGNET_CAPTURE_IP_H
#define SIGNET_CAPTURE_IP_H

#include <stdbool.h>
#include <stdint.h>

#include "base/attributes.h"
#include "base/span.h"
#include "capture/packet.h"

enum {
	IP_PROTOCOL_IPV4 = 4, // a packet inside of a packet
	IP_PROTOCOL_TCP = 6,
	IP_PROTOCOL_UDP = 17,
	IP_PROTOCOL_IPV6 = 41,
	IP_PROTOCOL_GRE = 47,
};

struct ip_packet {
	struct ip_address source;
	struct ip_address destination;
	uint8_t protocol; // of the payload, behind all IPv6 extension headers
	struct span payload;
	size_t missing; // bytes of the payload that the capture cut off
	bool is_fragment;
	uint32_t fragment_id;
	uint32_t fragment_offset; // bytes
	bool more_fragments;
};

// False: not a whole header of an IP packet. Padding behind the packet's own length is left out.
bool ip_decode(struct span bytes, struct ip_packet *out) WARN_UNUSED;

struct tcp_segment {
	uint16_t source_port;
	uint16_t destination_port;
	uint32_t sequence;
	uint32_t acknowledgment;
	bool syn, fin, rst, ack;
	struct span payload;
	size_t missing; // payload that the capture cut off
};
bool tcp_decode(const struct ip_packet *ip, struct tcp_segment *out) WARN_UNUSED;

struct udp_datagram {
	uint16_t source_port;
	uint16_t destination_port;
	struct span payload;
};
bool udp_decode(const struct ip_packet *ip, struct udp_datagram *out) WARN_UNUSED;

#endif
