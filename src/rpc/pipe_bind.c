// SPDX-License-Identifier: Apache-2.0
// bind and alter_context (C706 12.6.4.3, 12.6.4.1; MS-RPCE 3.3.1.5.2 and 3.3.1.5.3).
#include "rpc/pipe_state.h"

#include <stdio.h>

enum {
	BIND_NAK_LEN_MAX = 32,
	BIND_ACK_LEN_MAX = 64 + DCERPC_CONTEXTS_MAX * 24, // header, sec_addr, results
	SEC_ADDR_LEN_MAX = 32,
	ASSOC_GROUP_ID = 0x5347, // groups share context handles; no interface here has any
};

void pipe_bind_nak(struct rpc_pipe *pipe, uint32_t call_id, enum dcerpc_nak_reason reason)
{
	uint8_t *room = pipe_output_room(pipe, BIND_NAK_LEN_MAX);
	if (room == NULL)
		return;
	struct writer w = writer_make(room, BIND_NAK_LEN_MAX);
	struct dcerpc_bind_nak nak = { .reason = (uint16_t)reason };
	size_t start = dcerpc_pdu_begin(&w, DCERPC_BIND_NAK, DCERPC_FIRST_FRAG | DCERPC_LAST_FRAG, call_id);
	dcerpc_bind_nak_encode(&w, &nak);
	dcerpc_pdu_end(&w, start);
	pipe_output_add(pipe, w.pos);
}

bool pipe_context_known(const struct rpc_pipe *pipe, uint16_t id)
{
	for (size_t i = 0; i < pipe->context_count; i++) {
		if (pipe->contexts[i] == id)
			return true;
	}
	return false;
}

static bool context_add(struct rpc_pipe *pipe, uint16_t id)
{
	if (pipe_context_known(pipe, id))
		return true;
	if (pipe->context_count == RPC_CONTEXTS_MAX)
		return false;
	pipe->contexts[pipe->context_count++] = id;
	return true;
}

// The same interface, the same major version and a minor one that we have (C706 6.1.2).
static bool interface_matches(const struct dcerpc_syntax *have, const struct dcerpc_syntax *asked)
{
	struct dcerpc_syntax same_minor = *asked;
	same_minor.version_minor = have->version_minor;
	return dcerpc_syntax_equal(have, &same_minor) && asked->version_minor <= have->version_minor;
}

static bool offers_ndr(const struct dcerpc_context *c)
{
	for (size_t i = 0; i < c->transfer_syntax_count; i++) {
		if (dcerpc_syntax_equal(&c->transfer_syntaxes[i], &dcerpc_syntax_ndr))
			return true;
	}
	return false;
}

static struct dcerpc_context_result rejection(uint16_t reason)
{
	return (struct dcerpc_context_result){ .result = DCERPC_PROVIDER_REJECTION, .reason = reason };
}

static struct dcerpc_context_result context_negotiate(struct rpc_pipe *pipe, const struct dcerpc_context *c)
{
	// MS-RPCE 3.3.1.5.3: answered with the features of both sides; we have none of them.
	if (dcerpc_syntax_is_feature_negotiation(&c->transfer_syntaxes[0]))
		return (struct dcerpc_context_result){ .result = DCERPC_NEGOTIATE_ACK };
	if (!interface_matches(&pipe->interface->syntax, &c->abstract_syntax))
		return rejection(DCERPC_REASON_ABSTRACT_SYNTAX_NOT_SUPPORTED);
	if (!offers_ndr(c))
		return rejection(DCERPC_REASON_TRANSFER_SYNTAXES_NOT_SUPPORTED);
	if (!context_add(pipe, c->id))
		return rejection(DCERPC_REASON_LOCAL_LIMIT_EXCEEDED);
	return (struct dcerpc_context_result){ .transfer_syntax = dcerpc_syntax_ndr };
}

static uint16_t fragment_len_clip(uint16_t asked)
{
	return asked < DCERPC_FRAGMENT_LEN_MAX ? asked : DCERPC_FRAGMENT_LEN_MAX;
}

static void bind_ack_send(
	struct rpc_pipe *pipe, uint32_t call_id, enum dcerpc_type type, const struct dcerpc_bind_ack *ack)
{
	uint8_t *room = pipe_output_room(pipe, BIND_ACK_LEN_MAX);
	if (room == NULL)
		return;
	struct writer w = writer_make(room, BIND_ACK_LEN_MAX);
	size_t start = dcerpc_pdu_begin(&w, type, DCERPC_FIRST_FRAG | DCERPC_LAST_FRAG, call_id);
	dcerpc_bind_ack_encode(&w, start, ack);
	dcerpc_pdu_end(&w, start);
	pipe_output_add(pipe, w.pos);
}

static void bind_accept(struct rpc_pipe *pipe, const struct dcerpc_header *h, const struct dcerpc_bind *b)
{
	bool alter = h->ptype == DCERPC_ALTER_CONTEXT;
	char sec_addr[SEC_ADDR_LEN_MAX];
	int sec_addr_len = snprintf(sec_addr, sizeof(sec_addr), "\\PIPE\\%s", pipe->interface->pipe);
	if (!alter)
		pipe->fragment_len_max = fragment_len_clip(b->max_recv_frag);
	struct dcerpc_bind_ack ack = {
		.max_xmit_frag = pipe->fragment_len_max,
		.max_recv_frag = fragment_len_clip(b->max_xmit_frag),
		.assoc_group_id = b->assoc_group_id != 0 ? b->assoc_group_id : ASSOC_GROUP_ID,
		.sec_addr = span_make(sec_addr, alter ? 0 : (size_t)sec_addr_len + 1),
		.result_count = b->context_count,
	};
	for (size_t i = 0; i < b->context_count; i++)
		ack.results[i] = context_negotiate(pipe, &b->contexts[i]);
	pipe->bound = true;
	bind_ack_send(pipe, h->call_id, alter ? DCERPC_ALTER_CONTEXT_RESP : DCERPC_BIND_ACK, &ack);
}

void pipe_bind_handle(struct rpc_pipe *pipe, const struct dcerpc_header *h, struct reader *r)
{
	bool alter = h->ptype == DCERPC_ALTER_CONTEXT;
	struct dcerpc_bind b;
	enum verdict v = dcerpc_bind_decode(r, &b);
	// A bind opens the association, once; alter_context is for the time after it. Neither may
	// come in fragments or inside of a request (C706 12.6.3.1 and 12.6.4).
	bool whole = (h->pfc_flags & (DCERPC_FIRST_FRAG | DCERPC_LAST_FRAG)) ==
		     (DCERPC_FIRST_FRAG | DCERPC_LAST_FRAG);
	bool in_order = pipe->bound == alter && whole && !pipe->request.active;
	bool frags_ok =
		b.max_recv_frag >= DCERPC_FRAGMENT_LEN_MIN && b.max_xmit_frag >= DCERPC_FRAGMENT_LEN_MIN;
	if (v == VERDICT_OK && in_order && frags_ok) {
		bind_accept(pipe, h, &b);
		return;
	}
	if (alter)
		pipe_fault(pipe, h->call_id, 0, NCA_PROTO_ERROR);
	else
		pipe_bind_nak(pipe, h->call_id,
			v == VERDICT_TOO_LONG ? DCERPC_NAK_LOCAL_LIMIT_EXCEEDED : DCERPC_NAK_NOT_SPECIFIED);
	pipe->dead = true;
}
