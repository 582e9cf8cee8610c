// SPDX-License-Identifier: Apache-2.0
// Private to this folder: the identity of who proved a password.
#ifndef SIGNET_AUTH_NTLM_IDENTITY_H
#define SIGNET_AUTH_NTLM_IDENTITY_H

#include "auth/ntlm_verify.h"

// With one reference; NULL when memory is out, or he is in too many groups to know them all.
struct identity *ntlm_identity_new(const struct auth_exchange_config *config,
	const struct auth_report *report, const struct ntlm_proved *proved) WARN_UNUSED;

#endif
