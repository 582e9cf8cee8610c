// SPDX-License-Identifier: Apache-2.0
// A packet as it was captured, and addresses as they stand in it. Borrowed for one call.
#ifndef SIGNET_CAPTURE_PACKET_H
#define SIGNET_CAPTURE_PACKET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/span.h"

struct packet {
	uint64_t number;  // in its source, from 1: what other tools call the frame number
	uint64_t time_us; // since 1970 UTC
	size_t wire_len;  // bytes on the wire; more than bytes.len when the capture cut it
	int link_type;    // DLT_* of libpcap
	struct span bytes;
};

struct ip_address {
	uint8_t bytes[16]; // the first four of them for IPv4, the rest zero
	bool v6;
};

enum { IP_ADDRESS_TEXT_LEN = 46 }; // with its NUL

// Network notation; IPv4-mapped IPv6 is written as IPv4.
void ip_address_text(const struct ip_address *a, char text[IP_ADDRESS_TEXT_LEN]);

static inline bool ip_address_equal(const struct ip_address *a, const struct ip_address *b)
{
	if (a->v6 != b->v6)
		return false;
	return a->v6 ? memcmp(a->bytes, b->bytes, sizeof(a->bytes)) == 0 : memcmp(a->bytes, b->bytes, 4) == 0;
}

struct endpoint {
	struct ip_address address;
	uint16_t port;
};

static inline bool endpoint_equal(const struct endpoint *a, const struct endpoint *b)
{
	return a->port == b->port && ip_address_equal(&a->address, &b->address);
}

#endif
