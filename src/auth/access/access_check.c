// SPDX-License-Identifier: Apache-2.0
#include "auth/access/access_check.h"

bool access_token_has(const struct access_token *token, const struct sid *sid)
{
	if (sid_equal(&token->user, sid))
		return true;
	for (size_t i = 0; i < token->group_count; i++) {
		if (sid_equal(&token->groups[i], sid))
			return true;
	}
	return false;
}

bool access_token_may_own(const struct access_token *token, const struct sid *owner)
{
	if (token->has_restore_privilege || sid_equal(&token->user, owner))
		return true;
	return sid_equal(owner, &sid_builtin_administrators) && access_token_has(token, owner);
}

static bool is_owner(const struct security_descriptor *sd, const struct access_token *token)
{
	return sd->owner && access_token_has(token, sd->owner);
}

static bool has_owner_rights(const struct acl *dacl)
{
	for (size_t i = 0; i < dacl->count; i++) {
		const struct ace *ace = &dacl->aces[i];
		if (ace_type_has_sid(ace->type) && !(ace->flags & ACE_INHERIT_ONLY) &&
			sid_equal(&ace->sid, &sid_owner_rights))
			return true;
	}
	return false;
}

// What a NULL DACL and the token's privileges give; and what the owner has whatever the DACL says,
// unless an OWNER RIGHTS entry says otherwise (MS-DTYP 2.5.3.2).
static uint32_t implicit_rights(
	const struct security_descriptor *sd, const struct access_token *token, bool owner)
{
	uint32_t granted = 0;
	if (token->has_security_privilege)
		granted |= ACCESS_SYSTEM_SECURITY;
	if (token->has_take_ownership_privilege)
		granted |= ACCESS_WRITE_OWNER;
	if (!(sd->control & SD_DACL_PRESENT) || !sd->dacl)
		return granted | FILE_ALL_ACCESS;
	if (owner && !has_owner_rights(sd->dacl))
		granted |= ACCESS_READ_CONTROL | ACCESS_WRITE_DAC;
	return granted;
}

static bool ace_applies(const struct ace *ace, const struct access_token *token, bool owner)
{
	if (ace->flags & ACE_INHERIT_ONLY)
		return false;
	return access_token_has(token, &ace->sid) || (owner && sid_equal(&ace->sid, &sid_owner_rights));
}

// All that sd gives the token. The first entry that mentions a right decides, so a denial behind an
// allowance takes nothing away. Callback ACEs carry conditions, which are not evaluated: an
// allowance then gives nothing, a denial denies (MS-DTYP 2.4.4.17.1 treats unknown so).
uint32_t access_maximal(const struct security_descriptor *sd, const struct access_token *token)
{
	bool owner = is_owner(sd, token);
	uint32_t granted = implicit_rights(sd, token, owner);
	uint32_t denied = 0;
	if (!(sd->control & SD_DACL_PRESENT) || !sd->dacl)
		return granted;
	for (size_t i = 0; i < sd->dacl->count; i++) {
		const struct ace *ace = &sd->dacl->aces[i];
		// The system's rights come from privileges only, never from an entry.
		uint32_t mask = access_mask_map(ace->mask, &generic_mapping_file) &
				~(ACCESS_SYSTEM_SECURITY | ACCESS_MAXIMUM_ALLOWED);
		if (ace->type == ACE_ACCESS_ALLOWED && ace_applies(ace, token, owner))
			granted |= mask & ~denied;
		else if ((ace->type == ACE_ACCESS_DENIED || ace->type == ACE_ACCESS_DENIED_CALLBACK) &&
			 ace_applies(ace, token, owner))
			denied |= mask & ~granted;
	}
	return granted;
}

uint32_t access_maximal_file(const struct security_descriptor *sd, const struct security_descriptor *parent,
	const struct access_token *token)
{
	uint32_t granted = access_maximal(sd, token);
	uint32_t from_parent = parent ? access_maximal(parent, token) : 0;
	if (from_parent & FILE_DELETE_CHILD)
		granted |= ACCESS_DELETE;
	if (from_parent & FILE_LIST_DIRECTORY)
		granted |= FILE_READ_ATTRIBUTES;
	return granted;
}

static struct nt_status grant(uint32_t maximal, uint32_t desired, uint32_t *granted)
{
	uint32_t wanted = access_mask_map(desired, &generic_mapping_file) & ~ACCESS_MAXIMUM_ALLOWED;
	uint32_t missing = wanted & ~maximal;
	if (missing == ACCESS_SYSTEM_SECURITY)
		return STATUS(PRIVILEGE_NOT_HELD);
	if (missing)
		return STATUS(ACCESS_DENIED);
	// MAXIMUM_ALLOWED does not bring ACCESS_SYSTEM_SECURITY, which must be asked for by name.
	if (desired & ACCESS_MAXIMUM_ALLOWED)
		wanted |= maximal & ~ACCESS_SYSTEM_SECURITY;
	*granted = wanted;
	return STATUS(SUCCESS);
}

struct nt_status access_check(const struct security_descriptor *sd, const struct access_token *token,
	uint32_t desired, uint32_t *granted)
{
	return grant(access_maximal(sd, token), desired, granted);
}

struct nt_status access_check_file(const struct security_descriptor *sd,
	const struct security_descriptor *parent, const struct access_token *token, uint32_t desired,
	uint32_t *granted)
{
	return grant(access_maximal_file(sd, parent, token), desired, granted);
}
