// SPDX-License-Identifier: Apache-2.0
// Who is connected and what is open is for administrators (MS-SRVS 3.1.4.1, 3.1.4.2, 3.1.4.5): the
// calls are understood, so that clients see a plain ERROR_ACCESS_DENIED.
#include "rpc/level_call.h"
#include "rpc/srvsvc.h"

uint32_t srvsvc_connection_enum(struct rpc_call *call)
{
	return level_call_deny_enum(call, 2); // ServerName, Qualifier
}

uint32_t srvsvc_file_enum(struct rpc_call *call)
{
	return level_call_deny_enum(call, 3); // ServerName, BasePath, UserName
}

uint32_t srvsvc_session_enum(struct rpc_call *call)
{
	return level_call_deny_enum(call, 3); // ServerName, ClientName, UserName
}
