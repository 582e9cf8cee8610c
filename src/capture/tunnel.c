// SPDX-License-Identifier: Apache-2.0
#include "capture/tunnel.h"

#include "base/reader.h"
#include "capture/link.h"

enum {
	GRE_CHECKSUM = 0x8000,
	GRE_KEY = 0x2000,
	GRE_SEQUENCE = 0x1000,
	GRE_VERSION_MASK = 0x0007,
	ETHERTYPE_ERSPAN_2 = 0x88be, // types I and II
	ETHERTYPE_ERSPAN_3 = 0x22eb,
	ETHERTYPE_BRIDGED = 0x6558,
	ERSPAN_2_LEN = 8,
	ERSPAN_3_LEN = 12,
	ERSPAN_3_SUBHEADER_LEN = 8,
	VXLAN_PORT = 4789,
	VXLAN_OLD_PORT = 8472, // Linux' default
	VXLAN_LEN = 8,
	VXLAN_FLAG_VNI = 0x08,
};

// draft-foschiano-erspan: type I has no header of its own, and GRE then no sequence number.
static bool erspan(struct reader *r, unsigned int type, bool has_sequence, struct span *inner)
{
	if (type == ETHERTYPE_ERSPAN_2 && has_sequence)
		reader_skip(r, ERSPAN_2_LEN);
	if (type == ETHERTYPE_ERSPAN_3) {
		reader_skip(r, ERSPAN_3_LEN - 1);
		if ((reader_u8(r) & 1) != 0)
			reader_skip(r, ERSPAN_3_SUBHEADER_LEN);
	}
	struct span frame = reader_rest(r);
	return reader_ok(r) && link_decode_ethertype(ETHERTYPE_BRIDGED, frame, inner);
}

static bool gre(struct span bytes, struct span *inner)
{
	struct reader r = reader_make(bytes);
	unsigned int flags = reader_u16_be(&r), type = reader_u16_be(&r);
	if ((flags & GRE_VERSION_MASK) != 0)
		return false;
	reader_skip(&r, ((flags & GRE_CHECKSUM) != 0 ? 4u : 0u) + ((flags & GRE_KEY) != 0 ? 4u : 0u) +
				((flags & GRE_SEQUENCE) != 0 ? 4u : 0u));
	if (type == ETHERTYPE_ERSPAN_2 || type == ETHERTYPE_ERSPAN_3)
		return erspan(&r, type, (flags & GRE_SEQUENCE) != 0, inner);
	struct span rest = reader_rest(&r);
	return reader_ok(&r) && link_decode_ethertype(type, rest, inner);
}

static bool vxlan(const struct ip_packet *outer, struct span *inner)
{
	struct udp_datagram d;
	if (!udp_decode(outer, &d) ||
		(d.destination_port != VXLAN_PORT && d.destination_port != VXLAN_OLD_PORT) ||
		d.payload.len <= VXLAN_LEN || (d.payload.data[0] & VXLAN_FLAG_VNI) == 0)
		return false;
	return link_decode_ethertype(
		ETHERTYPE_BRIDGED, span_make(d.payload.data + VXLAN_LEN, d.payload.len - VXLAN_LEN), inner);
}

bool tunnel_peel(const struct ip_packet *outer, struct span *inner)
{
	switch (outer->protocol) {
	case IP_PROTOCOL_IPV4:
	case IP_PROTOCOL_IPV6:
		*inner = outer->payload;
		return inner->len > 0;
	case IP_PROTOCOL_GRE:
		return gre(outer->payload, inner);
	case IP_PROTOCOL_UDP:
		return vxlan(outer, inner);
	default:
		return false;
	}
}
