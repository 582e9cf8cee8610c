// SPDX-License-Identifier: Apache-2.0
// The pipe as a message pipe, and what it refuses.
#include "rpc_fixture.h"

#include <stdlib.h>

#include "../test_support.h"
#include "captured.h"
#include "wire/dcerpc/bind.h"
#include "wire/dcerpc/ndr.h"

enum { WHOLE = DCERPC_FIRST_FRAG | DCERPC_LAST_FRAG, ENUM_STUB_LEN = 36, OPNUM_SHARE_ENUM = 15 };

#define assert_status(actual, expected) assert_string_equal(nt_status_name(actual), "STATUS_" #expected)

// The stub of a NetrShareEnum of level 1 without a server name.
static struct span enum_stub(uint8_t *out, uint32_t max, uint32_t resume)
{
	struct writer w = writer_make(out, ENUM_STUB_LEN);
	struct ndr_writer n = ndr_writer_make(&w);
	ndr_write_pointer(&n, false);
	ndr_write_u32(&n, 1);
	ndr_write_u32(&n, 1);
	ndr_write_pointer(&n, true);
	ndr_write_u32(&n, 0);
	ndr_write_pointer(&n, false);
	ndr_write_u32(&n, max);
	ndr_write_pointer(&n, true);
	ndr_write_u32(&n, resume);
	assert_true(writer_ok(&w));
	return span_make(out, w.pos);
}

static struct nt_status write_pdu(struct fixture *f, enum dcerpc_type type, uint8_t flags, struct span body)
{
	uint8_t pdu[DCERPC_FRAGMENT_LEN_MAX];
	size_t len = make_pdu(pdu, sizeof(pdu), type, flags, body);
	return rpc_pipe_write(f->pipe, span_make(pdu, len));
}

static struct nt_status read_some(struct fixture *f, size_t max, size_t *len, bool *more)
{
	uint8_t out[DCERPC_FRAGMENT_LEN_MAX];
	struct writer w = writer_make(out, sizeof(out));
	struct nt_status status = rpc_pipe_read(f->pipe, &w, max, more);
	*len = w.pos;
	return status;
}

static void assert_dead(struct fixture *f)
{
	size_t len;
	bool more;
	assert_status(read_some(f, 100, &len, &more), PIPE_DISCONNECTED);
	assert_status(rpc_pipe_write(f->pipe, span_of_str("x")), PIPE_DISCONNECTED);
}

static void test_only_known_pipes_exist(void **state)
{
	(void)state;
	struct rpc_context ctx = { 0 };
	assert_true(rpc_pipe_exists("srvsvc") && rpc_pipe_exists("WKSSVC"));
	assert_false(rpc_pipe_exists("samr") || rpc_pipe_exists("") || rpc_pipe_exists("srvsvc2"));
	assert_null(rpc_pipe_new("lsarpc", &ctx));
}

static void test_empty_pipe_has_nothing_to_read(void **state)
{
	(void)state;
	struct fixture *f = fixture_bound("srvsvc");
	size_t len;
	bool more;
	assert_status(read_some(f, 100, &len, &more), PIPE_EMPTY);
	assert_int_equal(len, 0);
	fixture_free(f);
}

static void test_small_reads_get_the_message_in_parts(void **state)
{
	(void)state;
	struct fixture *f = fixture_bound("srvsvc");
	uint8_t stub[64], pdu[128];
	struct span in = enum_stub(stub, UINT32_MAX, 0);
	size_t pdu_len = make_request(pdu, sizeof(pdu), OPNUM_SHARE_ENUM, in);
	assert_status(rpc_pipe_write(f->pipe, span_make(pdu, pdu_len)), SUCCESS);
	size_t total = rpc_pipe_readable(f->pipe);
	assert_int_equal(rpc_pipe_message_readable(f->pipe), total);
	size_t len;
	bool more = false;
	assert_status(read_some(f, 100, &len, &more), BUFFER_OVERFLOW);
	assert_true(more && len == 100 && rpc_pipe_message_readable(f->pipe) == total - 100);
	assert_status(read_some(f, total - 100, &len, &more), SUCCESS);
	assert_true(!more && len == total - 100);
	assert_status(read_some(f, 100, &len, &more), PIPE_EMPTY);
	fixture_free(f);
}

static void test_transceive_writes_and_reads(void **state)
{
	(void)state;
	struct fixture *f = fixture_bound("srvsvc");
	uint8_t stub[64], pdu[128], out[128];
	size_t pdu_len = make_request(pdu, sizeof(pdu), OPNUM_SHARE_ENUM, enum_stub(stub, UINT32_MAX, 0));
	struct writer w = writer_make(out, sizeof(out));
	bool more = false;
	assert_status(rpc_pipe_transceive(f->pipe, span_make(pdu, pdu_len), &w, sizeof(out), &more),
		BUFFER_OVERFLOW);
	assert_true(more && w.pos == sizeof(out));
	w = writer_make(out, sizeof(out));
	assert_status(
		rpc_pipe_transceive(f->pipe, span_make(pdu, pdu_len), &w, sizeof(out), &more), PIPE_BUSY);
	fixture_free(f);
}

static void test_fragments_may_arrive_byte_by_byte(void **state)
{
	(void)state;
	struct fixture *f = fixture_new("srvsvc");
	uint8_t pdu[256];
	size_t len = unhex(captured_bind_srvsvc.request, pdu, sizeof(pdu));
	for (size_t i = 0; i < len; i++) {
		assert_int_equal(rpc_pipe_readable(f->pipe), 0);
		assert_status(rpc_pipe_write(f->pipe, span_make(pdu + i, 1)), SUCCESS);
	}
	assert_true(rpc_pipe_readable(f->pipe) > 0);
	fixture_free(f);
}

// Two PDUs in one write: two messages out.
static void test_several_fragments_in_one_write(void **state)
{
	(void)state;
	struct fixture *f = fixture_new("srvsvc");
	uint8_t pdus[512], stub[64];
	size_t bind_len = unhex(captured_bind_srvsvc.request, pdus, sizeof(pdus));
	size_t len = make_request(pdus + bind_len, 256, OPNUM_SHARE_ENUM, enum_stub(stub, UINT32_MAX, 0));
	assert_status(rpc_pipe_write(f->pipe, span_make(pdus, bind_len + len)), SUCCESS);
	uint8_t out[DCERPC_FRAGMENT_LEN_MAX];
	assert_true(read_message(f->pipe, out, sizeof(out)) > 0 && out[2] == DCERPC_BIND_ACK);
	assert_true(read_message(f->pipe, out, sizeof(out)) > 0 && out[2] == DCERPC_RESPONSE);
	fixture_free(f);
}

static void test_request_in_fragments(void **state)
{
	(void)state;
	struct fixture *f = fixture_bound("srvsvc");
	uint8_t stub[64];
	struct span in = enum_stub(stub, UINT32_MAX, 0);
	for (size_t i = 0; i < in.len; i += 4) {
		uint8_t body[12] = { [6] = OPNUM_SHARE_ENUM };
		memcpy(body + 8, in.data + i, 4);
		uint8_t flags = (i == 0 ? DCERPC_FIRST_FRAG : 0) | (i + 4 == in.len ? DCERPC_LAST_FRAG : 0);
		assert_int_equal(rpc_pipe_readable(f->pipe), 0);
		assert_status(write_pdu(f, DCERPC_REQUEST, flags, span_make(body, sizeof(body))), SUCCESS);
	}
	uint8_t out[DCERPC_FRAGMENT_LEN_MAX];
	assert_true(read_message(f->pipe, out, sizeof(out)) > 100);
	assert_int_equal(out[2], DCERPC_RESPONSE);
	fixture_free(f);
}

static uint32_t shares_in(struct span answer, uint32_t *resume, uint32_t *result)
{
	struct reader r = reader_make(answer);
	reader_skip(&r, 12); // level, level, container
	uint32_t count = ndr_read_u32(&r);
	struct reader tail = reader_make(span_make(answer.data + answer.len - 8, 8));
	*resume = reader_u32(&tail);
	*result = reader_u32(&tail);
	return count;
}

static void test_long_answer_comes_in_fragments(void **state)
{
	(void)state;
	struct fixture *f = fixture_bound("srvsvc");
	f->extra_shares = 2000;
	static uint8_t out[RPC_RESPONSE_LEN_MAX];
	uint8_t stub[64];
	uint32_t resume, result;
	size_t len = call_pipe(f->pipe, OPNUM_SHARE_ENUM, enum_stub(stub, UINT32_MAX, 0), out, sizeof(out));
	assert_int_equal(shares_in(span_make(out, len), &resume, &result), 2003);
	assert_int_equal(result, 0);
	assert_int_equal(rpc_pipe_readable(f->pipe), 0);
	fixture_free(f);
}

static void test_preferred_length_and_resume_give_all_shares(void **state)
{
	(void)state;
	struct fixture *f = fixture_bound("srvsvc");
	f->extra_shares = 97;
	uint8_t out[8192], stub[64];
	uint32_t resume = 0, result = 234, total = 0, calls = 0;
	while (result == 234) {
		size_t len =
			call_pipe(f->pipe, OPNUM_SHARE_ENUM, enum_stub(stub, 1000, resume), out, sizeof(out));
		assert_true(len < 1200);
		total += shares_in(span_make(out, len), &resume, &result);
		calls++;
	}
	assert_int_equal(result, 0);
	assert_int_equal(total, 100);
	assert_true(calls > 5);
	fixture_free(f);
}

static void test_more_answers_than_wait(void **state)
{
	(void)state;
	struct fixture *f = fixture_bound("srvsvc");
	f->extra_shares = 5000;
	uint8_t stub[64], pdu[128];
	size_t len = make_request(pdu, sizeof(pdu), OPNUM_SHARE_ENUM, enum_stub(stub, UINT32_MAX, 0));
	struct nt_status status = STATUS(SUCCESS);
	for (int i = 0; i < 100 && nt_status_ok(status); i++)
		status = rpc_pipe_write(f->pipe, span_make(pdu, len));
	assert_status(status, INSUFFICIENT_RESOURCES);
	assert_true(rpc_pipe_readable(f->pipe) <= RPC_OUTPUT_LEN_MAX);
	fixture_free(f);
}

static void test_unknown_operation_and_context_are_faults(void **state)
{
	(void)state;
	struct fixture *f = fixture_bound("srvsvc");
	uint8_t body[8] = { [6] = 33 };
	assert_status(write_pdu(f, DCERPC_REQUEST, WHOLE, span_make(body, sizeof(body))), SUCCESS);
	assert_int_equal(read_fault(f->pipe), NCA_OP_RNG_ERROR);
	body[4] = 9;
	assert_status(write_pdu(f, DCERPC_REQUEST, WHOLE, span_make(body, sizeof(body))), SUCCESS);
	assert_int_equal(read_fault(f->pipe), NCA_UNK_IF);
	uint8_t stub[64];
	body[4] = 0;
	body[6] = OPNUM_SHARE_ENUM;
	assert_status(write_pdu(f, DCERPC_REQUEST, WHOLE, span_make(body, sizeof(body))), SUCCESS);
	assert_int_equal(read_fault(f->pipe), NCA_FAULT_NDR);
	uint8_t out[4096]; // the pipe goes on after a fault
	assert_true(
		call_pipe(f->pipe, OPNUM_SHARE_ENUM, enum_stub(stub, UINT32_MAX, 0), out, sizeof(out)) > 0);
	fixture_free(f);
}

static void test_request_before_bind_ends_the_pipe(void **state)
{
	(void)state;
	struct fixture *f = fixture_new("srvsvc");
	uint8_t body[8] = { 0 };
	assert_status(write_pdu(f, DCERPC_REQUEST, WHOLE, span_make(body, sizeof(body))), SUCCESS);
	assert_int_equal(read_fault(f->pipe), NCA_PROTO_ERROR);
	assert_dead(f);
	fixture_free(f);
}

static void test_interleaved_calls_end_the_pipe(void **state)
{
	(void)state;
	struct fixture *f = fixture_bound("srvsvc");
	uint8_t body[8] = { [6] = OPNUM_SHARE_ENUM };
	struct span part = span_make(body, sizeof(body));
	assert_status(write_pdu(f, DCERPC_REQUEST, DCERPC_FIRST_FRAG, part), SUCCESS);
	assert_status(write_pdu(f, DCERPC_REQUEST, DCERPC_FIRST_FRAG, part), SUCCESS);
	assert_int_equal(read_fault(f->pipe), NCA_PROTO_ERROR);
	assert_dead(f);
	fixture_free(f);
}

static void test_endless_request_is_refused(void **state)
{
	(void)state;
	struct fixture *f = fixture_bound("srvsvc");
	static const uint8_t body[4000] = { [6] = OPNUM_SHARE_ENUM };
	uint8_t flags = DCERPC_FIRST_FRAG;
	struct span part = span_make(body, sizeof(body));
	for (size_t sent = 0; sent + sizeof(body) - 8 <= RPC_REQUEST_LEN_MAX; sent += sizeof(body) - 8) {
		assert_status(write_pdu(f, DCERPC_REQUEST, flags, part), SUCCESS);
		assert_int_equal(rpc_pipe_readable(f->pipe), 0);
		flags = 0;
	}
	assert_status(write_pdu(f, DCERPC_REQUEST, flags, part), SUCCESS);
	assert_int_equal(read_fault(f->pipe), NCA_FAULT_REMOTE_NO_MEMORY);
	assert_dead(f);
	fixture_free(f);
}

static void test_endless_empty_fragments_are_refused(void **state)
{
	(void)state;
	struct fixture *f = fixture_bound("srvsvc");
	static const uint8_t body[8] = { [6] = OPNUM_SHARE_ENUM };
	for (int i = 0; i <= RPC_CALL_FRAGMENTS_MAX; i++) {
		assert_int_equal(rpc_pipe_readable(f->pipe), 0);
		assert_status(
			write_pdu(f, DCERPC_REQUEST, i == 0 ? DCERPC_FIRST_FRAG : 0, span_make(body, 8)),
			SUCCESS);
	}
	assert_int_equal(read_fault(f->pipe), NCA_FAULT_REMOTE_NO_MEMORY);
	fixture_free(f);
}

static void assert_nak(struct fixture *f, enum dcerpc_nak_reason reason)
{
	uint8_t out[64];
	struct reader r = reader_make(span_make(out, read_message(f->pipe, out, sizeof(out))));
	struct dcerpc_header h = { 0 };
	struct dcerpc_bind_nak nak = { .reason = UINT16_MAX };
	assert_int_equal(dcerpc_header_decode(&r, &h), VERDICT_OK);
	assert_int_equal(h.ptype, DCERPC_BIND_NAK);
	assert_int_equal(dcerpc_bind_nak_decode(&r, &nak), VERDICT_OK);
	assert_int_equal(nak.reason, reason);
}

// A captured bind with one byte changed.
static void check_bad_bind(size_t at, uint8_t value, enum dcerpc_nak_reason reason)
{
	struct fixture *f = fixture_new("srvsvc");
	uint8_t pdu[256];
	size_t len = unhex(captured_bind_srvsvc.request, pdu, sizeof(pdu));
	pdu[at] = value;
	assert_status(rpc_pipe_write(f->pipe, span_make(pdu, len)), SUCCESS);
	assert_nak(f, reason);
	fixture_free(f);
}

static void test_binds_that_are_refused(void **state)
{
	(void)state;
	check_bad_bind(0, 4, DCERPC_NAK_PROTOCOL_VERSION);
	check_bad_bind(1, 2, DCERPC_NAK_PROTOCOL_VERSION);
	check_bad_bind(4, 0x00, DCERPC_NAK_NOT_SPECIFIED); // big endian
	check_bad_bind(10, 8, DCERPC_NAK_AUTHENTICATION_TYPE);
	check_bad_bind(17, 0x01, DCERPC_NAK_NOT_SPECIFIED); // fragments below the minimum
	check_bad_bind(24, 0, DCERPC_NAK_NOT_SPECIFIED);    // no context
	check_bad_bind(24, 33, DCERPC_NAK_LOCAL_LIMIT_EXCEEDED);
	check_bad_bind(3, DCERPC_FIRST_FRAG, DCERPC_NAK_NOT_SPECIFIED);
}

static void test_garbage_ends_the_pipe(void **state)
{
	(void)state;
	struct fixture *f = fixture_new("srvsvc");
	uint8_t pdu[64] = { 5, 0, DCERPC_BIND, 3, 0x10, 0, 0, 0, 0xff, 0xff }; // a fragment of 65535 bytes
	assert_status(rpc_pipe_write(f->pipe, span_make(pdu, sizeof(pdu))), PIPE_DISCONNECTED);
	assert_dead(f);
	fixture_free(f);
	f = fixture_bound("srvsvc");
	assert_status(write_pdu(f, DCERPC_SHUTDOWN, WHOLE, span_make(NULL, 0)), SUCCESS);
	assert_int_equal(read_fault(f->pipe), NCA_PROTO_ERROR);
	assert_dead(f);
	fixture_free(f);
}

// What Windows sends: NDR, NDR64 and bind-time features, each in a context of its own.
static struct dcerpc_bind windows_bind(void)
{
	struct dcerpc_bind b = { .max_xmit_frag = 5840, .max_recv_frag = 5840, .context_count = 4 };
	uint8_t pdu[256];
	struct reader r = reader_make(span_make(pdu, unhex(captured_bind_srvsvc.request, pdu, sizeof(pdu))));
	struct dcerpc_bind captured;
	reader_skip(&r, DCERPC_HEADER_LEN);
	assert_int_equal(dcerpc_bind_decode(&r, &captured), VERDICT_OK);
	for (uint8_t i = 0; i < b.context_count; i++) {
		b.contexts[i] = captured.contexts[0];
		b.contexts[i].id = i;
	}
	b.contexts[1].transfer_syntaxes[0] = dcerpc_syntax_ndr64;
	b.contexts[2].transfer_syntaxes[0] = (struct dcerpc_syntax){ .version = 1,
		.uuid = { 0x2c, 0x1c, 0xb7, 0x6c, 0x12, 0x98, 0x40, 0x45, 0x03 } };
	b.contexts[3].abstract_syntax.uuid[0] ^= 1;
	return b;
}

static void check_windows_answer(struct fixture *f, enum dcerpc_type type, size_t sec_addr_len)
{
	uint8_t out[256];
	struct reader r = reader_make(span_make(out, read_message(f->pipe, out, sizeof(out))));
	struct dcerpc_header h = { 0 };
	struct dcerpc_bind_ack ack;
	assert_int_equal(dcerpc_header_decode(&r, &h), VERDICT_OK);
	assert_int_equal(h.ptype, type);
	assert_int_equal(dcerpc_bind_ack_decode(&r, &ack), VERDICT_OK);
	assert_int_equal(reader_finish(&r), VERDICT_OK);
	assert_int_equal(ack.max_xmit_frag, DCERPC_FRAGMENT_LEN_MAX);
	assert_int_equal(ack.sec_addr.len, sec_addr_len);
	assert_int_equal(ack.result_count, 4);
	assert_int_equal(ack.results[0].result, DCERPC_ACCEPTANCE);
	assert_int_equal(ack.results[1].result, DCERPC_PROVIDER_REJECTION);
	assert_int_equal(ack.results[1].reason, DCERPC_REASON_TRANSFER_SYNTAXES_NOT_SUPPORTED);
	assert_int_equal(ack.results[2].result, DCERPC_NEGOTIATE_ACK);
	assert_int_equal(ack.results[2].reason, 0);
	assert_int_equal(ack.results[3].reason, DCERPC_REASON_ABSTRACT_SYNTAX_NOT_SUPPORTED);
}

static void test_contexts_are_negotiated_one_by_one(void **state)
{
	(void)state;
	struct fixture *f = fixture_new("srvsvc");
	struct dcerpc_bind b = windows_bind();
	uint8_t body[512];
	struct writer w = writer_make(body, sizeof(body));
	dcerpc_bind_encode(&w, &b);
	assert_status(write_pdu(f, DCERPC_BIND, WHOLE, writer_since(&w, 0)), SUCCESS);
	check_windows_answer(f, DCERPC_BIND_ACK, sizeof("\\PIPE\\srvsvc"));
	assert_status(write_pdu(f, DCERPC_ALTER_CONTEXT, WHOLE, writer_since(&w, 0)), SUCCESS);
	check_windows_answer(f, DCERPC_ALTER_CONTEXT_RESP, 0);
	assert_status(write_pdu(f, DCERPC_BIND, WHOLE, writer_since(&w, 0)), SUCCESS); // only once
	assert_nak(f, DCERPC_NAK_NOT_SPECIFIED);
	assert_dead(f);
	fixture_free(f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_only_known_pipes_exist),
		cmocka_unit_test(test_empty_pipe_has_nothing_to_read),
		cmocka_unit_test(test_small_reads_get_the_message_in_parts),
		cmocka_unit_test(test_transceive_writes_and_reads),
		cmocka_unit_test(test_fragments_may_arrive_byte_by_byte),
		cmocka_unit_test(test_several_fragments_in_one_write),
		cmocka_unit_test(test_request_in_fragments),
		cmocka_unit_test(test_long_answer_comes_in_fragments),
		cmocka_unit_test(test_preferred_length_and_resume_give_all_shares),
		cmocka_unit_test(test_more_answers_than_wait),
		cmocka_unit_test(test_unknown_operation_and_context_are_faults),
		cmocka_unit_test(test_request_before_bind_ends_the_pipe),
		cmocka_unit_test(test_interleaved_calls_end_the_pipe),
		cmocka_unit_test(test_endless_request_is_refused),
		cmocka_unit_test(test_endless_empty_fragments_are_refused),
		cmocka_unit_test(test_binds_that_are_refused),
		cmocka_unit_test(test_garbage_ends_the_pipe),
		cmocka_unit_test(test_contexts_are_negotiated_one_by_one),
	};
	return RUN_TESTS(tests);
}
