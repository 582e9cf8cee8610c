// SPDX-License-Identifier: Apache-2.0
// Puts fragments of IP packets together (RFC 791, RFC 8200 4.5). Bounded: so many packets at once, the
// oldest is given up for a new one.
#ifndef SIGNET_CAPTURE_IP_REASSEMBLY_H
#define SIGNET_CAPTURE_IP_REASSEMBLY_H

#include <stdbool.h>
#include <stdint.h>

#include "base/attributes.h"
#include "capture/ip.h"

enum {
	IP_REASSEMBLY_PACKETS_MAX = 256,
	IP_REASSEMBLY_LEN_MAX = 65535,
	IP_REASSEMBLY_PIECES_MAX = 64, // of one packet
	IP_REASSEMBLY_TIMEOUT_US = 30 * 1000000,
};

struct ip_reassembly;

struct ip_reassembly *ip_reassembly_new(void) WARN_UNUSED; // NULL when memory is out
void ip_reassembly_free(struct ip_reassembly *r);
// True: the packet is whole; *ip is changed to it (its payload borrowed until the next call). The first
// bytes that came for a place stay there, so that an overlap cannot rewrite what was seen.
bool ip_reassembly_add(struct ip_reassembly *r, struct ip_packet *ip, uint64_t time_us) WARN_UNUSED;

#endif
