// SPDX-License-Identifier: Apache-2.0
// A server to ask: the same names and shares as the one that captured.h was recorded from.
#ifndef SIGNET_TESTS_UNIT_RPC_FIXTURE_H
#define SIGNET_TESTS_UNIT_RPC_FIXTURE_H

#include "rpc/pipe.h"
#include "wire/dcerpc/pdu.h"

struct fixture {
	struct rpc_context ctx;
	struct rpc_pipe *pipe;
	size_t extra_shares; // further shares named share0000, share0001, ...
};

// A pipe that nothing was written to yet.
struct fixture *fixture_new(const char *pipe);
// A pipe that has bound its interface.
struct fixture *fixture_bound(const char *pipe);
void fixture_free(struct fixture *f);

// Hexadecimal text to bytes; returns their count.
size_t unhex(const char *hex, uint8_t *out, size_t cap);
// Writes one PDU of type with the given body and flags.
size_t make_pdu(uint8_t *out, size_t cap, enum dcerpc_type type, uint8_t flags, struct span body);
// Writes a request in one fragment, for context 0.
size_t make_request(uint8_t *out, size_t cap, uint16_t opnum, struct span stub);
// Reads one message; fails the test unless there is one. Returns its length.
size_t read_message(struct rpc_pipe *pipe, uint8_t *out, size_t cap);
// Sends a request and puts the fragments of the answer together; returns the stub's length.
size_t call_pipe(struct rpc_pipe *pipe, uint16_t opnum, struct span stub, uint8_t *out, size_t cap);
// Reads one message that must be a fault; returns its status.
uint32_t read_fault(struct rpc_pipe *pipe);

#endif
