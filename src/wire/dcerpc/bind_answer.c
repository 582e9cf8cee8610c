// SPDX-License-Identifier: Apache-2.0
#include "wire/dcerpc/bind.h"

#include <string.h>

#include "wire/dcerpc/syntax.h"

static void result_decode(struct reader *r, struct dcerpc_context_result *c)
{
	c->result = reader_u16(r);
	c->reason = reader_u16(r);
	c->transfer_syntax = dcerpc_syntax_decode(r);
}

enum verdict dcerpc_bind_ack_decode(struct reader *r, struct dcerpc_bind_ack *out)
{
	memset(out, 0, sizeof(*out));
	out->max_xmit_frag = reader_u16(r);
	out->max_recv_frag = reader_u16(r);
	out->assoc_group_id = reader_u32(r);
	uint16_t sec_addr_len = reader_u16(r);
	out->sec_addr = reader_bytes(r, sec_addr_len);
	reader_align(r, 4);
	out->result_count = reader_u8(r);
	reader_skip(r, 3);
	reader_require(r, out->result_count <= DCERPC_CONTEXTS_MAX, VERDICT_TOO_LONG);
	for (size_t i = 0; reader_ok(r) && i < out->result_count; i++)
		result_decode(r, &out->results[i]);
	return reader_verdict(r);
}

void dcerpc_bind_ack_encode(struct writer *w, size_t start, const struct dcerpc_bind_ack *a)
{
	writer_u16(w, a->max_xmit_frag);
	writer_u16(w, a->max_recv_frag);
	writer_u32(w, a->assoc_group_id);
	writer_u16(w, (uint16_t)a->sec_addr.len);
	writer_span(w, a->sec_addr);
	writer_align(w, 4, start);
	writer_u8(w, a->result_count);
	writer_zeros(w, 3);
	for (size_t i = 0; i < a->result_count; i++) {
		writer_u16(w, a->results[i].result);
		writer_u16(w, a->results[i].reason);
		dcerpc_syntax_encode(w, &a->results[i].transfer_syntax);
	}
}

enum verdict dcerpc_bind_nak_decode(struct reader *r, struct dcerpc_bind_nak *out)
{
	uint16_t reason = reader_u16(r);
	if (reader_ok(r))
		out->reason = reason;
	return reader_verdict(r);
}

void dcerpc_bind_nak_encode(struct writer *w, const struct dcerpc_bind_nak *n)
{
	writer_u16(w, n->reason);
	writer_u8(w, 2); // p_rt_versions_supported
	writer_u8(w, 5);
	writer_u8(w, 0);
	writer_u8(w, 5);
	writer_u8(w, 1);
}
