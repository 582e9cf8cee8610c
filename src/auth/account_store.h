// SPDX-License-Identifier: Apache-2.0
// Changes to the accounts file: each takes the advisory lock, reads what is there, and replaces the
// file as a whole (temporary file, fsync, rename, fsync of the directory), so that a reader or a
// crash sees the old file or the new one. Several processes may do so at once.
//
// All return 0 or -errno with *error filled: as account_db_load, and -EEXIST the account exists,
// -ENOENT there is no such account, -EINVAL a name or password that is not possible, -EBUSY another
// process kept the lock for ACCOUNT_LOCK_WAIT_MS.
#ifndef SIGNET_AUTH_ACCOUNT_STORE_H
#define SIGNET_AUTH_ACCOUNT_STORE_H

#include <stdbool.h>

#include "auth/accounts.h"
#include "base/attributes.h"

enum {
	ACCOUNT_LOCK_WAIT_MS = 10000,
	ACCOUNT_PASSWORD_LEN_MAX = 256, // code points, as Windows
};

// With ntlm the password's NT hash is stored; without it the password is not (NULL is allowed then).
int account_store_add(const char *state_dir, const char *name, bool ntlm, const char *password,
	struct account_error *error) WARN_UNUSED;
// A new password. ntlm true also lets an account without the flag use NTLMv2 from now on; false keeps
// what the account has (-EINVAL for an account without the flag: nothing is stored for it).
int account_store_passwd(const char *state_dir, const char *name, bool ntlm, const char *password,
	struct account_error *error) WARN_UNUSED;
int account_store_remove(const char *state_dir, const char *name, struct account_error *error) WARN_UNUSED;
int account_store_disable(
	const char *state_dir, const char *name, bool disabled, struct account_error *error) WARN_UNUSED;

#endif
