// SPDX-License-Identifier: Apache-2.0
// SHARE_INFO_* and NetrShareGetInfo (MS-SRVS 3.1.4.10).
#include "rpc/srvsvc.h"

#include <stdio.h>

#include "wire/dcerpc/pdu.h"

#define STYPE_SPECIAL 0x80000000u

enum { PATH_LEN_MAX = 512 };

uint32_t srvsvc_share_type(const struct rpc_share *share)
{
	return (uint32_t)share->kind | (share->special ? STYPE_SPECIAL : 0);
}

static void fixed_0(struct ndr_writer *n, const struct rpc_share *share)
{
	(void)share;
	ndr_write_pointer(n, true); // netname
}

static void pointees_0(struct ndr_writer *n, const struct rpc_share *share)
{
	ndr_write_string(n, share->name);
}

static void fixed_1(struct ndr_writer *n, const struct rpc_share *share)
{
	ndr_write_pointer(n, true); // netname
	ndr_write_u32(n, srvsvc_share_type(share));
	ndr_write_pointer(n, true); // remark
}

static void pointees_1(struct ndr_writer *n, const struct rpc_share *share)
{
	ndr_write_string(n, share->name);
	ndr_write_string(n, share->comment);
}

static void fixed_2(struct ndr_writer *n, const struct rpc_share *share)
{
	fixed_1(n, share);
	ndr_write_u32(n, 0); // permissions: only for share-level security
	ndr_write_u32(n, share->max_uses);
	ndr_write_u32(n, share->current_uses);
	ndr_write_pointer(n, true); // path
	ndr_write_pointer(n, true); // passwd
}

// Where a share lies on the server is nobody's business; clients that show a path get a made-up one.
static void write_path(struct ndr_writer *n, const struct rpc_share *share)
{
	char path[PATH_LEN_MAX] = "";
	if (share->kind == RPC_SHARE_DISK)
		(void)snprintf(path, sizeof(path), "C:\\%s", share->name);
	ndr_write_string(n, path);
}

static void pointees_2(struct ndr_writer *n, const struct rpc_share *share)
{
	pointees_1(n, share);
	write_path(n, share);
	ndr_write_string(n, "");
}

static void fixed_501(struct ndr_writer *n, const struct rpc_share *share)
{
	fixed_1(n, share);
	ndr_write_u32(n, share->csc_flags);
}

// The share's own security descriptor stays untold, as Samba does for a share without one.
static void fixed_502(struct ndr_writer *n, const struct rpc_share *share)
{
	fixed_2(n, share);
	ndr_write_u32(n, 0);
	ndr_write_pointer(n, false);
}

static void fixed_1005(struct ndr_writer *n, const struct rpc_share *share)
{
	ndr_write_u32(n, share->csc_flags);
}

static void pointees_1005(struct ndr_writer *n, const struct rpc_share *share)
{
	(void)n;
	(void)share;
}

static const struct srvsvc_share_level LEVELS[] = {
	{ 0, true, fixed_0, pointees_0 },
	{ 1, true, fixed_1, pointees_1 },
	{ 2, true, fixed_2, pointees_2 },
	{ 501, true, fixed_501, pointees_1 },
	{ 502, true, fixed_502, pointees_2 },
	{ 1005, false, fixed_1005, pointees_1005 },
};

const struct srvsvc_share_level *srvsvc_share_level_find(uint32_t level)
{
	for (size_t i = 0; i < sizeof(LEVELS) / sizeof(LEVELS[0]); i++) {
		if (LEVELS[i].level == level)
			return &LEVELS[i];
	}
	return NULL;
}

uint32_t srvsvc_share_get_info(struct rpc_call *call)
{
	(void)ndr_read_string_pointer(&call->in, call->arena);      // ServerName
	const char *name = ndr_read_string(&call->in, call->arena); // NetName
	uint32_t level_asked = ndr_read_u32(&call->in);
	if (!reader_ok(&call->in))
		return NCA_FAULT_NDR;
	const struct srvsvc_share_level *level = srvsvc_share_level_find(level_asked);
	struct rpc_share share = { 0 };
	uint32_t result = WERROR_SUCCESS;
	if (level == NULL)
		result = WERROR_INVALID_LEVEL;
	else if (!call->ctx->share_find(call->ctx->user, call->arena, name, &share))
		result = WERROR_NET_NAME_NOT_FOUND;
	ndr_write_u32(&call->out, level_asked);
	ndr_write_pointer(&call->out, result == WERROR_SUCCESS);
	if (result == WERROR_SUCCESS) {
		level->fixed(&call->out, &share);
		level->pointees(&call->out, &share);
	}
	ndr_write_u32(&call->out, result);
	return 0;
}
