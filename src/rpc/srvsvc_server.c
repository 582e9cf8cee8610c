// SPDX-License-Identifier: Apache-2.0
// NetrServerGetInfo (MS-SRVS 3.1.4.17) and NetrRemoteTOD (3.1.4.21).
#include "rpc/srvsvc.h"

#include <time.h>

#include "base/filetime.h"
#include "rpc/level_call.h"
#include "wire/dcerpc/pdu.h"

enum {
	SV_TYPE_DEFAULT = 0x9003, // workstation, server, NT, NT server
	DISC_MINUTES = 15,
	ANNOUNCE_SECONDS = 240,
	ANNDELTA_MS = 3000,
	LICENSES = 100000,           // sv102_licenses is not used for anything; what other servers say
	TIME_INTERVAL_TICKS = 10000, // of the clock, in 0.0001 s
};

static void fixed_102(struct ndr_writer *n, const struct rpc_server_info *info)
{
	ndr_write_u32(n, info->users_max);
	ndr_write_u32(n, DISC_MINUTES);
	ndr_write_u32(n, 0); // hidden
	ndr_write_u32(n, ANNOUNCE_SECONDS);
	ndr_write_u32(n, ANNDELTA_MS);
	ndr_write_u32(n, LICENSES);
	ndr_write_pointer(n, true); // userpath
}

static void server_info_encode(struct ndr_writer *n, uint32_t level, const struct rpc_server_info *info)
{
	ndr_write_pointer(n, true);
	ndr_write_u32(n, PLATFORM_ID_NT);
	ndr_write_pointer(n, true); // name
	if (level >= LEVEL_101) {
		ndr_write_u32(n, info->version_major);
		ndr_write_u32(n, info->version_minor);
		ndr_write_u32(n, info->server_type != 0 ? info->server_type : SV_TYPE_DEFAULT);
		ndr_write_pointer(n, true); // comment
	}
	if (level >= LEVEL_102)
		fixed_102(n, info);
	ndr_write_string(n, info->name);
	if (level >= LEVEL_101)
		ndr_write_string(n, info->comment);
	if (level >= LEVEL_102)
		ndr_write_string(n, "C:\\");
}

uint32_t srvsvc_server_get_info(struct rpc_call *call)
{
	return level_call_server_info(call, server_info_encode);
}

// TIME_OF_DAY_INFO (MS-SRVS 2.2.4.105)
static void time_encode(struct ndr_writer *n, time_t now, uint32_t hundredths)
{
	struct tm utc = { 0 };
	struct tm local = { 0 };
	(void)gmtime_r(&now, &utc);
	(void)localtime_r(&now, &local);
	ndr_write_u32(n, (uint32_t)now); // tod_elapsedt
	ndr_write_u32(n, (uint32_t)monotonic_ms());
	ndr_write_u32(n, (uint32_t)utc.tm_hour);
	ndr_write_u32(n, (uint32_t)utc.tm_min);
	ndr_write_u32(n, (uint32_t)utc.tm_sec);
	ndr_write_u32(n, hundredths);
	ndr_write_u32(n, (uint32_t)(-local.tm_gmtoff / 60)); // minutes west of UTC
	ndr_write_u32(n, TIME_INTERVAL_TICKS);
	ndr_write_u32(n, (uint32_t)utc.tm_mday);
	ndr_write_u32(n, (uint32_t)utc.tm_mon + 1);
	ndr_write_u32(n, (uint32_t)utc.tm_year + 1900);
	ndr_write_u32(n, (uint32_t)utc.tm_wday);
}

uint32_t srvsvc_remote_tod(struct rpc_call *call)
{
	(void)ndr_read_string_pointer(&call->in, call->arena); // ServerName
	if (!reader_ok(&call->in))
		return NCA_FAULT_NDR;
	struct timespec now = { 0 };
	(void)clock_gettime(CLOCK_REALTIME, &now);
	ndr_write_pointer(&call->out, true);
	time_encode(&call->out, now.tv_sec, (uint32_t)(now.tv_nsec / 10000000));
	ndr_write_u32(&call->out, WERROR_SUCCESS);
	return 0;
}
