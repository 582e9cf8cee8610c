// SPDX-License-Identifier: Apache-2.0
#include "client/rpc/rpc_services.h"

#include <string.h>

#include "wire/dtyp/guid.h"

const struct rpc_service rpc_services[] = {
	{ "srvsvc", "MS-SRVS", "4b324fc8-1670-01d3-1278-5a47bf6ee188", 3, false },
	{ "wkssvc", "MS-WKST", "6bffd098-a112-3610-9833-46c3f87e345a", 1, false },
	{ "samr", "MS-SAMR", "12345778-1234-abcd-ef00-0123456789ac", 1, false },
	{ "lsarpc", "MS-LSAD", "12345778-1234-abcd-ef00-0123456789ab", 0, false },
	{ "netlogon", "MS-NRPC", "12345678-1234-abcd-ef00-01234567cffb", 1, false },
	{ "winreg", "MS-RRP", "338cd001-2244-31f1-aaaa-900038001003", 1, false },
	{ "svcctl", "MS-SCMR", "367abb81-9844-35f1-ad32-98f038001003", 2, false },
	{ "atsvc", "MS-TSCH", "1ff70682-0a51-30e8-076d-740be8cee98b", 1, false },
	{ "spoolss", "MS-RPRN", "12345678-1234-abcd-ef00-0123456789ab", 1, true },
	{ "efsrpc", "MS-EFSR", "df1941c5-fe89-4e79-bf10-463657acf44d", 1, true },
	{ "lsarpc", "MS-EFSR", "c681d488-d850-11d0-8c52-00c04fd90f7e", 1, true },
	{ "netdfs", "MS-DFSNM", "4fc742e0-4a10-11cf-8273-00aa004ae673", 3, true },
	{ "FssagentRpc", "MS-FSRVP", "a8e0653c-2744-4389-a61d-7373df8b2292", 1, true },
	{ "eventlog", "MS-EVEN", "82273fdc-e32a-18c3-3f78-827929dc23ea", 0, true },
};
const size_t rpc_service_count = ARRAY_LEN(rpc_services);

struct dcerpc_syntax rpc_service_syntax(const struct rpc_service *s)
{
	struct dcerpc_syntax syntax = { .version = s->version };
	struct guid g;
	if (guid_from_text(s->uuid, &g))
		memcpy(syntax.uuid, g.bytes, sizeof(syntax.uuid));
	return syntax;
}

const struct rpc_service *rpc_service_find(const char *pipe)
{
	for (size_t i = 0; i < rpc_service_count; i++) {
		if (strcmp(rpc_services[i].pipe, pipe) == 0)
			return &rpc_services[i];
	}
	return NULL;
}
