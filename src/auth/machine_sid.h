// SPDX-License-Identifier: Apache-2.0
// The SID of this machine, made at random when first needed: what local accounts' SIDs begin with.
#ifndef SIGNET_AUTH_MACHINE_SID_H
#define SIGNET_AUTH_MACHINE_SID_H

#include "auth/accounts.h"
#include "base/attributes.h"
#include "wire/dtyp/sid.h"

// 0 or -errno with *error filled.
int machine_sid_load(int dir, const char *dir_path, struct sid *out, struct account_error *error) WARN_UNUSED;

#endif
