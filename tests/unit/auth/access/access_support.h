// SPDX-License-Identifier: Apache-2.0
// Lists and people for the tests of access checks.
#ifndef SIGNET_TESTS_UNIT_AUTH_ACCESS_SUPPORT_H
#define SIGNET_TESTS_UNIT_AUTH_ACCESS_SUPPORT_H

#include "auth/access/access_check.h"

#define RID_SID(rid)                                                                                         \
	{                                                                                                    \
		.identifier_authority = 5, .sub_authority_count = 5, .sub_authority = { 21, 1, 2, 3, rid }   \
	}

static const struct sid alice = RID_SID(1001), bob = RID_SID(1002), staff = RID_SID(513);

struct ace_row {
	uint8_t type, flags;
	uint32_t mask;
	const struct sid *sid;
};

static inline const struct acl *make_acl(struct arena *a, const struct ace_row *rows, size_t count)
{
	struct acl *acl = acl_new(a);
	for (size_t i = 0; i < count; i++)
		assert_true(acl_add_simple(acl, a, rows[i].type, rows[i].flags, rows[i].mask, rows[i].sid));
	return acl;
}

#endif
