// SPDX-License-Identifier: Apache-2.0
// "@DOMAIN\group" in the lists of a configuration, made into SIDs with winbind's help.
#ifndef SIGNET_SERVER_DOMAIN_GROUPS_H
#define SIGNET_SERVER_DOMAIN_GROUPS_H

#include "auth/accounts.h"
#include "base/attributes.h"
#include "config/config.h"

enum { DOMAIN_GROUPS_WAIT_MS = 5000 }; // for all of them together

// Once for each configuration with ntlm = winbind, while nobody else knows it; later calls do nothing. A
// group that is not found gives nobody a share, and is warned of; but one that an [access] section names
// must be found, for whom that keeps out would be let in. 0, or -ENOENT with *error filled, or -ENOMEM.
// Its thread may outlive the call when winbind does not answer: call it within the walls.
int domain_groups_resolve(struct config *c, struct account_error *error) WARN_UNUSED;

#endif
