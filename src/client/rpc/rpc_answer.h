// SPDX-License-Identifier: Apache-2.0
// What a server's end of a pipe answers, put together from whatever pieces come out of it: bytes to
// fragments, fragments to one answer. Pure: no network, everything bounded.
#ifndef SIGNET_CLIENT_RPC_RPC_ANSWER_H
#define SIGNET_CLIENT_RPC_RPC_ANSWER_H

#include "base/arena.h"
#include "wire/dcerpc/bind.h"
#include "wire/dcerpc/pdu.h"

enum {
	RPC_ANSWER_LEN_MAX = 1 << 20,   // stub bytes, all fragments together
	RPC_ANSWER_FRAGMENTS_MAX = 512, // of one answer
};

enum rpc_answer_kind {
	RPC_ANSWER_UNFINISHED, // more bytes are needed
	RPC_ANSWER_STUB,       // a response
	RPC_ANSWER_FAULT,
	RPC_ANSWER_BIND_ACK,
	RPC_ANSWER_BIND_NAK,
};

struct rpc_answer {
	enum rpc_answer_kind kind;
	uint32_t call_id;            // of the request; an answer to another one is VERDICT_BAD_VALUE
	uint32_t fault;              // NCA_*
	uint16_t nak_reason;         // enum dcerpc_nak_reason
	struct dcerpc_bind_ack bind; // sec_addr is not kept
	uint8_t *stub;               // owned
	size_t stub_len;
	size_t stub_cap;
	struct arena_account *account; // who pays for it; NULL: nobody
	unsigned fragments;
	uint8_t fragment[DCERPC_FRAGMENT_LEN_MAX]; // the one that is not whole yet
	size_t fragment_len;
};

void rpc_answer_init(struct rpc_answer *a, uint32_t call_id);
void rpc_answer_done(struct rpc_answer *a);
// The next bytes. VERDICT_TRAILING: bytes behind the end; VERDICT_TOO_LONG: beyond the limits above, or
// memory is out. After another verdict than OK the answer is worth nothing.
enum verdict rpc_answer_add(struct rpc_answer *a, struct span bytes) WARN_UNUSED;

#endif
