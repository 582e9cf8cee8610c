// SPDX-License-Identifier: Apache-2.0
// The interfaces that are asked for over SMB, by the names that their specifications give them.
#ifndef SIGNET_CLIENT_RPC_RPC_SERVICES_H
#define SIGNET_CLIENT_RPC_RPC_SERVICES_H

#include "wire/dcerpc/bind.h"

struct rpc_service {
	const char *pipe;      // on IPC$
	const char *interface; // "MS-RPRN"
	const char *uuid;
	uint16_t version;
	// One of its operations makes the host authenticate to whom the caller names. It is never called.
	bool coercion;
};

extern const struct rpc_service rpc_services[];
extern const size_t rpc_service_count;

struct dcerpc_syntax rpc_service_syntax(const struct rpc_service *s);
// The first behind this pipe; NULL: there is none.
const struct rpc_service *rpc_service_find(const char *pipe) WARN_UNUSED;

#endif
