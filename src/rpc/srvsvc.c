// SPDX-License-Identifier: Apache-2.0
#include "rpc/srvsvc.h"

static const struct rpc_operation OPERATIONS[] = {
	{ 8, "NetrConnectionEnum", srvsvc_connection_enum },
	{ 9, "NetrFileEnum", srvsvc_file_enum },
	{ 12, "NetrSessionEnum", srvsvc_session_enum },
	{ 15, "NetrShareEnum", srvsvc_share_enum },
	{ 16, "NetrShareGetInfo", srvsvc_share_get_info },
	{ 21, "NetrServerGetInfo", srvsvc_server_get_info },
	{ 28, "NetrRemoteTOD", srvsvc_remote_tod },
	{ 36, "NetrShareEnumSticky", srvsvc_share_enum_sticky },
};

// 4b324fc8-1670-01d3-1278-5a47bf6ee188, version 3.0
const struct rpc_interface rpc_srvsvc = {
	.pipe = "srvsvc",
	.syntax = {
		.uuid = { 0xc8, 0x4f, 0x32, 0x4b, 0x70, 0x16, 0xd3, 0x01, 0x12, 0x78, 0x5a, 0x47, 0xbf, 0x6e, 0xe1, 0x88 },
		.version = 3,
	},
	.operations = OPERATIONS,
	.operation_count = sizeof(OPERATIONS) / sizeof(OPERATIONS[0]),
};
