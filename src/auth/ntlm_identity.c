// SPDX-License-Identifier: Apache-2.0
#include "auth/ntlm_identity.h"

#include <string.h>

#include "auth/winbind.h"

enum {
	NT_USERS_RID = 513, // the primary group of local accounts ("None")
	WELL_KNOWN_GROUPS = 4,
};

static const struct sid ntlm_authentication = { // S-1-5-64-10
	.identifier_authority = 5,
	.sub_authority_count = 2,
	.sub_authority = { 64, 10 }
};

// What Windows gives everybody who came over the network with NTLM.
static size_t well_known_add(struct sid *groups, size_t count)
{
	groups[count++] = sid_everyone;
	groups[count++] = sid_network;
	groups[count++] = sid_authenticated_users;
	groups[count++] = ntlm_authentication;
	return count;
}

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

static struct identity *of_account(const struct auth_exchange_config *config, const struct account *account,
	const struct identity_fields *fields)
{
	struct sid groups[ACCOUNT_TOKEN_GROUPS_MAX];
	struct identity_fields mine = *fields; // what it borrows ends with this function

	mine.account = account->name;
	mine.domain = config->names->netbios_computer;
	mine.source = IDENTITY_OF_ACCOUNT;
	mine.is_home = true;
	mine.user = account->sid;
	mine.groups = groups;
	mine.group_count = account_groups(config->accounts, account->rid, groups);
	return mine.group_count > 0 ? identity_new(&mine) : NULL;
}

static struct identity *of_domain(const struct winbind_user *user, const struct identity_fields *fields)
{
	struct sid groups[IDENTITY_GROUPS_MAX];
	struct identity_fields mine = *fields;

	if (user->group_count > ARRAY_LEN(groups) - WELL_KNOWN_GROUPS)
		return NULL;
	memcpy(groups, user->groups, user->group_count * sizeof(groups[0]));
	mine.account = user->account;
	mine.domain = user->domain;
	mine.source = IDENTITY_OF_DOMAIN;
	mine.user = user->sid;
	mine.groups = groups;
	mine.group_count = well_known_add(groups, user->group_count);
	return identity_new(&mine);
}

struct identity *ntlm_identity_new(const struct auth_exchange_config *config,
	const struct auth_report *report, const struct ntlm_proved *proved)
{
	struct secret session_key SECRET_SCOPED = {};
	struct identity_fields fields = {
		.workstation = report->workstation,
		.mechanism = AUTH_MECHANISM_NTLMV2,
		.session_base_key = &session_key,
	};

	secret_set(&session_key, proved->exported_session_key, NTLM_KEY_LEN);
	return proved->user != NULL ? of_domain(proved->user, &fields)
				    : of_account(config, proved->account, &fields);
}
