// SPDX-License-Identifier: Apache-2.0
// Private to the sensor: DCE/RPC over TCP (MS-RPCE 2.1.1.1), whatever its port: the endpoint mapper gives
// any. An RPC event for each call to an interface that is known; without a pipe.
#ifndef SIGNET_SENSOR_RPC_STREAM_H
#define SIGNET_SENSOR_RPC_STREAM_H

#include <stdbool.h>

#include "base/attributes.h"
#include "base/span.h"
#include "capture/flow_table.h"

struct sensor_emitter;
struct rpc_stream;

// Whether a connection whose client says this first is one.
bool rpc_stream_is_likely(struct span first);
struct rpc_stream *rpc_stream_new(void) WARN_UNUSED; // NULL when memory is out
void rpc_stream_free(struct rpc_stream *s);          // NULL is fine
void rpc_stream_data(struct rpc_stream *s, struct sensor_emitter *e, const struct flow *f,
	enum flow_side from, struct span bytes);
void rpc_stream_gap(struct rpc_stream *s, enum flow_side from);

#endif
