// SPDX-License-Identifier: Apache-2.0
// Requests: fragments are collected, the operation runs, its answer goes out in fragments.
#include "rpc/pipe_state.h"

#include <stdlib.h>
#include <string.h>

enum { STUB_CAP_MIN = 256, ANSWER_CAP_MIN = 4096 };

void pipe_request_forget(struct pipe_request *q)
{
	free(q->stub);
	*q = (struct pipe_request){ 0 };
}

static bool stub_append(struct pipe_request *q, struct span stub)
{
	size_t need = q->stub_len + stub.len;
	size_t cap = q->stub_cap < STUB_CAP_MIN ? STUB_CAP_MIN : q->stub_cap;
	while (cap < need)
		cap *= 2;
	if (cap != q->stub_cap) {
		uint8_t *bytes = realloc(q->stub, cap);
		if (bytes == NULL)
			return false;
		q->stub = bytes;
		q->stub_cap = cap;
	}
	if (stub.len > 0)
		memcpy(q->stub + q->stub_len, stub.data, stub.len);
	q->stub_len = need;
	return true;
}

// One fragment of a response; what goes before the last one is a multiple of 8 (C706 12.6.2).
static void fragment_send(struct rpc_pipe *pipe, struct span stub, size_t *pos)
{
	size_t room_len = pipe->fragment_len_max;
	size_t part_max = (room_len - DCERPC_RESPONSE_HEADER_LEN) & ~(size_t)7;
	size_t left = stub.len - *pos;
	size_t len = left < part_max ? left : part_max;
	uint8_t flags = 0;
	flags |= *pos == 0 ? DCERPC_FIRST_FRAG : 0;
	flags |= len == left ? DCERPC_LAST_FRAG : 0;
	uint8_t *room = pipe_output_room(pipe, room_len);
	if (room == NULL)
		return;
	struct writer w = writer_make(room, room_len);
	struct dcerpc_response p = {
		.alloc_hint = (uint32_t)left,
		.p_cont_id = pipe->request.p_cont_id,
		.stub = span_make(stub.data + *pos, len),
	};
	size_t start = dcerpc_pdu_begin(&w, DCERPC_RESPONSE, flags, pipe->request.call_id);
	dcerpc_response_encode(&w, &p);
	dcerpc_pdu_end(&w, start);
	pipe_output_add(pipe, w.pos);
	*pos += len;
}

static void answer_send(struct rpc_pipe *pipe, struct span stub)
{
	size_t pos = 0;
	do {
		fragment_send(pipe, stub, &pos);
	} while (!pipe->dead && pos < stub.len);
}

// Runs the operation into a buffer of cap bytes. False: the answer needs more room.
static bool operation_try(struct rpc_pipe *pipe, const struct rpc_operation *op, uint8_t *buffer, size_t cap)
{
	const struct pipe_request *q = &pipe->request;
	struct arena arena;
	arena_init(&arena, NULL, 0);
	struct writer w = writer_make(buffer, cap);
	struct rpc_call call = {
		.ctx = pipe->ctx,
		.arena = &arena,
		.in = reader_make(span_make(q->stub, q->stub_len)),
		.out = ndr_writer_make(&w),
	};
	uint32_t fault = op->run(&call);
	bool complete = fault != 0 || writer_ok(&w);
	if (fault != 0)
		pipe_fault(pipe, q->call_id, q->p_cont_id, fault);
	else if (complete)
		answer_send(pipe, span_make(buffer, w.pos));
	arena_reset(&arena);
	return complete;
}

static void operation_run(struct rpc_pipe *pipe, const struct rpc_operation *op)
{
	uint32_t fault = NCA_OUT_ARGS_TOO_BIG;
	for (size_t cap = ANSWER_CAP_MIN; cap <= RPC_RESPONSE_LEN_MAX; cap *= 4) {
		uint8_t *buffer = malloc(cap);
		if (buffer == NULL) {
			fault = NCA_FAULT_REMOTE_NO_MEMORY;
			break;
		}
		bool complete = operation_try(pipe, op, buffer, cap);
		free(buffer);
		if (complete)
			return;
	}
	pipe_fault(pipe, pipe->request.call_id, pipe->request.p_cont_id, fault);
}

static void request_run(struct rpc_pipe *pipe)
{
	struct pipe_request *q = &pipe->request;
	const struct rpc_operation *op = rpc_operation_find(pipe->interface, q->opnum);
	if (!pipe_context_known(pipe, q->p_cont_id))
		pipe_fault(pipe, q->call_id, q->p_cont_id, NCA_UNK_IF);
	else if (op == NULL)
		pipe_fault(pipe, q->call_id, q->p_cont_id, NCA_OP_RNG_ERROR);
	else
		operation_run(pipe, op);
	pipe_request_forget(q);
}

// The fault that a fragment deserves where it came; 0 when it fits.
static uint32_t fragment_check(
	const struct rpc_pipe *pipe, const struct dcerpc_header *h, const struct dcerpc_request *part)
{
	const struct pipe_request *q = &pipe->request;
	bool first = (h->pfc_flags & DCERPC_FIRST_FRAG) != 0;
	// C706 12.6.2: one call's fragments come one after the other, in order.
	bool continues = q->active && q->call_id == h->call_id && q->opnum == part->opnum &&
			 q->p_cont_id == part->p_cont_id;
	if (!pipe->bound || (first ? q->active : !continues))
		return NCA_PROTO_ERROR;
	if (q->stub_len + part->stub.len > RPC_REQUEST_LEN_MAX || q->fragments == RPC_CALL_FRAGMENTS_MAX)
		return NCA_FAULT_REMOTE_NO_MEMORY;
	return 0;
}

static void request_refuse(
	struct rpc_pipe *pipe, const struct dcerpc_header *h, uint16_t p_cont_id, uint32_t fault)
{
	pipe_fault(pipe, h->call_id, p_cont_id, fault);
	pipe_request_forget(&pipe->request);
	pipe->dead = true;
}

void pipe_request_handle(struct rpc_pipe *pipe, const struct dcerpc_header *h, struct reader *r)
{
	struct pipe_request *q = &pipe->request;
	struct dcerpc_request part = { 0 };
	if (dcerpc_request_decode(r, h->pfc_flags, &part) != VERDICT_OK) {
		request_refuse(pipe, h, 0, NCA_PROTO_ERROR);
		return;
	}
	uint32_t fault = fragment_check(pipe, h, &part);
	if (fault != 0) {
		request_refuse(pipe, h, part.p_cont_id, fault);
		return;
	}
	q->active = true;
	q->call_id = h->call_id;
	q->p_cont_id = part.p_cont_id;
	q->opnum = part.opnum;
	q->fragments++;
	if (!stub_append(q, part.stub)) {
		request_refuse(pipe, h, part.p_cont_id, NCA_FAULT_REMOTE_NO_MEMORY);
		return;
	}
	if ((h->pfc_flags & DCERPC_LAST_FRAG) != 0)
		request_run(pipe);
}
