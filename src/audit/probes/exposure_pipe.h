// SPDX-License-Identifier: Apache-2.0
// The pipes behind IPC$: whether they open and which interface answers, and calls to one that does.
#ifndef SIGNET_AUDIT_PROBES_EXPOSURE_PIPE_H
#define SIGNET_AUDIT_PROBES_EXPOSURE_PIPE_H

#include "audit/probes/exposure_session.h"
#include "client/rpc/rpc_channel.h"
#include "client/rpc/rpc_services.h"

struct exposure_pipe {
	struct exposure *e;
	struct rpc_channel channel;
	bool answered;        // the host said yes or no; else it cannot be told
	bool bound;           // the interface is there
	const char *sent;     // for evidence
	const char *received; // likewise, or why it cannot be told
};

// Opens the pipe and binds the interface; answered, bound, sent and received say how it went. close in any
// case.
void exposure_pipe_open(struct exposure_pipe *pipe, struct exposure *e, const struct rpc_service *service);
void exposure_pipe_close(struct exposure_pipe *pipe);

// A call; true when it was answered with a stub, which is the answer's. Otherwise received says what came,
// and answered whether that was a refusal by the host.
bool exposure_pipe_call(struct exposure_pipe *pipe, const char *operation, uint16_t opnum, struct span stub,
	struct rpc_answer *answer) WARN_UNUSED;
// What an operation itself answered: refused, or nothing to go on with.
void exposure_pipe_refused(struct exposure_pipe *pipe, const char *operation, uint32_t code);
void exposure_pipe_untold(struct exposure_pipe *pipe, const char *why);

// All services of client/rpc/rpc_services.h: facts->pipes gets or completes one for each.
void exposure_try_pipes(struct exposure *e);

#endif
