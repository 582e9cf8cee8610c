// SPDX-License-Identifier: Apache-2.0
// A service behind a pipe as data: its interface, and a row for each operation that it knows. A new
// pipe is a new table of these and its line in interfaces.c.
#ifndef SIGNET_RPC_INTERFACE_H
#define SIGNET_RPC_INTERFACE_H

#include "base/arena.h"
#include "base/reader.h"
#include "rpc/rpc_context.h"
#include "wire/dcerpc/bind.h"
#include "wire/dcerpc/ndr.h"

// Win32 error codes that operations return inside of their answers (MS-ERREF 2.2, MS-SRVS 2.2.2.10).
enum werror {
	WERROR_SUCCESS = 0,
	WERROR_ACCESS_DENIED = 5,
	WERROR_NOT_ENOUGH_MEMORY = 8,
	WERROR_INVALID_LEVEL = 124,
	WERROR_MORE_DATA = 234,
	WERROR_NET_NAME_NOT_FOUND = 2310,
};

// One call while it is answered.
struct rpc_call {
	const struct rpc_context *ctx;
	struct arena *arena;   // until the answer is written
	struct reader in;      // the request's stub
	struct ndr_writer out; // the response's stub
};

struct rpc_operation {
	uint16_t opnum;
	const char *name;
	// 0, or the fault to answer with (NCA_*). May be called again for the same request when the
	// answer did not fit: it must not change anything.
	uint32_t (*run)(struct rpc_call *call);
};

struct rpc_interface {
	const char *pipe; // file name on IPC$
	struct dcerpc_syntax syntax;
	const struct rpc_operation *operations;
	size_t operation_count;
};

extern const struct rpc_interface rpc_srvsvc;
extern const struct rpc_interface rpc_wkssvc;

// The interface behind a pipe of this name in any case; NULL when there is none.
const struct rpc_interface *rpc_interface_find(const char *pipe);
// NULL for an opnum that the interface does not know.
const struct rpc_operation *rpc_operation_find(const struct rpc_interface *interface, uint16_t opnum);

#endif
