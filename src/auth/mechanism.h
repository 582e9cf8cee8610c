// SPDX-License-Identifier: Apache-2.0
// Private to this folder: an authentication mechanism as a row of the exchange's table. Another one is a
// file with such a constant, and its line in exchange.c.
#ifndef SIGNET_AUTH_MECHANISM_H
#define SIGNET_AUTH_MECHANISM_H

#include <stdbool.h>
#include <stdint.h>

#include "auth/auth_report.h"
#include "auth/exchange.h"
#include "wire/spnego/spnego.h"

enum { MECHANISM_OIDS_MAX = 2 };

struct mechanism {
	enum auth_mechanism id;
	enum spnego_mech oids[MECHANISM_OIDS_MAX]; // SPNEGO_MECH_UNKNOWN: none
	enum spnego_token_kind raw;                // its token without SPNEGO

	bool (*offered)(const struct auth_policy *policy);
	// Whether a step may wait, for files or another process; NULL: never.
	bool (*may_block)(const struct auth_policy *policy);
	// config and report outlive the state. NULL when memory is out.
	void *(*new)(const struct auth_exchange_config *config, struct auth_report *report);
	void (*free)(void *state);
	// NONE: another leg follows; OK: the report has the identity; otherwise the failure.
	enum auth_reason (*step)(void *state, struct span in, struct arena *a, struct span *out);
	// After OK: the mechListMIC of each direction over list. 0 or -errno.
	int (*mic_make)(void *state, struct span list, struct arena *a, struct span *mic);
	int (*mic_verify)(void *state, struct span list, struct span mic, bool *fits);
};

extern const struct mechanism kerberos_mechanism; // kerberos_server.c
extern const struct mechanism ntlm_mechanism;     // ntlm_server.c

#endif
