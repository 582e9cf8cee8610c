// SPDX-License-Identifier: Apache-2.0
#include "../test_support.h"
#include "capture/ip_reassembly.h"

enum { SECOND_US = 1000000 };

static struct ip_packet fragment(uint32_t id, uint32_t offset, bool more, const char *text)
{
	return (struct ip_packet){
		.source.bytes = { 10, 0, 0, 1 },
		.destination.bytes = { 10, 0, 0, 2 },
		.protocol = IP_PROTOCOL_TCP,
		.payload = span_of_str(text),
		.is_fragment = true,
		.fragment_id = id,
		.fragment_offset = offset,
		.more_fragments = more,
	};
}

// Whether the fragment made its packet whole.
static bool add(struct ip_reassembly *r, struct ip_packet f, const char *whole)
{
	bool done = ip_reassembly_add(r, &f, SECOND_US);
	assert_true(!done || whole != NULL);
	if (done && whole != NULL) {
		assert_false(f.is_fragment);
		assert_int_equal(f.payload.len, strlen(whole));
		assert_memory_equal(f.payload.data, whole, f.payload.len);
	}
	return done;
}

static void test_any_order(void **state)
{
	struct ip_reassembly *r = ip_reassembly_new();
	(void)state;
	assert_false(add(r, fragment(1, 16, false, "xyz"), NULL));
	assert_false(add(r, fragment(2, 0, true, "other..."), NULL));
	assert_false(add(r, fragment(1, 0, true, "abcdefgh"), NULL));
	assert_true(add(r, fragment(1, 8, true, "ijklmnop"), "abcdefghijklmnopxyz"));
	assert_true(add(r, fragment(2, 8, false, "end"), "other...end"));
	ip_reassembly_free(r);
}

// Fragments of other packets: of another sender, protocol or number.
static void test_kept_apart(void **state)
{
	struct ip_reassembly *r = ip_reassembly_new();
	struct ip_packet sender = fragment(1, 8, false, "evil"), protocol = sender;
	(void)state;
	sender.source.bytes[3] = 9;
	protocol.protocol = IP_PROTOCOL_UDP;
	assert_false(add(r, fragment(1, 0, true, "abcdefgh"), NULL));
	assert_false(add(r, sender, NULL));
	assert_false(add(r, protocol, NULL));
	assert_false(add(r, fragment(2, 8, false, "evil"), NULL));
	assert_true(add(r, fragment(1, 8, false, "good"), "abcdefghgood"));
	ip_reassembly_free(r);
}

// The first bytes for a place stay (RFC 5722 is about what happens otherwise).
static void test_overlap(void **state)
{
	struct ip_reassembly *r = ip_reassembly_new();
	(void)state;
	assert_false(add(r, fragment(1, 0, true, "abcdefgh"), NULL));
	assert_false(add(r, fragment(1, 0, true, "ABCDEFGH"), NULL));
	assert_false(add(r, fragment(1, 16, true, "qrstuvwx"), NULL));
	assert_true(
		add(r, fragment(1, 0, false, "________ijklmnop________yz"), "abcdefghijklmnopqrstuvwxyz"));
	ip_reassembly_free(r);
}

// Two ends: the first that came says where the packet ends, and nothing is read behind it.
static void test_two_ends(void **state)
{
	struct ip_reassembly *r = ip_reassembly_new();
	(void)state;
	assert_false(add(r, fragment(1, 8, false, "ij"), NULL));
	assert_false(add(r, fragment(1, 16, false, "behind"), NULL));
	assert_true(add(r, fragment(1, 0, true, "abcdefgh"), "abcdefghij"));
	ip_reassembly_free(r);
}

static void test_tiny_and_too_many(void **state)
{
	struct ip_reassembly *r = ip_reassembly_new();
	(void)state;
	for (uint32_t i = 0; i <= IP_REASSEMBLY_PIECES_MAX; i++)
		assert_false(add(r, fragment(1, 16 * (i + 1), true, "x"), NULL));
	// It was given up with the one too many: the rest of it makes nothing whole.
	assert_false(add(r, fragment(1, 8, false, "end"), NULL));
	assert_true(add(r, fragment(1, 0, true, "abcdefgh"), "abcdefghend"));
	ip_reassembly_free(r);
}

static void test_beyond_the_end(void **state)
{
	struct ip_reassembly *r = ip_reassembly_new();
	(void)state;
	assert_false(add(r, fragment(1, 65528, false, "12345678"), NULL)); // the ping of death
	assert_false(add(r, fragment(1, 65528, false, ""), NULL));
	struct ip_packet cut = fragment(2, 0, true, "abcdefgh");
	cut.missing = 4;
	assert_false(add(r, cut, NULL));
	assert_false(add(r, fragment(2, 8, false, "end"), NULL));
	ip_reassembly_free(r);
}

// More packets at once than there is room for: the oldest is forgotten, the newest is not.
static void test_oldest_makes_room(void **state)
{
	struct ip_reassembly *r = ip_reassembly_new();
	(void)state;
	for (uint32_t i = 0; i <= IP_REASSEMBLY_PACKETS_MAX; i++) {
		struct ip_packet f = fragment(i, 0, true, "abcdefgh");
		assert_false(ip_reassembly_add(r, &f, SECOND_US + i));
	}
	struct ip_packet newest = fragment(IP_REASSEMBLY_PACKETS_MAX, 8, false, "end");
	struct ip_packet oldest = fragment(0, 8, false, "end");
	assert_true(ip_reassembly_add(r, &newest, 2 * SECOND_US));
	assert_false(ip_reassembly_add(r, &oldest, 2 * SECOND_US));
	ip_reassembly_free(r);
}

static void test_timeout(void **state)
{
	struct ip_reassembly *r = ip_reassembly_new();
	struct ip_packet first = fragment(1, 0, true, "abcdefgh");
	struct ip_packet last = fragment(1, 8, false, "end");
	(void)state;
	assert_false(ip_reassembly_add(r, &first, SECOND_US));
	assert_false(ip_reassembly_add(r, &last, SECOND_US + IP_REASSEMBLY_TIMEOUT_US + 1));
	ip_reassembly_free(r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_any_order),
		cmocka_unit_test(test_kept_apart),
		cmocka_unit_test(test_overlap),
		cmocka_unit_test(test_two_ends),
		cmocka_unit_test(test_tiny_and_too_many),
		cmocka_unit_test(test_beyond_the_end),
		cmocka_unit_test(test_oldest_makes_room),
		cmocka_unit_test(test_timeout),
	};
	return RUN_TESTS(tests);
}
