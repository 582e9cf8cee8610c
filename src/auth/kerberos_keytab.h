// SPDX-License-Identifier: Apache-2.0
// Is a keytab one that this server can work with? For messages to a person, before it matters.
#ifndef SIGNET_AUTH_KERBEROS_KEYTAB_H
#define SIGNET_AUTH_KERBEROS_KEYTAB_H

#include <stddef.h>

#include "auth/accounts.h"
#include "base/attributes.h"

// Wanted: a file that others cannot read, with an AES key of cifs/HOST@realm for one of the names.
// 0; -EINVAL or another -errno with *error saying what is wrong with it and what to do.
int kerberos_keytab_check(const char *path, const char *realm, const char *const *names, size_t name_count,
	struct account_error *error) WARN_UNUSED;

#endif
