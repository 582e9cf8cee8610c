// SPDX-License-Identifier: Apache-2.0
#include "rpc/level_call.h"

#include "wire/dcerpc/pdu.h"

uint32_t level_call_server_info(struct rpc_call *call,
	void (*encode)(struct ndr_writer *n, uint32_t level, const struct rpc_server_info *info))
{
	(void)ndr_read_string_pointer(&call->in, call->arena); // ServerName
	uint32_t level = ndr_read_u32(&call->in);
	if (!reader_ok(&call->in))
		return NCA_FAULT_NDR;
	struct rpc_server_info info = { 0 };
	call->ctx->server_info(call->ctx->user, call->arena, &info);
	bool known = level >= LEVEL_100 && level <= LEVEL_102;
	ndr_write_u32(&call->out, level);
	if (known)
		encode(&call->out, level, &info);
	else
		ndr_write_pointer(&call->out, false);
	ndr_write_u32(&call->out, known ? WERROR_SUCCESS : WERROR_INVALID_LEVEL);
	return 0;
}

uint32_t level_call_deny_enum(struct rpc_call *call, int strings)
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
