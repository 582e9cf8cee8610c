// SPDX-License-Identifier: Apache-2.0
// The workstation service (MS-WKST 3.2.4): who this machine is.
#include "rpc/level_call.h"

static void wksta_info_encode(struct ndr_writer *n, uint32_t level, const struct rpc_server_info *info)
{
	ndr_write_pointer(n, true);
	ndr_write_u32(n, PLATFORM_ID_NT);
	ndr_write_pointer(n, true); // wki_computername
	ndr_write_pointer(n, true); // wki_langroup
	ndr_write_u32(n, info->version_major);
	ndr_write_u32(n, info->version_minor);
	if (level >= LEVEL_101)
		ndr_write_pointer(n, true); // wki_lanroot
	if (level >= LEVEL_102)
		ndr_write_u32(n, info->users_logged);
	ndr_write_string(n, info->name);
	ndr_write_string(n, info->domain);
	if (level >= LEVEL_101)
		ndr_write_string(n, "");
}

// NetrWkstaGetInfo (MS-WKST 3.2.4.1)
static uint32_t wksta_get_info(struct rpc_call *call)
{
	return level_call_server_info(call, wksta_info_encode);
}

// NetrWkstaUserEnum (MS-WKST 3.2.4.3): who is logged on is for administrators.
static uint32_t wksta_user_enum(struct rpc_call *call)
{
	return level_call_deny_enum(call, 1); // ServerName
}

static const struct rpc_operation OPERATIONS[] = {
	{ 0, "NetrWkstaGetInfo", wksta_get_info },
	{ 2, "NetrWkstaUserEnum", wksta_user_enum },
};

// 6bffd098-a112-3610-9833-46c3f87e345a, version 1.0
const struct rpc_interface rpc_wkssvc = {
	.pipe = "wkssvc",
	.syntax = {
		.uuid = { 0x98, 0xd0, 0xff, 0x6b, 0x12, 0xa1, 0x10, 0x36, 0x98, 0x33, 0x46, 0xc3, 0xf8, 0x7e, 0x34, 0x5a },
		.version = 1,
	},
	.operations = OPERATIONS,
	.operation_count = sizeof(OPERATIONS) / sizeof(OPERATIONS[0]),
};
