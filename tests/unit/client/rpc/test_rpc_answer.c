// SPDX-License-Identifier: Apache-2.0
// Answers in pieces: whole ones are put together however they are cut, broken ones end.
#include "../../test_support.h"

#include <string.h>

#include "client/rpc/rpc_answer.h"

enum { CALL_ID = 7, PDUS_LEN_MAX = 16384 };

struct pdus {
	uint8_t bytes[PDUS_LEN_MAX];
	struct writer w;
};

static void pdus_begin(struct pdus *p)
{
	p->w = writer_make(p->bytes, sizeof(p->bytes));
}

static void response(struct pdus *p, uint8_t flags, uint32_t call_id, size_t len, uint8_t filler)
{
	uint8_t stub[4096];
	memset(stub, filler, sizeof(stub));
	struct dcerpc_response r = { .stub = span_make(stub, len) };
	size_t start = dcerpc_pdu_begin(&p->w, DCERPC_RESPONSE, flags, call_id);
	dcerpc_response_encode(&p->w, &r);
	dcerpc_pdu_end(&p->w, start);
	assert_true(writer_ok(&p->w));
}

static enum verdict add_cut(struct rpc_answer *a, struct span bytes, size_t step)
{
	enum verdict v = VERDICT_OK;
	for (size_t pos = 0; v == VERDICT_OK && pos < bytes.len; pos += step) {
		size_t len = bytes.len - pos < step ? bytes.len - pos : step;
		v = rpc_answer_add(a, span_make(bytes.data + pos, len));
	}
	return v;
}

static void test_fragments_however_cut(void **state)
{
	(void)state;
	static const size_t steps[] = { 1, 7, 24, 1000, PDUS_LEN_MAX };
	struct pdus p;
	pdus_begin(&p);
	response(&p, DCERPC_FIRST_FRAG, CALL_ID, 4000, 'a');
	response(&p, 0, CALL_ID, 4000, 'b');
	response(&p, DCERPC_LAST_FRAG, CALL_ID, 10, 'c');
	for (size_t i = 0; i < ARRAY_LEN(steps); i++) {
		struct rpc_answer a;
		rpc_answer_init(&a, CALL_ID);
		assert_int_equal(add_cut(&a, writer_since(&p.w, 0), steps[i]), VERDICT_OK);
		assert_int_equal(a.kind, RPC_ANSWER_STUB);
		assert_int_equal(a.stub_len, 8010);
		assert_int_equal(a.stub[3999], 'a');
		assert_int_equal(a.stub[4000], 'b');
		assert_int_equal(a.stub[8009], 'c');
		rpc_answer_done(&a);
	}
}

static void test_any_beginning_is_unfinished(void **state)
{
	(void)state;
	struct pdus p;
	pdus_begin(&p);
	response(&p, DCERPC_FIRST_FRAG, CALL_ID, 20, 'a');
	response(&p, DCERPC_LAST_FRAG, CALL_ID, 20, 'b');
	struct span all = writer_since(&p.w, 0);
	for (size_t len = 0; len < all.len; len++) {
		struct rpc_answer a;
		rpc_answer_init(&a, CALL_ID);
		assert_int_equal(rpc_answer_add(&a, span_make(all.data, len)), VERDICT_OK);
		assert_int_equal(a.kind, RPC_ANSWER_UNFINISHED);
		rpc_answer_done(&a);
	}
}

static enum verdict verdict_of(const struct pdus *p)
{
	struct rpc_answer a;
	rpc_answer_init(&a, CALL_ID);
	enum verdict v = rpc_answer_add(&a, writer_since(&p->w, 0));
	rpc_answer_done(&a);
	return v;
}

static void test_broken_ones(void **state)
{
	(void)state;
	struct pdus p;
	pdus_begin(&p);
	response(&p, DCERPC_FIRST_FRAG | DCERPC_LAST_FRAG, CALL_ID + 1, 4, 'a');
	assert_int_equal(verdict_of(&p), VERDICT_BAD_VALUE); // of another call
	pdus_begin(&p);
	response(&p, DCERPC_LAST_FRAG, CALL_ID, 4, 'a');
	assert_int_equal(verdict_of(&p), VERDICT_BAD_VALUE); // without a first fragment
	pdus_begin(&p);
	response(&p, DCERPC_FIRST_FRAG, CALL_ID, 4, 'a');
	response(&p, DCERPC_FIRST_FRAG, CALL_ID, 4, 'a');
	assert_int_equal(verdict_of(&p), VERDICT_BAD_VALUE); // with two
	pdus_begin(&p);
	response(&p, DCERPC_FIRST_FRAG | DCERPC_LAST_FRAG, CALL_ID, 4, 'a');
	response(&p, DCERPC_FIRST_FRAG | DCERPC_LAST_FRAG, CALL_ID, 4, 'a');
	assert_int_equal(verdict_of(&p), VERDICT_TRAILING);
	pdus_begin(&p);
	response(&p, DCERPC_FIRST_FRAG | DCERPC_LAST_FRAG, CALL_ID, 4, 'a');
	writer_patch_u16(&p.w, 10, 8); // auth_length
	assert_int_equal(verdict_of(&p), VERDICT_BAD_VALUE);
	writer_patch_u16(&p.w, 10, 0);
	writer_patch_u16(&p.w, 8, DCERPC_FRAGMENT_LEN_MAX + 1); // frag_length
	assert_int_equal(verdict_of(&p), VERDICT_TOO_LONG);
	writer_patch_u16(&p.w, 8, DCERPC_HEADER_LEN - 1);
	assert_int_equal(verdict_of(&p), VERDICT_BAD_SIZE);
}

// A server that goes on for ever is left after so many fragments, or so many bytes.
static unsigned fragments_until_end(size_t len, enum verdict *v)
{
	struct rpc_answer a;
	unsigned count = 0;
	rpc_answer_init(&a, CALL_ID);
	*v = VERDICT_OK;
	while (*v == VERDICT_OK && count < 2 * RPC_ANSWER_FRAGMENTS_MAX) {
		struct pdus p;
		pdus_begin(&p);
		response(&p, count == 0 ? DCERPC_FIRST_FRAG : 0, CALL_ID, len, 'x');
		*v = rpc_answer_add(&a, writer_since(&p.w, 0));
		count++;
	}
	assert_true(a.stub_cap <= RPC_ANSWER_LEN_MAX);
	rpc_answer_done(&a);
	return count;
}

static void test_endless_ones(void **state)
{
	(void)state;
	enum verdict v;
	assert_int_equal(fragments_until_end(0, &v), RPC_ANSWER_FRAGMENTS_MAX + 1);
	assert_int_equal(v, VERDICT_TOO_LONG);
	assert_int_equal(fragments_until_end(4096, &v), RPC_ANSWER_LEN_MAX / 4096 + 1);
	assert_int_equal(v, VERDICT_TOO_LONG);
}

static void test_faults_and_binds(void **state)
{
	(void)state;
	struct rpc_answer a;
	struct pdus p;
	pdus_begin(&p);
	size_t start = dcerpc_pdu_begin(&p.w, DCERPC_FAULT, DCERPC_FIRST_FRAG | DCERPC_LAST_FRAG, CALL_ID);
	dcerpc_fault_encode(&p.w, &(struct dcerpc_fault){ .status = NCA_FAULT_ACCESS_DENIED });
	dcerpc_pdu_end(&p.w, start);
	rpc_answer_init(&a, CALL_ID);
	assert_int_equal(rpc_answer_add(&a, writer_since(&p.w, 0)), VERDICT_OK);
	assert_int_equal(a.kind, RPC_ANSWER_FAULT);
	assert_int_equal(a.fault, NCA_FAULT_ACCESS_DENIED);

	pdus_begin(&p);
	start = dcerpc_pdu_begin(&p.w, DCERPC_BIND_ACK, DCERPC_FIRST_FRAG | DCERPC_LAST_FRAG, CALL_ID);
	struct dcerpc_bind_ack ack = { .sec_addr = span_make("\\PIPE\\x", 8), .result_count = 1 };
	ack.results[0] = (struct dcerpc_context_result){ .result = DCERPC_PROVIDER_REJECTION, .reason = 1 };
	dcerpc_bind_ack_encode(&p.w, start, &ack);
	dcerpc_pdu_end(&p.w, start);
	rpc_answer_init(&a, CALL_ID);
	assert_int_equal(rpc_answer_add(&a, writer_since(&p.w, 0)), VERDICT_OK);
	assert_int_equal(a.kind, RPC_ANSWER_BIND_ACK);
	assert_int_equal(a.bind.results[0].result, DCERPC_PROVIDER_REJECTION);
	assert_int_equal(a.bind.sec_addr.len, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_fragments_however_cut),
		cmocka_unit_test(test_any_beginning_is_unfinished),
		cmocka_unit_test(test_broken_ones),
		cmocka_unit_test(test_endless_ones),
		cmocka_unit_test(test_faults_and_binds),
	};
	return RUN_TESTS(tests);
}
