// SPDX-License-Identifier: Apache-2.0
#include "audit/probes/everyone.h"

enum { DOMAIN_USERS_RID = 513 };

// S-1-5-21-X-Y-Z-513
static bool is_domain_users(const struct sid *s)
{
	return s->identifier_authority == 5 && s->sub_authority_count == 5 && s->sub_authority[0] == 21 &&
	       s->sub_authority[4] == DOMAIN_USERS_RID;
}

static bool is_everybody(const struct sid *s)
{
	return sid_equal(s, &sid_everyone) || sid_equal(s, &sid_authenticated_users) ||
	       sid_equal(s, &sid_builtin_users) || sid_equal(s, &sid_network) || is_domain_users(s);
}

uint32_t everyone_access(const struct security_descriptor *sd)
{
	uint32_t allowed = 0;
	uint32_t denied = 0;
	if ((sd->control & SD_DACL_PRESENT) == 0 || sd->dacl == NULL)
		return FILE_ALL_ACCESS;
	for (size_t i = 0; i < sd->dacl->count; i++) {
		const struct ace *ace = &sd->dacl->aces[i];
		uint32_t mask = access_mask_map(ace->mask, &generic_mapping_file);
		if ((ace->flags & ACE_INHERIT_ONLY) != 0 || !is_everybody(&ace->sid))
			continue;
		// The first entry that names a right decides on it.
		if (ace->type == ACE_ACCESS_ALLOWED)
			allowed |= mask & ~denied;
		else if (ace->type == ACE_ACCESS_DENIED)
			denied |= mask & ~allowed;
	}
	return allowed;
}
