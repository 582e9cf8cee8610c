// SPDX-License-Identifier: Apache-2.0
#include "capture/link.h"

#include <pcap/dlt.h>

#include "base/reader.h"

enum {
	ETHERTYPE_IPV4 = 0x0800,
	ETHERTYPE_IPV6 = 0x86dd,
	ETHERTYPE_VLAN = 0x8100, // IEEE 802.1Q
	ETHERTYPE_QINQ = 0x88a8, // IEEE 802.1ad
	ETHERTYPE_OLD_QINQ = 0x9100,
	ETHERTYPE_MPLS = 0x8847,
	ETHERTYPE_BRIDGED = 0x6558, // Ethernet inside of GRE (RFC 1701)
	TAGS_MAX = 8,               // of VLAN or MPLS, one behind the other
	ADDRESSES_LEN = 12,
	SLL_TYPE_OFFSET = 14,
	SLL2_LEN = 20,
};

static bool is_ip(struct span bytes)
{
	return bytes.len > 0 && (bytes.data[0] >> 4 == 4 || bytes.data[0] >> 4 == 6);
}

// RFC 3032: the last label's entry has the bottom-of-stack bit.
static void skip_labels(struct reader *r)
{
	for (int i = 0; i < TAGS_MAX && reader_ok(r); i++)
		if ((reader_u32_be(r) & 0x100) != 0)
			return;
	reader_fail(r, VERDICT_TOO_LONG);
}

static bool payload_of(unsigned int type, struct reader *r, struct span *ip)
{
	for (int i = 0; i < TAGS_MAX; i++) {
		if (type != ETHERTYPE_VLAN && type != ETHERTYPE_QINQ && type != ETHERTYPE_OLD_QINQ)
			break;
		reader_skip(r, 2);
		type = reader_u16_be(r);
	}
	if (type == ETHERTYPE_MPLS)
		skip_labels(r);
	else if (type != ETHERTYPE_IPV4 && type != ETHERTYPE_IPV6)
		return false;
	*ip = reader_rest(r);
	return reader_ok(r) && is_ip(*ip);
}

static bool ethernet_decode(struct span frame, struct span *ip)
{
	struct reader r = reader_make(frame);
	reader_skip(&r, ADDRESSES_LEN);
	unsigned int type = reader_u16_be(&r);
	return payload_of(type, &r, ip);
}

// The address family before it, in the byte order of the machine that captured, tells no more than the
// packet's own version.
static bool after(struct span frame, size_t header, struct span *ip)
{
	if (frame.len <= header)
		return false;
	*ip = span_make(frame.data + header, frame.len - header);
	return is_ip(*ip);
}

static bool cooked_decode(struct span frame, size_t type_offset, size_t header, struct span *ip)
{
	struct reader r = reader_make(frame);
	reader_seek(&r, type_offset);
	unsigned int type = reader_u16_be(&r);
	reader_seek(&r, header);
	return payload_of(type, &r, ip);
}

bool link_type_is_known(int link_type)
{
	switch (link_type) {
	case DLT_EN10MB:
	case DLT_LINUX_SLL:
	case DLT_LINUX_SLL2:
	case DLT_NULL:
	case DLT_LOOP:
	case DLT_RAW:
	case DLT_IPV4:
	case DLT_IPV6:
	case 101: // LINKTYPE_RAW as it stands in files
		return true;
	default:
		return false;
	}
}

bool link_decode(int link_type, struct span frame, struct span *ip)
{
	switch (link_type) {
	case DLT_EN10MB:
		return ethernet_decode(frame, ip);
	case DLT_LINUX_SLL:
		return cooked_decode(frame, SLL_TYPE_OFFSET, SLL_TYPE_OFFSET + 2, ip);
	case DLT_LINUX_SLL2:
		return cooked_decode(frame, 0, SLL2_LEN, ip);
	case DLT_NULL:
	case DLT_LOOP:
		return after(frame, 4, ip);
	case DLT_RAW:
	case DLT_IPV4:
	case DLT_IPV6:
	case 101:
		return after(frame, 0, ip);
	default:
		return false;
	}
}

bool link_decode_ethertype(unsigned int ethertype, struct span bytes, struct span *ip)
{
	struct reader r = reader_make(bytes);
	return ethertype == ETHERTYPE_BRIDGED ? ethernet_decode(bytes, ip) : payload_of(ethertype, &r, ip);
}
