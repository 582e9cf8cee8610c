// SPDX-License-Identifier: Apache-2.0
// Packets inside of packets: IP in IP, GRE (RFC 2784, 2890), ERSPAN types I to III (over GRE), VXLAN (RFC
// 7348).
#ifndef SIGNET_CAPTURE_TUNNEL_H
#define SIGNET_CAPTURE_TUNNEL_H

#include <stdbool.h>

#include "base/attributes.h"
#include "capture/ip.h"

enum { TUNNEL_DEPTH_MAX = 4 }; // packets in packets in packets are somebody's joke

// Whether the packet carries another one; *inner is then its bytes, from its IP header on.
bool tunnel_peel(const struct ip_packet *outer, struct span *inner) WARN_UNUSED;

#endif
