// SPDX-License-Identifier: Apache-2.0
// A named pipe of a server with a DCE/RPC service behind it, from the caller's side (MS-RPCE 2.1.1.2): open,
// bind one interface, call its operations, one at a time, blocking. Without authentication of its own: the
// session is who calls.
#ifndef SIGNET_CLIENT_RPC_RPC_CHANNEL_H
#define SIGNET_CLIENT_RPC_RPC_CHANNEL_H

#include "client/client.h"
#include "client/rpc/rpc_answer.h"

enum {
	RPC_CALL_LEN_MAX = 2048, // stub of a request: one fragment
	RPC_READS_MAX = 2048,    // until an answer must be whole
};

struct rpc_channel {
	struct client *client;
	uint32_t tree_id; // of IPC$
	struct smb2_file_id file;
	bool open;
	uint32_t call_id; // of the last request
};

// Opens the pipe of this name ("srvsvc"). 0 with the server's answer to CREATE, or a negative errno.
int rpc_channel_open(struct rpc_channel *ch, struct client *c, uint32_t ipc_tree, const char *pipe,
	struct nt_status *status) WARN_UNUSED;
// Closes it, if it is open and the connection still works.
void rpc_channel_close(struct rpc_channel *ch);

// How a bind ended.
struct rpc_bind_end {
	bool accepted;
	enum rpc_answer_kind kind; // RPC_ANSWER_BIND_ACK also for a rejection
	uint16_t reason;           // of p_provider_reason_t, or of the bind_nak
};

// *status: the pipe's; not success (nor a warning): there is no answer. -EPROTO: what came was no answer.
int rpc_channel_bind(struct rpc_channel *ch, const struct dcerpc_syntax *interface, struct rpc_bind_end *end,
	struct nt_status *status) WARN_UNUSED;
// A call. The answer, a stub or a fault, must have been initialised with rpc_answer_init and is the caller's
// to end, whatever is returned. *status and faults as above.
int rpc_channel_call(struct rpc_channel *ch, uint16_t opnum, struct span stub, struct rpc_answer *answer,
	struct nt_status *status) WARN_UNUSED;

#endif
