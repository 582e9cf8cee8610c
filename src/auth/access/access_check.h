// SPDX-License-Identifier: Apache-2.0
// May this user do that to this object? (MS-DTYP 2.5.3.2) Pure; thread-safe.
#ifndef SIGNET_AUTH_ACCESS_ACCESS_CHECK_H
#define SIGNET_AUTH_ACCESS_ACCESS_CHECK_H

#include "base/nt_status.h"
#include "wire/dtyp/security_descriptor.h"

// Who asks. groups is everything the user is member of, also Everyone, Network, Authenticated Users;
// nothing is implied. Borrowed, read-only.
struct access_token {
	struct sid user;
	struct sid primary_group;
	const struct sid *groups;
	size_t group_count;
	bool has_security_privilege;       // SeSecurityPrivilege: ACCESS_SYSTEM_SECURITY
	bool has_take_ownership_privilege; // SeTakeOwnershipPrivilege: ACCESS_WRITE_OWNER
	bool has_restore_privilege; // SeRestorePrivilege: may set any SID as owner (not used by access_check)
};

bool access_token_has(const struct access_token *token, const struct sid *sid);
// May the token's holder make owner the owner? (MS-FSA 2.1.5.15: itself, BUILTIN\Administrators when
// a member, or anyone with the restore privilege; otherwise INVALID_OWNER.)
bool access_token_may_own(const struct access_token *token, const struct sid *owner);

// desired may hold generic rights and MAXIMUM_ALLOWED. SUCCESS: *granted is desired with generic
// rights mapped and MAXIMUM_ALLOWED replaced by all that the token has. ACCESS_DENIED, or
// PRIVILEGE_NOT_HELD when only ACCESS_SYSTEM_SECURITY lacks: *granted is untouched.
// Rights that the parent directory gives (DELETE by DELETE_CHILD, READ_ATTRIBUTES by
// LIST_DIRECTORY) are the file system's to add: see access_check_file.
struct nt_status access_check(const struct security_descriptor *sd, const struct access_token *token,
	uint32_t desired, uint32_t *granted) WARN_UNUSED;
// All that the token has on the object: the answer to the MxAc create context.
uint32_t access_maximal(const struct security_descriptor *sd, const struct access_token *token);

// As NTFS does it: additionally DELETE if the parent gives DELETE_CHILD, and READ_ATTRIBUTES if the
// parent gives LIST_DIRECTORY (MS-FSA 2.1.5.1.2.1). parent may be NULL (the share's root).
struct nt_status access_check_file(const struct security_descriptor *sd,
	const struct security_descriptor *parent, const struct access_token *token, uint32_t desired,
	uint32_t *granted) WARN_UNUSED;
uint32_t access_maximal_file(const struct security_descriptor *sd, const struct security_descriptor *parent,
	const struct access_token *token);

#endif
