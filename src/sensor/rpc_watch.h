// SPDX-License-Identifier: Apache-2.0
// DCE/RPC on one named pipe (C706, MS-RPCE): which interfaces were bound, which operations called, and the
// one argument that counts where it is in clear.
#ifndef SIGNET_SENSOR_RPC_WATCH_H
#define SIGNET_SENSOR_RPC_WATCH_H

#include <stdbool.h>

#include "base/attributes.h"
#include "base/span.h"
#include "event/event_watch.h"

enum { RPC_WATCH_FRAGMENT_LEN_MAX = 65535 };

struct rpc_watch;

// call: for each request seen, with what is known of it; borrowed. pipe: its name, copied.
struct rpc_watch *rpc_watch_new(const char *pipe, void (*call)(void *context, const struct event_rpc *rpc),
	void *context) WARN_UNUSED;
void rpc_watch_free(struct rpc_watch *w); // NULL is fine
// Bytes written to (or answered from) the pipe, in order; fragments may be split anywhere.
void rpc_watch_request_bytes(struct rpc_watch *w, struct span bytes);
void rpc_watch_answer_bytes(struct rpc_watch *w, struct span bytes);
// Bytes are missing in one direction: it goes on with the next fragment that can be told.
void rpc_watch_gap(struct rpc_watch *w);

#endif
