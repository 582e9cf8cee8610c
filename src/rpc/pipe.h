// SPDX-License-Identifier: Apache-2.0
// A message-mode named pipe with a DCE/RPC service behind it: what an open of \srvsvc on IPC$ is.
//
// Bytes go in with write or transceive, whole PDUs come out with read. A pipe handles one call at a
// time and never blocks: the answer is there when the last fragment of a request has been written.
// Not thread-safe: the caller serialises what it does with one pipe; different pipes are independent.
#ifndef SIGNET_RPC_PIPE_H
#define SIGNET_RPC_PIPE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/attributes.h"
#include "base/nt_status.h"
#include "base/span.h"
#include "base/writer.h"
#include "rpc/rpc_context.h"

enum {
	RPC_REQUEST_LEN_MAX = 64 * 1024,        // stub bytes of one call, all fragments together
	RPC_RESPONSE_LEN_MAX = 4 * 1024 * 1024, // stub bytes of one answer
	RPC_CALL_FRAGMENTS_MAX = 256,           // fragments of one request
	RPC_OUTPUT_LEN_MAX = 8 * 1024 * 1024,   // answers not yet read, in bytes
	RPC_CONTEXTS_MAX = 8,                   // accepted presentation contexts of one pipe
};

struct rpc_pipe;

// Whether a pipe of this name (without a leading backslash, any case) is served.
bool rpc_pipe_exists(const char *name);
// NULL when there is no such pipe or memory is out. The context is borrowed until rpc_pipe_free().
struct rpc_pipe *rpc_pipe_new(const char *name, const struct rpc_context *ctx) WARN_UNUSED;
void rpc_pipe_free(struct rpc_pipe *pipe); // NULL is allowed

// Takes any number of bytes: parts of a fragment, one, or several. SUCCESS means that they were
// taken; a refusal inside the protocol (bind_nak, fault) is an answer to read.
// PIPE_DISCONNECTED after bytes that are no DCE/RPC (the pipe is dead from then on),
// INSUFFICIENT_RESOURCES when too many answers wait unread.
struct nt_status rpc_pipe_write(struct rpc_pipe *pipe, struct span bytes) WARN_UNUSED;

// Appends up to max bytes of the oldest waiting message (one PDU) to w.
// SUCCESS; BUFFER_OVERFLOW with max bytes when the message has more (the next read goes on there;
// *more is true); PIPE_EMPTY when nothing waits (the caller may keep the read pending);
// PIPE_DISCONNECTED when the pipe is dead and drained. w must have room for max bytes.
struct nt_status rpc_pipe_read(struct rpc_pipe *pipe, struct writer *w, size_t max, bool *more) WARN_UNUSED;

// FSCTL_PIPE_TRANSCEIVE (MS-FSCC 2.3.45): write, then read. PIPE_BUSY while an answer is unread.
struct nt_status rpc_pipe_transceive(
	struct rpc_pipe *pipe, struct span in, struct writer *w, size_t max, bool *more) WARN_UNUSED;

// Bytes that wait to be read, of all messages and of the oldest one: for FSCTL_PIPE_PEEK and
// FilePipeLocalInformation.
size_t rpc_pipe_readable(const struct rpc_pipe *pipe);
size_t rpc_pipe_message_readable(const struct rpc_pipe *pipe);

#endif
