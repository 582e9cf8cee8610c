// SPDX-License-Identifier: Apache-2.0
// Which account a file's owner is (identity = unix): what S-1-22-1-<uid> is called where there is a
// better name. Made once for a snapshot of the accounts; immutable, shared by reference count.
#ifndef SIGNET_AUTH_UNIX_OWNERS_H
#define SIGNET_AUTH_UNIX_OWNERS_H

#include <sys/types.h>

#include "auth/accounts.h"
#include "base/attributes.h"

struct unix_owners;

// Asks the name service for each account, so it may wait. NULL when memory is out.
struct unix_owners *unix_owners_new(const struct account_db *accounts) WARN_UNUSED;
struct unix_owners *unix_owners_ref(struct unix_owners *o);
void unix_owners_unref(struct unix_owners *o); // NULL is fine
// Borrowed; NULL when no account is this user.
const struct sid *unix_owners_find(const struct unix_owners *o, uid_t uid) WARN_UNUSED;

#endif
