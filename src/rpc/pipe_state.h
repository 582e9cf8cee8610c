// SPDX-License-Identifier: Apache-2.0
// The inside of a pipe, shared by the files that make it: bytes in (pipe.c), PDUs (pipe_pdu.c,
// pipe_bind.c, pipe_call.c), answers out (pipe_output.c).
#ifndef SIGNET_RPC_PIPE_STATE_H
#define SIGNET_RPC_PIPE_STATE_H

#include "rpc/interface.h"
#include "rpc/pipe.h"
#include "wire/dcerpc/pdu.h"

// PDUs that wait to be read, one after the other in one buffer; each is a message of the pipe.
struct pipe_output {
	uint8_t *bytes;
	size_t len;
	size_t cap;
	size_t pos;          // read up to here
	size_t message_left; // of the message that was read in part; 0: between messages
};

// A request whose fragments are being collected.
struct pipe_request {
	bool active;
	uint32_t call_id;
	uint16_t p_cont_id;
	uint16_t opnum;
	unsigned int fragments;
	uint8_t *stub;
	size_t stub_len;
	size_t stub_cap;
};

struct rpc_pipe {
	const struct rpc_interface *interface;
	const struct rpc_context *ctx;
	bool dead;                           // what came was no DCE/RPC, or broke its rules
	bool bound;                          // a bind was acknowledged
	uint16_t fragment_len_max;           // of what we send
	uint16_t contexts[RPC_CONTEXTS_MAX]; // accepted presentation contexts' ids
	size_t context_count;
	struct pipe_request request;
	struct pipe_output output;
	size_t input_len;
	uint8_t input[DCERPC_FRAGMENT_LEN_MAX]; // the fragment that is not complete yet
};

// Room for a message of at most len bytes at the end of the output; NULL when memory is out or
// RPC_OUTPUT_LEN_MAX is reached, which kills the pipe. pipe_output_add() says how long it became.
uint8_t *pipe_output_room(struct rpc_pipe *pipe, size_t len) WARN_UNUSED;
void pipe_output_add(struct rpc_pipe *pipe, size_t len);
size_t pipe_output_message_len(const struct pipe_output *out);
size_t pipe_output_take(struct pipe_output *out, struct writer *w, size_t max);
void pipe_output_done(struct pipe_output *out);

// One whole PDU.
void pipe_pdu_handle(struct rpc_pipe *pipe, struct span pdu);
void pipe_bind_handle(struct rpc_pipe *pipe, const struct dcerpc_header *h, struct reader *r);
void pipe_bind_nak(struct rpc_pipe *pipe, uint32_t call_id, enum dcerpc_nak_reason reason);
void pipe_request_handle(struct rpc_pipe *pipe, const struct dcerpc_header *h, struct reader *r);
void pipe_request_forget(struct pipe_request *q);
void pipe_fault(struct rpc_pipe *pipe, uint32_t call_id, uint16_t p_cont_id, uint32_t status);

bool pipe_context_known(const struct rpc_pipe *pipe, uint16_t id);

#endif
