// SPDX-License-Identifier: Apache-2.0
// KERB_VALIDATION_INFO (MS-PAC 2.5), the part of a ticket's PAC that says who somebody is in a domain: an
// NDR structure in type serialization (MS-RPCE 2.2.6). Whether the PAC is genuine is not judged here.
#ifndef SIGNET_WIRE_KERBEROS_PAC_LOGON_INFO_H
#define SIGNET_WIRE_KERBEROS_PAC_LOGON_INFO_H

#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/attributes.h"
#include "base/reader.h"
#include "wire/dtyp/sid.h"

enum {
	PAC_LOGON_INFO_LEN_MAX = 256 * 1024,
	PAC_SIDS_MAX = 1024, // of each of its three lists; Windows' tokens stop at 1,015

	PAC_USER_EXTRA_SIDS = 0x20,       // user_flags: the list of extra SIDs counts
	PAC_USER_RESOURCE_GROUPS = 0x200, // likewise that of resource groups

	PAC_ACCOUNT_DISABLED = 0x1, // user_account_control (MS-SAMR 2.2.1.12)

	PAC_GROUP_ENABLED = 0x4, // SE_GROUP_ENABLED
	PAC_GROUP_USE_FOR_DENY_ONLY = 0x10,
};

struct pac_sid {
	struct sid sid;
	uint32_t attributes; // PAC_GROUP_*
};

struct pac_logon_info {
	const char *effective_name;    // account, UTF-8
	const char *logon_domain_name; // NetBIOS name of its domain
	struct sid logon_domain_id;
	uint32_t user_id; // RID in that domain
	uint32_t primary_group_id;
	uint32_t user_flags;
	uint32_t user_account_control;
	// All groups as SIDs: those of the domain, then extra ones, then those of the resource domain; of the
	// latter two only what user_flags lets count.
	struct pac_sid *groups;
	size_t group_count;
};

// What is pointed to is in the arena.
enum verdict pac_logon_info_decode(
	struct span bytes, struct arena *a, struct pac_logon_info *out) WARN_UNUSED;

#endif
