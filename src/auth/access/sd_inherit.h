// SPDX-License-Identifier: Apache-2.0
// The security descriptor of a new file or directory (MS-DTYP 2.5.3.4). Pure; thread-safe.
#ifndef SIGNET_AUTH_ACCESS_SD_INHERIT_H
#define SIGNET_AUTH_ACCESS_SD_INHERIT_H

#include "auth/access/access_check.h"

struct sd_inherit_args {
	const struct security_descriptor *parent;  // NULL: nothing to inherit
	const struct security_descriptor *creator; // from the SecD create context; NULL: none given
	const struct access_token *token;
	bool is_directory;
};

// Owner and group are the creator's or the token's; the DACL is the creator's explicit one, else what
// is inheritable, else the default one (user and System full, as Windows' token default DACL).
// Whether the creator may name that owner is checked by the caller (access_token_may_own).
// false when memory is out, or the list would outgrow ACL_LEN_MAX.
bool sd_inherit(
	const struct sd_inherit_args *args, struct arena *a, struct security_descriptor *out) WARN_UNUSED;

#endif
