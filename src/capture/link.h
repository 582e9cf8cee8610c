// SPDX-License-Identifier: Apache-2.0
// From a captured frame to the IP packet inside: Ethernet with VLAN tags, Linux cooked captures, loopback
// and raw IP. Tunnels (GRE, VXLAN, ERSPAN) are peeled by ip.h's callers through tunnel.h.
#ifndef SIGNET_CAPTURE_LINK_H
#define SIGNET_CAPTURE_LINK_H

#include <stdbool.h>

#include "base/attributes.h"
#include "base/span.h"

// False: not IP (ARP, a truncated header, a link type that is not known).
bool link_decode(int link_type, struct span frame, struct span *ip) WARN_UNUSED;
// The same for the inside of a tunnel, whose type an EtherType names (0x6558: Ethernet again).
bool link_decode_ethertype(unsigned int ethertype, struct span bytes, struct span *ip) WARN_UNUSED;
// Whether link_decode knows the link type at all.
bool link_type_is_known(int link_type);

#endif
