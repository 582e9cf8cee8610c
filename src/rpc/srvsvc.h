// SPDX-License-Identifier: Apache-2.0
// The operations of the server service (MS-SRVS 3.1.4), by file: srvsvc_share_enum.c,
// srvsvc_share.c, srvsvc_server.c, srvsvc_denied.c; their table is in srvsvc.c.
#ifndef SIGNET_RPC_SRVSVC_H
#define SIGNET_RPC_SRVSVC_H

#include "rpc/interface.h"

uint32_t srvsvc_share_enum(struct rpc_call *call);
uint32_t srvsvc_share_enum_sticky(struct rpc_call *call);
uint32_t srvsvc_share_get_info(struct rpc_call *call);
uint32_t srvsvc_server_get_info(struct rpc_call *call);
uint32_t srvsvc_remote_tod(struct rpc_call *call);
uint32_t srvsvc_connection_enum(struct rpc_call *call);
uint32_t srvsvc_file_enum(struct rpc_call *call);
uint32_t srvsvc_session_enum(struct rpc_call *call);

// How one level of SHARE_INFO is written (MS-SRVS 2.2.4.22 to 2.2.4.29): the fixed parts of all
// elements come first, then what their pointers point at.
struct srvsvc_share_level {
	uint32_t level;
	bool enumerated; // NetrShareEnum has it, not only NetrShareGetInfo
	void (*fixed)(struct ndr_writer *n, const struct rpc_share *share);
	void (*pointees)(struct ndr_writer *n, const struct rpc_share *share);
};

// NULL for a level that we do not have.
const struct srvsvc_share_level *srvsvc_share_level_find(uint32_t level);
// STYPE_* (MS-SRVS 2.2.2.4)
uint32_t srvsvc_share_type(const struct rpc_share *share);

#endif
