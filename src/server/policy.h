// SPDX-License-Identifier: Apache-2.0
// What is in force now: the configuration, the accounts and the shares that come from them, as one
// unit that a reload replaces whole. Immutable; whoever works with it holds a reference.
#ifndef SIGNET_SERVER_POLICY_H
#define SIGNET_SERVER_POLICY_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "auth/accounts.h"
#include "auth/exchange.h"
#include "auth/kerberos_setup.h"
#include "base/attributes.h"
#include "config/config.h"

struct share;

struct policy {
	atomic_uint refs;
	uint64_t generation; // grows with each reload
	struct config *config;
	struct account_db *accounts;
	struct unix_owners *owners; // identity = unix; else NULL
	struct share **shares;      // in the configuration's order, IPC$ last
	size_t share_count;
	struct auth_names names;
	char netbios_name[16];
	struct kerberos_setup kerberos; // no keytab: no Kerberos
	bool has_ntlm_accounts;
};

// Takes config over (also on failure). The shares' folders are opened; *error says what could not
// be done. 0 or a negative errno.
int policy_new(struct config *config, uint64_t generation, struct policy **out,
	struct account_error *error) WARN_UNUSED;
struct policy *policy_ref(struct policy *p);
void policy_unref(struct policy *p); // NULL is fine

// Borrowed; NULL when there is no share of that name (any case).
struct share *policy_share_find(const struct policy *p, const char *name) WARN_UNUSED;
// Whether somebody is (still) one who may have a session: an account that is there and may use what it
// authenticated with; somebody of a domain whom some share's list has.
bool policy_admits(const struct policy *p, const struct identity *who) WARN_UNUSED;
// What is offered to clients, and asked of them.
struct auth_policy policy_of_authentication(const struct policy *p);

#endif
