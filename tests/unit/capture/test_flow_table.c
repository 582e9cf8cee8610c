// SPDX-License-Identifier: Apache-2.0
#include <pcap/dlt.h>
#include <stdio.h>
#include <stdlib.h>

#include "../test_support.h"
#include "base/writer.h"
#include "capture/flow_table.h"

enum { FIN = 1, SYN = 2, RST = 4, ACK = 16, SECOND_US = 1000000, CLIENT = 1, SERVER = 2, PORT = 445 };

// All that the handler was told, as one line: "begin 1 C:12345678 end 1 fin " and so on.
struct told {
	struct flow_table *flows;
	struct packet packet;
	char text[4096];
	size_t len;
	bool swap;
	bool unwanted;
};

static void tell(struct told *t, const char *format, ...) __attribute__((format(printf, 2, 3)));
static void tell(struct told *t, const char *format, ...)
{
	va_list args;
	va_start(args, format);
	int n = vsnprintf(t->text + t->len, sizeof(t->text) - t->len, format, args);
	va_end(args);
	assert_true(n >= 0 && t->len + (size_t)n < sizeof(t->text));
	t->len += (size_t)n;
}

static void *on_begin(void *context, struct flow *f, enum flow_side from, struct span first, bool *swap)
{
	struct told *t = context;
	(void)from;
	assert_true(first.len >= 8);
	*swap = t->swap;
	tell(t, "begin %llu%s ", (unsigned long long)f->id, f->midstream ? " midstream" : "");
	return t->unwanted ? NULL : t;
}

static void on_data(void *context, struct flow *f, enum flow_side from, struct span bytes)
{
	(void)f;
	tell(context, "%c:%.*s ", from == FLOW_CLIENT ? 'C' : 'S', (int)bytes.len, (const char *)bytes.data);
}

static void on_gap(void *context, struct flow *f, enum flow_side from, uint64_t len)
{
	(void)f;
	tell(context, "%c:gap %llu ", from == FLOW_CLIENT ? 'C' : 'S', (unsigned long long)len);
}

static void on_end(void *context, struct flow *f, enum flow_end why)
{
	tell(context, "end %llu %s ", (unsigned long long)f->id, flow_end_name(why));
}

static void on_attempt(void *context, const struct flow *f, bool refused)
{
	tell(context, "attempt %llu %s ", (unsigned long long)f->id, refused ? "refused" : "unanswered");
}

static void begin_limited(struct told *t, const struct flow_limits *limits)
{
	const struct flow_handler handler = { .begin = on_begin,
		.data = on_data,
		.gap = on_gap,
		.end = on_end,
		.attempt = on_attempt,
		.context = t };
	*t = (struct told){ .packet = { .link_type = DLT_RAW, .time_us = SECOND_US } };
	t->flows = flow_table_new(&handler, limits);
	assert_non_null(t->flows);
}

static void begin(struct told *t)
{
	begin_limited(t, &flow_limits_default);
}

static void expect(struct told *t, const char *text)
{
	assert_string_equal(t->text, text);
	t->len = 0;
	t->text[0] = '\0';
}

static void done(struct told *t)
{
	flow_table_free(t->flows);
}

static void put_ipv4(struct writer *w, size_t payload, uint8_t from, uint8_t to)
{
	writer_bytes(w, "\x45\0", 2);
	writer_u16_be(w, (uint16_t)(40 + payload));
	writer_bytes(w, "\0\0\0\0\x40\x06\0\0", 8);
	writer_u32_be(w, 0x0a000000u + from);
	writer_u32_be(w, 0x0a000000u + to);
}

// A segment between 10.0.0.<from>:<port> and 10.0.0.<to>; one of the ports is the server's.
static void segment_that_has(struct told *t, uint8_t from, uint16_t client_port, uint8_t flags,
	uint32_t sequence, uint32_t acknowledgment, const char *payload)
{
	uint8_t bytes[256];
	struct writer w = writer_make(bytes, sizeof(bytes));
	put_ipv4(&w, strlen(payload), from, from == CLIENT ? SERVER : CLIENT);
	writer_u16_be(&w, from == CLIENT ? client_port : PORT);
	writer_u16_be(&w, from == CLIENT ? PORT : client_port);
	writer_u32_be(&w, sequence);
	writer_u32_be(&w, acknowledgment);
	writer_u8(&w, 0x50);
	writer_u8(&w, flags);
	writer_zeros(&w, 6);
	writer_bytes(&w, payload, strlen(payload));
	assert_true(writer_ok(&w));
	t->packet.number++;
	t->packet.bytes = writer_since(&w, 0);
	t->packet.wire_len = t->packet.bytes.len;
	flow_table_packet(t->flows, &t->packet);
}

static void segment(struct told *t, uint8_t from, uint16_t client_port, uint8_t flags, uint32_t sequence,
	const char *payload)
{
	segment_that_has(t, from, client_port, flags, sequence, 0, payload);
}

static void handshake(struct told *t, uint16_t port, uint32_t client_sequence)
{
	segment(t, CLIENT, port, SYN, client_sequence, "");
	segment(t, SERVER, port, SYN | ACK, 5000, "");
	segment(t, CLIENT, port, ACK, client_sequence + 1, "");
}

static void test_whole_life(void **state)
{
	struct told t;
	(void)state;
	begin(&t);
	handshake(&t, 40000, 99);
	segment(&t, CLIENT, 40000, ACK, 100, "request1");
	segment(&t, SERVER, 40000, ACK, 5001, "answer01");
	segment(&t, CLIENT, 40000, ACK | FIN, 108, "");
	segment(&t, SERVER, 40000, ACK | FIN, 5009, "");
	expect(&t, "begin 1 C:request1 S:answer01 end 1 fin ");
	flow_table_finish(t.flows, FLOW_END_CAPTURE);
	expect(&t, "");
	done(&t);
}

// The first bytes come one by one, and the answer before all of them.
static void test_first_bytes_in_pieces(void **state)
{
	struct told t;
	(void)state;
	begin(&t);
	handshake(&t, 40000, 99);
	segment(&t, CLIENT, 40000, ACK, 100, "abc");
	segment(&t, CLIENT, 40000, ACK, 103, "def");
	expect(&t, "");
	segment(&t, SERVER, 40000, ACK, 5001, "answer01");
	segment(&t, CLIENT, 40000, ACK, 106, "gh");
	expect(&t, "begin 1 S:answer01 C:abcdef C:gh ");
	done(&t);
}

static void test_ports_are_used_again(void **state)
{
	struct told t;
	(void)state;
	begin(&t);
	handshake(&t, 40000, 99);
	segment(&t, CLIENT, 40000, ACK, 100, "request1");
	segment(&t, CLIENT, 40000, SYN, 99, ""); // seen twice: the same connection
	expect(&t, "begin 1 C:request1 ");
	handshake(&t, 40000, 777777);
	expect(&t, "end 1 replaced ");
	segment(&t, CLIENT, 40000, ACK, 777778, "request2");
	flow_table_finish(t.flows, FLOW_END_CAPTURE);
	expect(&t, "begin 2 C:request2 end 2 end_of_capture ");
	done(&t);
}

static void test_midstream(void **state)
{
	struct told t;
	(void)state;
	begin(&t);
	segment(&t, SERVER, 40000, ACK, 5001, "answer01"); // the port tells who it is
	segment(&t, CLIENT, 40000, ACK, 100, "request1");
	expect(&t, "begin 1 midstream S:answer01 C:request1 ");
	done(&t);
}

// What was guessed is put right by what the bytes show; what was seen in a handshake is not.
static void test_sides_swapped(void **state)
{
	struct told t;
	(void)state;
	begin(&t);
	t.swap = true;
	segment(&t, SERVER, 40000, ACK, 5001, "request1");
	expect(&t, "begin 1 midstream C:request1 ");
	handshake(&t, 40001, 99);
	segment(&t, CLIENT, 40001, ACK, 100, "request2");
	expect(&t, "begin 2 C:request2 ");
	done(&t);
}

static void test_evicted_for_room(void **state)
{
	const struct flow_limits limits = {
		.flows_max = 2, .ahead_len_max = 1 << 16, .idle_us = 60 * SECOND_US
	};
	struct told t;
	(void)state;
	begin_limited(&t, &limits);
	segment(&t, CLIENT, 40000, ACK, 100, "request1");
	segment(&t, CLIENT, 40001, ACK, 100, "request2");
	segment(&t, CLIENT, 40000, ACK, 108, "more"); // so that the other was quiet for longer
	segment(&t, CLIENT, 40002, ACK, 100, "request3");
	expect(&t, "begin 1 midstream C:request1 begin 2 midstream C:request2 C:more end 2 evicted "
		   "begin 3 midstream C:request3 ");
	assert_int_equal(flow_table_counts(t.flows)->evicted, 1);
	assert_int_equal(flow_table_counts(t.flows)->flows_now, 2);
	done(&t);
}

static void test_evicted_when_idle(void **state)
{
	const struct flow_limits limits = {
		.flows_max = 9, .ahead_len_max = 1 << 16, .idle_us = 60 * SECOND_US
	};
	struct told t;
	(void)state;
	begin_limited(&t, &limits);
	segment(&t, CLIENT, 40000, ACK, 100, "request1");
	t.packet.time_us += 61 * SECOND_US;
	segment(&t, CLIENT, 40001, ACK, 100, "request2");
	expect(&t, "begin 1 midstream C:request1 end 1 evicted begin 2 midstream C:request2 ");
	assert_int_equal(flow_table_counts(t.flows)->evicted, 0);
	done(&t);
}

static void test_attempts(void **state)
{
	struct told t;
	(void)state;
	begin(&t);
	segment(&t, CLIENT, 40000, SYN, 99, "");
	segment(&t, SERVER, 40000, RST | ACK, 0, "");
	expect(&t, "attempt 1 refused ");
	handshake(&t, 40001, 99);
	segment(&t, SERVER, 40001, RST, 5001, "");
	expect(&t, ""); // somebody was there
	done(&t);
}

// What was kept for a hole goes out before the end, with the hole.
static void test_hole_at_the_end(void **state)
{
	struct told t;
	(void)state;
	begin(&t);
	handshake(&t, 40000, 99);
	segment(&t, CLIENT, 40000, ACK, 100, "request1");
	segment(&t, CLIENT, 40000, ACK, 118, "request3");
	segment(&t, SERVER, 40000, RST, 5001, "");
	expect(&t, "begin 1 C:request1 C:gap 10 C:request3 end 1 rst ");
	assert_int_equal(flow_table_counts(t.flows)->lost, 10);
	done(&t);
}

// Two network cards, read one after the other: the answer is in the capture before what it answers.
static void test_answer_before_question(void **state)
{
	struct told t;
	(void)state;
	begin(&t);
	handshake(&t, 40000, 99);
	segment_that_has(&t, SERVER, 40000, ACK, 5001, 108, "answer01");
	segment_that_has(&t, SERVER, 40000, ACK, 5009, 116, "answer02");
	expect(&t, "");
	segment_that_has(&t, CLIENT, 40000, ACK, 100, 5001, "request1");
	expect(&t, "begin 1 C:request1 S:answer01 ");
	segment_that_has(&t, CLIENT, 40000, ACK, 108, 5009, "request2");
	expect(&t, "C:request2 S:answer02 ");
	segment_that_has(&t, SERVER, 40000, ACK | FIN, 5017, 117, ""); // both ends, the first seen last
	segment_that_has(&t, CLIENT, 40000, ACK | FIN, 116, 5017, "");
	expect(&t, "end 1 fin ");
	done(&t);
}

// An answer to a FIN: it takes a number, but is no byte that could be missing.
static void test_answer_to_an_end(void **state)
{
	struct told t;
	(void)state;
	begin(&t);
	handshake(&t, 40000, 99);
	segment(&t, CLIENT, 40000, ACK | FIN, 100, "request1");
	segment_that_has(&t, SERVER, 40000, ACK, 5001, 109, "answer01");
	expect(&t, "begin 1 C:request1 S:answer01 ");
	done(&t);
}

// Its second question is not in the capture.
static void talk_with_a_hole(struct told *t)
{
	handshake(t, 40000, 99);
	segment_that_has(t, CLIENT, 40000, ACK, 100, 5001, "request1");
	segment_that_has(t, SERVER, 40000, ACK, 5001, 116, "answer02");
	segment_that_has(t, CLIENT, 40000, ACK, 116, 5009, "request3");
	segment_that_has(t, SERVER, 40000, ACK, 5009, 124, "answer03");
}

// A question is not in the capture: what came of it waits, and comes in the order it was said.
static void test_order_around_a_hole(void **state)
{
	struct told t;
	(void)state;
	begin(&t);
	talk_with_a_hole(&t);
	expect(&t, "begin 1 C:request1 ");
	t.packet.time_us += 3 * SECOND_US; // nothing more of this flow, but of another
	segment(&t, CLIENT, 40001, SYN, 99, "");
	expect(&t, "C:gap 8 S:answer02 C:request3 S:answer03 ");
	done(&t);
}

// The same at the end, for which nobody waits.
static void test_order_at_the_end(void **state)
{
	struct told t;
	(void)state;
	begin(&t);
	talk_with_a_hole(&t);
	flow_table_finish(t.flows, FLOW_END_CAPTURE);
	expect(&t, "begin 1 C:request1 C:gap 8 S:answer02 C:request3 S:answer03 end 1 end_of_capture ");
	done(&t);
}

// One side is not captured but for its SYN: that is waited for once, not with each answer.
static void test_one_side_only(void **state)
{
	struct told t;
	(void)state;
	begin(&t);
	handshake(&t, 40000, 99);
	segment_that_has(&t, SERVER, 40000, ACK, 5001, 108, "answer01");
	t.packet.time_us += 3 * SECOND_US;
	segment_that_has(&t, SERVER, 40000, ACK, 5009, 116, "answer02");
	expect(&t, "begin 1 S:answer01 S:answer02 ");
	segment_that_has(&t, SERVER, 40000, ACK, 5017, 124, "answer03");
	expect(&t, "S:answer03 ");
	segment_that_has(&t, CLIENT, 40000, ACK, 100, 5001, "request1"); // late, but there
	expect(&t, "C:request1 ");
	done(&t);
}

// Numbers of bytes that nobody sent delay what bears them, and take nothing from the other side.
static void test_forged_acknowledgment(void **state)
{
	struct told t;
	(void)state;
	begin(&t);
	handshake(&t, 40000, 99);
	segment_that_has(&t, SERVER, 40000, ACK, 5001, 100 + 4096, "answer01");
	segment_that_has(&t, CLIENT, 40000, ACK, 100, 5001 + 4096, "request1"); // each waits for the other
	expect(&t, "");
	t.packet.time_us += 3 * SECOND_US;
	segment_that_has(&t, SERVER, 40000, ACK, 5009, 108, "answer02");
	expect(&t, "begin 1 S:answer01 C:request1 S:answer02 ");
	done(&t);
}

static void test_unwanted(void **state)
{
	struct told t;
	(void)state;
	begin(&t);
	t.unwanted = true;
	segment(&t, CLIENT, 40000, ACK, 100, "GET / HTTP");
	segment(&t, CLIENT, 40000, ACK, 200, "behind a hole: not kept");
	flow_table_finish(t.flows, FLOW_END_CAPTURE);
	expect(&t, "begin 1 midstream ");
	done(&t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_whole_life),
		cmocka_unit_test(test_first_bytes_in_pieces),
		cmocka_unit_test(test_ports_are_used_again),
		cmocka_unit_test(test_midstream),
		cmocka_unit_test(test_sides_swapped),
		cmocka_unit_test(test_evicted_for_room),
		cmocka_unit_test(test_evicted_when_idle),
		cmocka_unit_test(test_attempts),
		cmocka_unit_test(test_hole_at_the_end),
		cmocka_unit_test(test_answer_before_question),
		cmocka_unit_test(test_answer_to_an_end),
		cmocka_unit_test(test_order_around_a_hole),
		cmocka_unit_test(test_order_at_the_end),
		cmocka_unit_test(test_one_side_only),
		cmocka_unit_test(test_forged_acknowledgment),
		cmocka_unit_test(test_unwanted),
	};
	return RUN_TESTS(tests);
}
