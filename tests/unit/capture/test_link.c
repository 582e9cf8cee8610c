// SPDX-License-Identifier: Apache-2.0
// Link layers and tunnels around one IPv4 header: what is inside is found, wherever it is cut it is not, and
// what is too deep is left alone.
#include <pcap/dlt.h>
#include <stdlib.h>

#include "../test_support.h"
#include "capture/link.h"
#include "capture/tunnel.h"

#define MACS 2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2
#define IPV4 0x45, 0, 0, 20, 0, 1, 0, 0, 64, 6, 0, 0, 10, 0, 0, 1, 10, 0, 0, 2

enum { IPV4_LEN = 20 };

static bool decode(int link_type, const uint8_t *frame, size_t len, struct span *ip)
{
	return link_decode(link_type, span_make(frame, len), ip);
}

// The IP packet is the frame's last 20 bytes; of a frame that ends before it nothing is found.
static void expect_ip(int link_type, const uint8_t *frame, size_t len)
{
	struct span ip;
	assert_true(link_type_is_known(link_type));
	assert_true(decode(link_type, frame, len, &ip));
	assert_ptr_equal(ip.data, frame + len - IPV4_LEN);
	assert_int_equal(ip.len, IPV4_LEN);
	for (size_t cut = 0; cut <= len - IPV4_LEN; cut++) {
		uint8_t *copy = malloc(cut == 0 ? 1 : cut); // exactly so long, for sanitizers
		assert_non_null(copy);
		if (cut > 0)
			memcpy(copy, frame, cut);
		assert_false(decode(link_type, copy, cut, &ip));
		free(copy);
	}
}

static void test_ethernet(void **state)
{
	static const uint8_t plain[] = { MACS, 0x08, 0x00, IPV4 };
	static const uint8_t vlan[] = { MACS, 0x81, 0x00, 0x20, 0x64, 0x08, 0x00, IPV4 };
	static const uint8_t qinq[] = { MACS, 0x88, 0xa8, 0, 1, 0x81, 0x00, 0, 2, 0x08, 0x00, IPV4 };
	static const uint8_t mpls[] = { MACS, 0x88, 0x47, 0, 1, 0, 64, 0, 2, 1, 64, IPV4 };
	(void)state;
	expect_ip(DLT_EN10MB, plain, sizeof(plain));
	expect_ip(DLT_EN10MB, vlan, sizeof(vlan));
	expect_ip(DLT_EN10MB, qinq, sizeof(qinq));
	expect_ip(DLT_EN10MB, mpls, sizeof(mpls));
}

static void test_not_ip(void **state)
{
	static const uint8_t arp[] = { MACS, 0x08, 0x06, IPV4 };
	static const uint8_t wrong_version[] = { MACS, 0x08, 0x00, 0x55, 0, 0, 20 };
	struct span ip;
	(void)state;
	assert_false(decode(DLT_EN10MB, arp, sizeof(arp), &ip));
	assert_false(decode(DLT_EN10MB, wrong_version, sizeof(wrong_version), &ip));
	assert_false(link_type_is_known(DLT_IEEE802_11));
	assert_false(decode(DLT_IEEE802_11, arp, sizeof(arp), &ip));
}

// Tag behind tag behind tag: nobody's network, and no reason to go on for ever.
static void test_endless_tags(void **state)
{
	uint8_t frame[12 + 4 * 400 + 2 + IPV4_LEN] = { MACS };
	static const uint8_t inside[] = { 0x08, 0x00, IPV4 };
	struct span ip;
	(void)state;
	for (size_t i = 0; i < 400; i++)
		memcpy(frame + 12 + 4 * i, (const uint8_t[]){ 0x81, 0, 0, 1 }, 4);
	memcpy(frame + sizeof(frame) - sizeof(inside), inside, sizeof(inside));
	assert_false(decode(DLT_EN10MB, frame, sizeof(frame), &ip));
	for (size_t i = 0; i < 400; i++)
		memcpy(frame + 14 + 4 * i, (const uint8_t[]){ 0, 0, 0, 64 }, 4);
	memcpy(frame + 12, (const uint8_t[]){ 0x88, 0x47 }, 2);
	assert_false(decode(DLT_EN10MB, frame, sizeof(frame), &ip));
}

static void test_cooked_and_raw(void **state)
{
	static const uint8_t sll[] = { 0, 0, 0, 1, 0, 6, 2, 0, 0, 0, 0, 1, 0, 0, 0x08, 0x00, IPV4 };
	static const uint8_t sll2[] = { 0x08, 0x00, 0, 0, 0, 0, 0, 2, 0, 1, 0, 6, 2, 0, 0, 0, 0, 1, 0, 0,
		IPV4 };
	static const uint8_t null[] = { 2, 0, 0, 0, IPV4 };
	static const uint8_t raw[] = { IPV4 };
	(void)state;
	expect_ip(DLT_LINUX_SLL, sll, sizeof(sll));
	expect_ip(DLT_LINUX_SLL2, sll2, sizeof(sll2));
	expect_ip(DLT_NULL, null, sizeof(null));
	expect_ip(DLT_RAW, raw, sizeof(raw));
	expect_ip(101, raw, sizeof(raw));
}

// --- tunnels ----------------------------------------------------------------------------------------

static bool peel(uint8_t protocol, const uint8_t *payload, size_t len, struct span *inner)
{
	const struct ip_packet outer = { .protocol = protocol, .payload = span_make(payload, len) };
	return tunnel_peel(&outer, inner);
}

static void expect_inner(uint8_t protocol, const uint8_t *payload, size_t len)
{
	struct span inner;
	assert_true(peel(protocol, payload, len, &inner));
	assert_ptr_equal(inner.data, payload + len - IPV4_LEN);
	assert_int_equal(inner.len, IPV4_LEN);
	for (size_t cut = 0; cut <= len - IPV4_LEN; cut++) {
		uint8_t *copy = malloc(cut == 0 ? 1 : cut);
		assert_non_null(copy);
		if (cut > 0)
			memcpy(copy, payload, cut);
		assert_false(peel(protocol, copy, cut, &inner));
		free(copy);
	}
}

static void test_gre(void **state)
{
	static const uint8_t plain[] = { 0, 0, 0x08, 0x00, IPV4 };
	static const uint8_t all_fields[] = { 0xb0, 0, 0x08, 0x00, 1, 1, 0, 0, 2, 2, 2, 2, 3, 3, 3, 3, IPV4 };
	static const uint8_t bridged[] = { 0x20, 0, 0x65, 0x58, 0, 0, 0, 7, MACS, 0x08, 0x00, IPV4 };
	static const uint8_t pptp[] = { 0x20, 1, 0x88, 0x0b, 0, 0, 0, 7, IPV4 };
	struct span inner;
	(void)state;
	expect_inner(IP_PROTOCOL_GRE, plain, sizeof(plain));
	expect_inner(IP_PROTOCOL_GRE, all_fields, sizeof(all_fields));
	expect_inner(IP_PROTOCOL_GRE, bridged, sizeof(bridged));
	assert_false(peel(IP_PROTOCOL_GRE, pptp, sizeof(pptp), &inner)); // version 1
}

static void test_erspan(void **state)
{
	static const uint8_t one[] = { 0, 0, 0x88, 0xbe, MACS, 0x08, 0x00, IPV4 };
	static const uint8_t two[] = { 0x10, 0, 0x88, 0xbe, 0, 0, 0, 1, 0x10, 0, 0, 1, 0, 0, 0, 0, MACS, 0x08,
		0x00, IPV4 };
	static const uint8_t three[] = { 0x10, 0, 0x22, 0xeb, 0, 0, 0, 1, 0x20, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0,
		0, MACS, 0x08, 0x00, IPV4 };
	static const uint8_t subheader[] = { 0x10, 0, 0x22, 0xeb, 0, 0, 0, 1, 0x20, 0, 0, 1, 0, 0, 0, 0, 0, 0,
		0, 1, 9, 9, 9, 9, 9, 9, 9, 9, MACS, 0x81, 0x00, 0, 5, 0x08, 0x00, IPV4 };
	(void)state;
	expect_inner(IP_PROTOCOL_GRE, one, sizeof(one));
	expect_inner(IP_PROTOCOL_GRE, two, sizeof(two));
	expect_inner(IP_PROTOCOL_GRE, three, sizeof(three));
	expect_inner(IP_PROTOCOL_GRE, subheader, sizeof(subheader));
}

static void test_vxlan(void **state)
{
	uint8_t datagram[] = { 0xc0, 0, 0x12, 0xb5, 0, 50, 0, 0, 0x08, 0, 0, 0, 0, 0, 42, 0, MACS, 0x08, 0x00,
		IPV4 };
	struct span inner;
	(void)state;
	expect_inner(IP_PROTOCOL_UDP, datagram, sizeof(datagram));
	datagram[2] = 0x21, datagram[3] = 0x18; // 8472
	expect_inner(IP_PROTOCOL_UDP, datagram, sizeof(datagram));
	datagram[8] = 0; // no network's number
	assert_false(peel(IP_PROTOCOL_UDP, datagram, sizeof(datagram), &inner));
	datagram[8] = 8, datagram[3] = 0x19; // another port
	assert_false(peel(IP_PROTOCOL_UDP, datagram, sizeof(datagram), &inner));
}

static void test_ip_in_ip(void **state)
{
	static const uint8_t inside[] = { IPV4 };
	struct span inner;
	(void)state;
	assert_true(peel(IP_PROTOCOL_IPV4, inside, sizeof(inside), &inner));
	assert_int_equal(inner.len, sizeof(inside));
	assert_false(peel(IP_PROTOCOL_IPV4, inside, 0, &inner));
	assert_false(peel(IP_PROTOCOL_TCP, inside, sizeof(inside), &inner));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_ethernet),
		cmocka_unit_test(test_not_ip),
		cmocka_unit_test(test_endless_tags),
		cmocka_unit_test(test_cooked_and_raw),
		cmocka_unit_test(test_gre),
		cmocka_unit_test(test_erspan),
		cmocka_unit_test(test_vxlan),
		cmocka_unit_test(test_ip_in_ip),
	};
	return RUN_TESTS(tests);
}
