// SPDX-License-Identifier: Apache-2.0
// Private to this folder: from a principal that a ticket proved to an identity. With a PAC, the domain
// says who it is; without one, the accounts of the state do.
#ifndef SIGNET_AUTH_KERBEROS_IDENTITY_H
#define SIGNET_AUTH_KERBEROS_IDENTITY_H

#include "auth/auth_report.h"
#include "auth/exchange.h"
#include "base/arena.h"
#include "base/secret.h"

struct kerberos_proved {
	const char *name; // of the principal, without its realm
	const char *realm;
	struct span logon_info; // KERB_VALIDATION_INFO of a PAC whose signature verified; empty without
	uint64_t expires;       // FILETIME
	const struct secret *session_key;
};

// OK: *out has one reference. Otherwise UNKNOWN_ACCOUNT, ACCOUNT_DISABLED, BAD_PAC or INTERNAL.
enum auth_reason kerberos_identity_new(const struct auth_exchange_config *config,
	const struct auth_report *report, const struct kerberos_proved *proved, struct arena *a,
	struct identity **out) WARN_UNUSED;

#endif
