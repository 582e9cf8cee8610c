// SPDX-License-Identifier: Apache-2.0
// Who is connected and what is open is for administrators (MS-SRVS 3.1.4.1, 3.1.4.2, 3.1.4.5): the
// calls are understood, so that clients see a plain ERROR_ACCESS_DENIED.
#include "rpc/srvsvc.h"

#include "wire/dcerpc/pdu.h"

// ServerName and further strings come before the level.
static uint32_t deny_enum(struct rpc_call *call, int strings)
{
	for (int i = 0; i < strings; i++)
		(void)ndr_read_string_pointer(&call->in, call->arena);
	uint32_t level = ndr_read_u32(&call->in);
	if (!reader_ok(&call->in))
		return NCA_FAULT_NDR;
	ndr_write_u32(&call->out, level);
	ndr_write_u32(&call->out, level);
	ndr_write_pointer(&call->out, false); // the container
	ndr_write_u32(&call->out, 0);         // TotalEntries
	ndr_write_pointer(&call->out, false); // ResumeHandle
	ndr_write_u32(&call->out, WERROR_ACCESS_DENIED);
	return 0;
}

uint32_t srvsvc_connection_enum(struct rpc_call *call)
{
	return deny_enum(call, 2); // ServerName, Qualifier
}

uint32_t srvsvc_file_enum(struct rpc_call *call)
{
	return deny_enum(call, 3); // ServerName, BasePath, UserName
}

uint32_t srvsvc_session_enum(struct rpc_call *call)
{
	return deny_enum(call, 3); // ServerName, ClientName, UserName
}
