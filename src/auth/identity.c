// SPDX-License-Identifier: Apache-2.0
#include "auth/identity.h"

#include <stdlib.h>
#include <string.h>

static void identity_free(struct identity *id)
{
	secret_wipe(&id->session_base_key);
	free(id->account);
	free(id->domain);
	free(id->workstation);
	free(id->realm);
	free(id->groups);
	free(id);
}

static struct sid *groups_copy(const struct identity_fields *f)
{
	// One more than needed, so that no groups is not the same as no memory.
	struct sid *copy = calloc(f->group_count + 1, sizeof(*copy));

	if (copy != NULL && f->group_count > 0)
		memcpy(copy, f->groups, f->group_count * sizeof(*copy));
	return copy;
}

struct identity *identity_new(const struct identity_fields *fields)
{
	if (fields->group_count > IDENTITY_GROUPS_MAX)
		return NULL;
	struct identity *id = calloc(1, sizeof(*id));
	if (id == NULL)
		return NULL;

	id->refs = 1;
	id->account = strdup(fields->account);
	id->domain = strdup(fields->domain);
	id->workstation = strdup(fields->workstation);
	id->realm = strdup(fields->realm != NULL ? fields->realm : "");
	id->groups = groups_copy(fields);
	id->source = fields->source;
	id->is_home = fields->is_home;
	id->expires = fields->expires;
	id->mechanism = fields->mechanism;
	id->user = fields->user;
	id->group_count = fields->group_count;
	id->session_base_key = *fields->session_base_key;
	if (id->account == NULL || id->domain == NULL || id->workstation == NULL || id->realm == NULL ||
		id->groups == NULL) {
		identity_free(id);
		return NULL;
	}
	return id;
}

struct identity *identity_ref(struct identity *id)
{
	__atomic_add_fetch(&id->refs, 1, __ATOMIC_RELAXED);
	return id;
}

void identity_unref(struct identity *id)
{
	if (id != NULL && __atomic_sub_fetch(&id->refs, 1, __ATOMIC_ACQ_REL) == 0)
		identity_free(id);
}

void identity_forget_key(struct identity *id)
{
	secret_wipe(&id->session_base_key);
}

bool identity_has_sid(const struct identity *id, const struct sid *sid)
{
	if (sid_equal(&id->user, sid))
		return true;
	for (size_t i = 0; i < id->group_count; i++)
		if (sid_equal(&id->groups[i], sid))
			return true;
	return false;
}

const char *auth_mechanism_name(enum auth_mechanism m)
{
	switch (m) {
	case AUTH_MECHANISM_NTLMV2:
		return "ntlmv2";
	case AUTH_MECHANISM_KERBEROS:
		return "kerberos";
	case AUTH_MECHANISM_NONE:
		break;
	}
	return "none";
}
