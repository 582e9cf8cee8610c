// SPDX-License-Identifier: Apache-2.0
#include "auth/kerberos_identity.h"

#include <string.h>

#include "auth/kerberos_setup.h"
#include "wire/kerberos/pac_logon_info.h"

enum {
	NT_USERS_RID = 513, // the primary group of local accounts ("None")
	WELL_KNOWN_GROUPS = 3,
	NT_AUTHORITY = 5,
	AUTHENTICATION_AUTHORITY = 18, // S-1-18-1: the KDC asserted it, S-1-18-2: a service did
	DOMAIN_SUB_AUTHORITY = 21,     // S-1-5-21-...: accounts of a domain or machine
};

// What Windows gives everybody who came over the network.
static size_t well_known_add(struct sid *groups, size_t count)
{
	groups[count++] = sid_everyone;
	groups[count++] = sid_network;
	groups[count++] = sid_authenticated_users;
	return count;
}

// --- without a PAC ------------------------------------------------------------------------------------

// The primary group and the configuration's. 0 when there are too many: leaving some out could leave out
// the one that an ACL denies something.
static size_t account_groups(const struct account_db *db, uint32_t rid, struct sid *groups)
{
	const size_t room = ACCOUNT_TOKEN_GROUPS_MAX - WELL_KNOWN_GROUPS - 1;

	if (!sid_with_rid(account_db_machine_sid(db), NT_USERS_RID, &groups[0]))
		return 0;
	size_t count = account_db_groups_of(db, rid, groups + 1, room);
	return count > room ? 0 : well_known_add(groups, 1 + count);
}

// Principals that differ in case are different people to a KDC, so the name has to be the account's.
static enum auth_reason of_account(const struct auth_exchange_config *config,
	const struct kerberos_proved *proved, const struct identity_fields *fields, struct identity **out)
{
	struct sid groups[ACCOUNT_TOKEN_GROUPS_MAX];
	struct identity_fields mine = *fields; // what it borrows ends with this function
	const struct account *account = account_db_find(config->accounts, proved->name);

	if (!fields->is_home || account == NULL || strcmp(account->name, proved->name) != 0)
		return AUTH_REASON_UNKNOWN_ACCOUNT;
	if (account->disabled)
		return AUTH_REASON_ACCOUNT_DISABLED;
	mine.account = account->name;
	mine.domain = config->names->netbios_computer;
	mine.source = IDENTITY_OF_ACCOUNT;
	mine.user = account->sid;
	mine.groups = groups;
	mine.group_count = account_groups(config->accounts, account->rid, groups);
	*out = mine.group_count > 0 ? identity_new(&mine) : NULL;
	return *out != NULL ? AUTH_REASON_OK : AUTH_REASON_INTERNAL;
}

// --- with a PAC ---------------------------------------------------------------------------------------

enum sid_origin { SID_FOREIGN, SID_OF_DOMAIN, SID_OF_THIS_SERVER };

// A domain speaks for its own SIDs and those of domains it trusts. It has no say in this server's own
// accounts and groups, nor in what is built in (S-1-5-32-..., S-1-5-18): those are each machine's own.
static enum sid_origin sid_origin_of(const struct auth_exchange_config *config, const struct sid *sid)
{
	if (sid->identifier_authority == AUTHENTICATION_AUTHORITY)
		return SID_OF_DOMAIN;
	if (sid->identifier_authority != NT_AUTHORITY || sid->sub_authority_count < 5 ||
		sid->sub_authority[0] != DOMAIN_SUB_AUTHORITY)
		return SID_FOREIGN;
	struct sid own;
	if (!sid_with_rid(account_db_machine_sid(config->accounts), NT_USERS_RID, &own))
		return SID_OF_THIS_SERVER;
	return sid_same_domain(sid, &own) ? SID_OF_THIS_SERVER : SID_OF_DOMAIN;
}

// The primary group, the others, the well-known ones. False: they are not to be believed, or too many.
static bool pac_groups(const struct auth_exchange_config *config, const struct pac_logon_info *info,
	struct sid *groups, size_t *count)
{
	*count = 0;
	if (!sid_with_rid(&info->logon_domain_id, info->primary_group_id, &groups[(*count)++]) ||
		sid_origin_of(config, &groups[0]) != SID_OF_DOMAIN)
		return false;
	for (size_t i = 0; i < info->group_count; i++) {
		const struct pac_sid *g = &info->groups[i];
		enum sid_origin origin = sid_origin_of(config, &g->sid);
		// Only to be denied by: this server cannot say that of a group, and must not forget it.
		if (origin == SID_OF_THIS_SERVER || (g->attributes & PAC_GROUP_USE_FOR_DENY_ONLY) != 0)
			return false;
		if (origin == SID_FOREIGN || (g->attributes & PAC_GROUP_ENABLED) == 0 ||
			sid_equal(&g->sid, &groups[0]))
			continue;
		if (*count >= IDENTITY_GROUPS_MAX - WELL_KNOWN_GROUPS)
			return false;
		groups[(*count)++] = g->sid;
	}
	*count = well_known_add(groups, *count);
	return true;
}

// A domain's user whom an account of the same name stands for here can be shut out with that account.
static bool is_shut_out(const struct auth_exchange_config *config, const struct identity_fields *fields)
{
	const struct account *account = account_db_find(config->accounts, fields->account);

	return fields->is_home && account != NULL && account->disabled;
}

static enum auth_reason of_domain(const struct auth_exchange_config *config,
	const struct kerberos_proved *proved, struct arena *a, struct identity_fields *fields,
	struct identity **out)
{
	struct pac_logon_info info;
	struct sid *groups = arena_alloc(a, IDENTITY_GROUPS_MAX * sizeof(*groups));

	if (groups == NULL)
		return AUTH_REASON_INTERNAL;
	if (pac_logon_info_decode(proved->logon_info, a, &info) != VERDICT_OK ||
		!sid_with_rid(&info.logon_domain_id, info.user_id, &fields->user) ||
		sid_origin_of(config, &fields->user) != SID_OF_DOMAIN || *info.effective_name == 0 ||
		!pac_groups(config, &info, groups, &fields->group_count))
		return AUTH_REASON_BAD_PAC;
	fields->account = info.effective_name;
	fields->domain = info.logon_domain_name;
	fields->source = IDENTITY_OF_DOMAIN;
	fields->groups = groups;
	if ((info.user_account_control & PAC_ACCOUNT_DISABLED) != 0 || is_shut_out(config, fields))
		return AUTH_REASON_ACCOUNT_DISABLED;
	*out = identity_new(fields);
	return *out != NULL ? AUTH_REASON_OK : AUTH_REASON_INTERNAL;
}

enum auth_reason kerberos_identity_new(const struct auth_exchange_config *config,
	const struct auth_report *report, const struct kerberos_proved *proved, struct arena *a,
	struct identity **out)
{
	struct identity_fields fields = {
		.workstation = report->workstation,
		.realm = proved->realm,
		.mechanism = AUTH_MECHANISM_KERBEROS,
		.is_home = strcmp(proved->realm, config->kerberos->realm) == 0,
		.expires = proved->expires,
		.session_base_key = proved->session_key,
	};

	return proved->logon_info.len > 0 ? of_domain(config, proved, a, &fields, out)
					  : of_account(config, proved, &fields, out);
}
