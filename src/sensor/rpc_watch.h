// SPDX-License-Identifier: Apache-2.0
// DCE/RPC on one named pipe (C706, MS-RPCE): which interfaces were bound, which operations called, and the
// one argument that counts where it is in clear.
//
// pipe: lower case, without "\PIPE\". interface: the short name of rpc_names.c ("svcctl", "efsrpc", ...),
// NULL when it is another one; uuid: NULL when the bind was not seen. operation: as its specification names
// it
// ("RCreateServiceW"). argument: the UNC path of what may coerce, a service or a task as "NAME: COMMAND
// LINE", a registry key, an account; as the caller wrote it.
#ifndef SIGNET_SENSOR_RPC_WATCH_H
#define SIGNET_SENSOR_RPC_WATCH_H

#include <stdbool.h>

#include "base/attributes.h"
#include "base/span.h"
#include "event/event_watch.h"

enum {
	RPC_WATCH_FRAGMENT_LEN_MAX = 65535, // as a fragment can say
	RPC_WATCH_KEPT_LEN_MAX = 16384,     // of a fragment that comes in pieces, and of a call's arguments
	RPC_WATCH_CONTEXTS_MAX = 256,       // of a pipe
	RPC_WATCH_ARGUMENT_LEN_MAX = 1024,  // bytes of UTF-8, with the NUL
};

struct rpc_watch;
struct rpc_logon;

struct rpc_watch *rpc_watch_new(const char *pipe) WARN_UNUSED; // its name, copied; NULL when memory is out
void rpc_watch_free(struct rpc_watch *w);                      // NULL is fine
// Bytes written to (or answered from) the pipe, in order; fragments may be split anywhere.
// call: for each call seen whole, with what is known of it, borrowed.
void rpc_watch_request_bytes(struct rpc_watch *w, struct span bytes,
	void (*call)(void *context, const struct event_rpc *rpc), void *context);
void rpc_watch_answer_bytes(struct rpc_watch *w, struct span bytes);
// Who logged on within the calls themselves; NULL: nobody did. Until the next bytes.
const struct rpc_logon *rpc_watch_logon(const struct rpc_watch *w);
// Bytes are missing in one direction: it goes on with the next fragment that can be told.
void rpc_watch_gap(struct rpc_watch *w);

#endif
