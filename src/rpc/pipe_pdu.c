// SPDX-License-Identifier: Apache-2.0
#include "rpc/pipe_state.h"

enum { RPC_VERS = 5, RPC_VERS_MINOR_MAX = 1, FAULT_LEN = 32 };

void pipe_fault(struct rpc_pipe *pipe, uint32_t call_id, uint16_t p_cont_id, uint32_t status)
{
	uint8_t *room = pipe_output_room(pipe, FAULT_LEN);
	if (room == NULL)
		return;
	struct writer w = writer_make(room, FAULT_LEN);
	struct dcerpc_fault f = { .p_cont_id = p_cont_id, .status = status };
	size_t start = dcerpc_pdu_begin(
		&w, DCERPC_FAULT, DCERPC_FIRST_FRAG | DCERPC_LAST_FRAG | DCERPC_DID_NOT_EXECUTE, call_id);
	dcerpc_fault_encode(&w, &f);
	dcerpc_pdu_end(&w, start);
	pipe_output_add(pipe, w.pos);
}

static void orphaned_handle(struct rpc_pipe *pipe, const struct dcerpc_header *h)
{
	if (pipe->request.active && pipe->request.call_id == h->call_id)
		pipe_request_forget(&pipe->request);
}

static void protocol_error(struct rpc_pipe *pipe, uint32_t call_id)
{
	pipe_fault(pipe, call_id, 0, NCA_PROTO_ERROR);
	pipe->dead = true;
}

// Whether the header is one that we go on with; a refusal was answered.
static bool header_check(struct rpc_pipe *pipe, const struct dcerpc_header *h)
{
	bool binding = h->ptype == DCERPC_BIND || h->ptype == DCERPC_ALTER_CONTEXT;
	if (h->rpc_vers != RPC_VERS || h->rpc_vers_minor > RPC_VERS_MINOR_MAX) {
		pipe_bind_nak(pipe, h->call_id, DCERPC_NAK_PROTOCOL_VERSION);
		pipe->dead = true;
		return false;
	}
	if (h->auth_length == 0)
		return true;
	// The session below authenticates and seals; no second security provider is offered.
	if (binding) {
		pipe_bind_nak(pipe, h->call_id, DCERPC_NAK_AUTHENTICATION_TYPE);
	} else {
		pipe_fault(pipe, h->call_id, 0, NCA_FAULT_ACCESS_DENIED);
		pipe->dead = true;
	}
	return false;
}

void pipe_pdu_handle(struct rpc_pipe *pipe, struct span pdu)
{
	struct reader r = reader_make(pdu);
	struct dcerpc_header h = { 0 };
	if (dcerpc_header_decode(&r, &h) != VERDICT_OK) {
		pipe->dead = true;
		return;
	}
	if (!header_check(pipe, &h))
		return;
	switch (h.ptype) {
	case DCERPC_BIND:
	case DCERPC_ALTER_CONTEXT:
		pipe_bind_handle(pipe, &h, &r);
		break;
	case DCERPC_REQUEST:
		pipe_request_handle(pipe, &h, &r);
		break;
	case DCERPC_ORPHANED:
		orphaned_handle(pipe, &h);
		break;
	case DCERPC_CO_CANCEL: // calls end before a cancel could reach them
		break;
	default:
		protocol_error(pipe, h.call_id);
		break;
	}
}
