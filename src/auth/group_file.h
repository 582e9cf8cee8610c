// SPDX-License-Identifier: Apache-2.0
// The RIDs of the configuration's groups: given once, kept for ever. See accounts.h for the format.
#ifndef SIGNET_AUTH_GROUP_FILE_H
#define SIGNET_AUTH_GROUP_FILE_H

#include <stddef.h>
#include <stdint.h>

#include "auth/accounts.h"
#include "base/attributes.h"

// rids[i] becomes the RID of groups[i]; gives and stores those that are missing. 0 or -errno with *error
// filled.
int group_rids_load(int dir, const char *dir_path, const struct account_group *groups, size_t count,
	uint32_t *rids, struct account_error *error) WARN_UNUSED;

#endif
