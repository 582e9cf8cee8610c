// SPDX-License-Identifier: Apache-2.0
#include "../../test_support.h"

#include "wire/dcerpc/bind.h"
#include "wire/dcerpc/ndr.h"

// A bind to srvsvc as rpcclient sends it.
static const uint8_t BIND[72] = { 0x05, 0x00, 0x0b, 0x03, 0x10, 0x00, 0x00, 0x00, 0x48, 0x00, 0x00, 0x00,
	0x01, 0x00, 0x00, 0x00, 0xb8, 0x10, 0xb8, 0x10, 0x00, 0x00, 0x00, 0x00, 0x01, 0x00, 0x00, 0x00, 0x00,
	0x00, 0x01, 0x00, 0xc8, 0x4f, 0x32, 0x4b, 0x70, 0x16, 0xd3, 0x01, 0x12, 0x78, 0x5a, 0x47, 0xbf, 0x6e,
	0xe1, 0x88, 0x03, 0x00, 0x00, 0x00, 0x04, 0x5d, 0x88, 0x8a, 0xeb, 0x1c, 0xc9, 0x11, 0x9f, 0xe8, 0x08,
	0x00, 0x2b, 0x10, 0x48, 0x60, 0x02, 0x00, 0x00, 0x00 };

static void test_bind_round_trip(void **state)
{
	(void)state;
	struct reader r = reader_make(span_make(BIND, sizeof(BIND)));
	struct dcerpc_header h = { 0 };
	struct dcerpc_bind b;
	assert_int_equal(dcerpc_header_decode(&r, &h), VERDICT_OK);
	assert_int_equal(h.ptype, DCERPC_BIND);
	assert_int_equal(h.frag_length, sizeof(BIND));
	assert_int_equal(dcerpc_bind_decode(&r, &b), VERDICT_OK);
	assert_int_equal(reader_finish(&r), VERDICT_OK);
	assert_int_equal(b.contexts[0].abstract_syntax.version, 3);
	assert_true(dcerpc_syntax_equal(&b.contexts[0].transfer_syntaxes[0], &dcerpc_syntax_ndr));
	uint8_t out[sizeof(BIND)];
	struct writer w = writer_make(out, sizeof(out));
	size_t start = dcerpc_pdu_begin(&w, DCERPC_BIND, DCERPC_FIRST_FRAG | DCERPC_LAST_FRAG, 1);
	dcerpc_bind_encode(&w, &b);
	dcerpc_pdu_end(&w, start);
	assert_true(writer_ok(&w));
	assert_memory_equal(out, BIND, sizeof(BIND));
}

static void test_truncated_bind_is_noticed(void **state)
{
	(void)state;
	for (size_t len = 0; len < sizeof(BIND); len++) {
		struct reader r = reader_make(span_make(BIND, len));
		struct dcerpc_header h = { 0 };
		struct dcerpc_bind b;
		enum verdict v = dcerpc_header_decode(&r, &h);
		if (v == VERDICT_OK)
			v = dcerpc_bind_decode(&r, &b);
		assert_int_not_equal(v, VERDICT_OK);
	}
}

static void test_bind_ack_round_trip_at_any_address_length(void **state)
{
	(void)state;
	for (size_t len = 0; len < 16; len++) {
		uint8_t out[256];
		struct writer w = writer_make(out, sizeof(out));
		writer_u8(&w, 0xee); // alignment counts from the PDU, not from the buffer
		size_t start = dcerpc_pdu_begin(&w, DCERPC_BIND_ACK, 3, 1);
		struct dcerpc_bind_ack in = { .max_xmit_frag = 4280,
			.max_recv_frag = 4280,
			.assoc_group_id = 5,
			.sec_addr = span_make("0123456789abcdef", len),
			.result_count = 2 };
		in.results[1] = (struct dcerpc_context_result){ 2, 1, dcerpc_syntax_ndr64 };
		dcerpc_bind_ack_encode(&w, start, &in);
		dcerpc_pdu_end(&w, start);
		struct reader r = reader_make(span_make(out + start, w.pos - start));
		struct dcerpc_header h = { 0 };
		struct dcerpc_bind_ack ack;
		assert_int_equal(dcerpc_header_decode(&r, &h), VERDICT_OK);
		assert_int_equal(dcerpc_bind_ack_decode(&r, &ack), VERDICT_OK);
		assert_int_equal(reader_finish(&r), VERDICT_OK);
		assert_true(span_equal(ack.sec_addr, in.sec_addr));
		assert_int_equal(ack.results[1].reason, 1);
		assert_true(dcerpc_syntax_equal(&ack.results[1].transfer_syntax, &dcerpc_syntax_ndr64));
	}
}

static void test_request_with_object(void **state)
{
	(void)state;
	struct dcerpc_request in = { .alloc_hint = 3,
		.p_cont_id = 1,
		.opnum = 15,
		.has_object = true,
		.object = { 1, 2, 3 },
		.stub = span_of_str("abc") };
	uint8_t out[64];
	struct writer w = writer_make(out, sizeof(out));
	dcerpc_request_encode(&w, &in);
	struct reader r = reader_make(span_make(out, w.pos));
	struct dcerpc_request q = { 0 };
	assert_int_equal(dcerpc_request_decode(&r, DCERPC_OBJECT_UUID, &q), VERDICT_OK);
	assert_memory_equal(q.object, in.object, sizeof(q.object));
	assert_true(span_equal(q.stub, in.stub) && q.opnum == 15 && q.p_cont_id == 1);
}

static void test_ndr_primitives_are_aligned_from_the_stub(void **state)
{
	(void)state;
	uint8_t out[64];
	struct writer w = writer_make(out, sizeof(out));
	writer_zeros(&w, 3);
	struct ndr_writer n = ndr_writer_make(&w);
	ndr_write_u8(&n, 1);
	ndr_write_u16(&n, 2);
	ndr_write_u8(&n, 3);
	ndr_write_u32(&n, 4);
	ndr_write_u64(&n, 5);
	struct span stub = writer_since(&w, 3);
	static const uint8_t EXPECTED[24] = { 1, 0, 2, 0, 3, 0, 0, 0, 4, 0, 0, 0, 0, 0, 0, 0, 5 };
	assert_true(span_equal(stub, span_make(EXPECTED, sizeof(EXPECTED))));
	struct reader r = reader_make(stub);
	assert_int_equal(ndr_read_u8(&r), 1);
	assert_int_equal(ndr_read_u16(&r), 2);
	assert_int_equal(ndr_read_u8(&r), 3);
	assert_int_equal(ndr_read_u32(&r), 4);
	assert_int_equal(ndr_read_u64(&r), 5);
	assert_int_equal(reader_finish(&r), VERDICT_OK);
}

static void check_string(const char *text, const char *expected)
{
	uint8_t out[512];
	struct arena a;
	arena_init(&a, NULL, 0);
	struct writer w = writer_make(out, sizeof(out));
	struct ndr_writer n = ndr_writer_make(&w);
	ndr_write_string_pointer(&n, text);
	struct reader r = reader_make(span_make(out, w.pos));
	char *back = ndr_read_string_pointer(&r, &a);
	assert_int_equal(reader_finish(&r), VERDICT_OK);
	if (expected == NULL)
		assert_null(back);
	else
		assert_string_equal(back, expected);
	for (size_t len = 0; len < w.pos; len++) {
		r = reader_make(span_make(out, len));
		assert_null(ndr_read_string_pointer(&r, &a));
		assert_false(reader_ok(&r));
	}
	arena_reset(&a);
}

static void test_ndr_strings(void **state)
{
	(void)state;
	check_string(NULL, NULL);
	check_string("", "");
	check_string("share", "share");
	check_string("Gr\xc3\xbc\xc3\x9f \xf0\x9f\x93\x81", "Gr\xc3\xbc\xc3\x9f \xf0\x9f\x93\x81");
	check_string("\xff", "");
}

static void check_bad_string(
	uint32_t max_count, uint32_t offset, uint32_t actual_count, const char *units, size_t len)
{
	uint8_t out[64];
	struct arena a;
	arena_init(&a, NULL, 0);
	struct writer w = writer_make(out, sizeof(out));
	writer_u32(&w, max_count);
	writer_u32(&w, offset);
	writer_u32(&w, actual_count);
	writer_bytes(&w, units, len);
	struct reader r = reader_make(span_make(out, w.pos));
	assert_null(ndr_read_string(&r, &a));
	assert_false(reader_ok(&r));
	arena_reset(&a);
}

static void test_bad_ndr_strings(void **state)
{
	(void)state;
	check_bad_string(2, 0, 2, "a\0b\0", 4);      // no terminating NUL
	check_bad_string(2, 1, 1, "\0\0", 2);        // starts in the middle
	check_bad_string(1, 0, 2, "a\0\0\0", 4);     // more than there can be
	check_bad_string(0, 0, 0, "", 0);            // not even a NUL
	check_bad_string(3, 0, 3, "\0\0a\0\0\0", 6); // a NUL inside
	check_bad_string(0xffffffff, 0, 0xffffffff, "", 0);
	check_bad_string(0x80000001, 0, 0x80000001, "\0\0", 2); // 2 * count wraps in 32 bits
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_bind_round_trip),
		cmocka_unit_test(test_truncated_bind_is_noticed),
		cmocka_unit_test(test_bind_ack_round_trip_at_any_address_length),
		cmocka_unit_test(test_request_with_object),
		cmocka_unit_test(test_ndr_primitives_are_aligned_from_the_stub),
		cmocka_unit_test(test_ndr_strings),
		cmocka_unit_test(test_bad_ndr_strings),
	};
	return RUN_TESTS(tests);
}
