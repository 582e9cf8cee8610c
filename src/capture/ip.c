// SPDX-License-Identifier: Apache-2.0
#include "capture/ip.h"

#include <arpa/inet.h>

#include "base/reader.h"

enum {
	IPV4_HEADER_MIN = 20,
	IPV6_HEADER_LEN = 40,
	EXTENSIONS_MAX = 16, // headers of an IPv6 packet, one behind the other
	EXTENSION_HOP_BY_HOP = 0,
	EXTENSION_ROUTING = 43,
	EXTENSION_FRAGMENT = 44,
	EXTENSION_AUTHENTICATION = 51,
	EXTENSION_DESTINATION = 60,
	TCP_HEADER_MIN = 20,
	TCP_FIN = 0x01,
	TCP_SYN = 0x02,
	TCP_RST = 0x04,
	TCP_ACK = 0x10,
};

void ip_address_text(const struct ip_address *a, char text[IP_ADDRESS_TEXT_LEN])
{
	static const uint8_t mapped[12] = { [10] = 0xff, [11] = 0xff };
	bool is_mapped = a->v6 && memcmp(a->bytes, mapped, sizeof(mapped)) == 0;
	const uint8_t *bytes = is_mapped ? a->bytes + sizeof(mapped) : a->bytes;
	if (inet_ntop(a->v6 && !is_mapped ? AF_INET6 : AF_INET, bytes, text, IP_ADDRESS_TEXT_LEN) == NULL)
		text[0] = '\0';
}

// What there is of len bytes, and how many of them there are not.
static struct span take(struct reader *r, size_t len, size_t *missing)
{
	size_t there = reader_left(r) < len ? reader_left(r) : len;
	*missing = len - there;
	return reader_bytes(r, there);
}

static bool ipv4_decode(struct span bytes, struct ip_packet *out)
{
	struct reader r = reader_make(bytes);
	size_t header = (size_t)(reader_u8(&r) & 15) * 4;
	reader_skip(&r, 1);
	size_t total = reader_u16_be(&r);
	out->fragment_id = reader_u16_be(&r);
	unsigned int fragment = reader_u16_be(&r);
	reader_skip(&r, 1);
	out->protocol = reader_u8(&r);
	reader_skip(&r, 2);
	reader_copy(&r, out->source.bytes, 4);
	reader_copy(&r, out->destination.bytes, 4);
	reader_seek(&r, header);
	// Segmentation offload leaves 0 in packets that never were on a wire.
	if (total == 0)
		total = bytes.len;
	if (!reader_ok(&r) || header < IPV4_HEADER_MIN || total < header)
		return false;
	out->more_fragments = (fragment & 0x2000) != 0;
	out->fragment_offset = (fragment & 0x1fff) * 8;
	out->is_fragment = out->more_fragments || out->fragment_offset != 0;
	out->payload = take(&r, total - header, &out->missing);
	return true;
}

static void fragment_header(struct reader *r, struct ip_packet *out)
{
	reader_skip(r, 1);
	unsigned int offset = reader_u16_be(r);
	out->fragment_id = reader_u32_be(r);
	out->fragment_offset = offset & 0xfff8;
	out->more_fragments = (offset & 1) != 0;
	out->is_fragment = out->more_fragments || out->fragment_offset != 0;
}

// Leaves the cursor behind the extension headers. False: there is one that cannot be passed.
static bool skip_extensions(struct reader *r, struct ip_packet *out)
{
	for (int i = 0; i < EXTENSIONS_MAX && reader_ok(r); i++) {
		uint8_t kind = out->protocol;
		if (kind != EXTENSION_HOP_BY_HOP && kind != EXTENSION_ROUTING && kind != EXTENSION_FRAGMENT &&
			kind != EXTENSION_AUTHENTICATION && kind != EXTENSION_DESTINATION)
			return true;
		out->protocol = reader_u8(r);
		if (kind == EXTENSION_FRAGMENT) {
			fragment_header(r, out);
			if (out->fragment_offset != 0)
				return reader_ok(r); // what follows is the middle of something
			continue;
		}
		size_t units = reader_u8(r);
		reader_skip(r, kind == EXTENSION_AUTHENTICATION ? (units + 2) * 4 - 2 : (units + 1) * 8 - 2);
	}
	return false;
}

static bool ipv6_decode(struct span bytes, struct ip_packet *out)
{
	struct reader r = reader_make(bytes);
	reader_skip(&r, 4);
	size_t len = reader_u16_be(&r);
	out->protocol = reader_u8(&r);
	reader_skip(&r, 1);
	reader_copy(&r, out->source.bytes, 16);
	reader_copy(&r, out->destination.bytes, 16);
	out->source.v6 = out->destination.v6 = true;
	if (len == 0) // offloaded, or a jumbogram (RFC 2675)
		len = bytes.len < IPV6_HEADER_LEN ? 0 : bytes.len - IPV6_HEADER_LEN;
	if (!skip_extensions(&r, out) || !reader_ok(&r) || r.pos - IPV6_HEADER_LEN > len)
		return false;
	out->payload = take(&r, len - (r.pos - IPV6_HEADER_LEN), &out->missing);
	return true;
}

bool ip_decode(struct span bytes, struct ip_packet *out)
{
	*out = (struct ip_packet){ .protocol = 0 };
	if (bytes.len == 0)
		return false;
	unsigned int version = bytes.data[0] >> 4;
	if (version == 4)
		return ipv4_decode(bytes, out);
	return version == 6 && ipv6_decode(bytes, out);
}

bool tcp_decode(const struct ip_packet *ip, struct tcp_segment *out)
{
	struct reader r = reader_make(ip->payload);
	*out = (struct tcp_segment){ .source_port = reader_u16_be(&r) };
	out->destination_port = reader_u16_be(&r);
	out->sequence = reader_u32_be(&r);
	out->acknowledgment = reader_u32_be(&r);
	size_t header = (size_t)(reader_u8(&r) >> 4) * 4;
	unsigned int flags = reader_u8(&r);
	reader_seek(&r, header);
	if (!reader_ok(&r) || header < TCP_HEADER_MIN)
		return false;
	out->fin = (flags & TCP_FIN) != 0;
	out->syn = (flags & TCP_SYN) != 0;
	out->rst = (flags & TCP_RST) != 0;
	out->ack = (flags & TCP_ACK) != 0;
	out->payload = reader_rest(&r);
	out->missing = ip->missing;
	return true;
}

bool udp_decode(const struct ip_packet *ip, struct udp_datagram *out)
{
	struct reader r = reader_make(ip->payload);
	*out = (struct udp_datagram){ .source_port = reader_u16_be(&r) };
	out->destination_port = reader_u16_be(&r);
	size_t len = reader_u16_be(&r);
	reader_skip(&r, 2);
	size_t left = reader_left(&r);
	out->payload = reader_bytes(&r, len >= 8 && len - 8 < left ? len - 8 : left);
	return reader_ok(&r);
}
