// SPDX-License-Identifier: Apache-2.0
// What the services' calls with an information level have in common: they name the server, then the level,
// and their answers begin with it.
#ifndef SIGNET_RPC_LEVEL_CALL_H
#define SIGNET_RPC_LEVEL_CALL_H

#include "rpc/interface.h"

// The levels of NetrServerGetInfo (MS-SRVS 2.2.3.7) and of NetrWkstaGetInfo (MS-WKST 2.2.4.1).
enum { LEVEL_100 = 100, LEVEL_101 = 101, LEVEL_102 = 102 };
enum { PLATFORM_ID_NT = 500 }; // MS-SRVS 2.2.2.6

// Serves a call that asks about this machine. encode writes the structure of a level from LEVEL_100 to
// LEVEL_102; of others the caller is told that there are none. Returns 0, or the fault of a bad request.
uint32_t level_call_server_info(struct rpc_call *call,
	void (*encode)(struct ndr_writer *n, uint32_t level, const struct rpc_server_info *info));

// Serves an enumeration with as many strings before its level by refusing it: ERROR_ACCESS_DENIED, and an
// answer that is complete, for else clients call it broken. Returns 0, or the fault of a bad request.
uint32_t level_call_deny_enum(struct rpc_call *call, int strings);

#endif
