// SPDX-License-Identifier: Apache-2.0
// Private to this folder: what is asked of a client that has proved its password. Was the exchange
// meant for this server, by whoever knows the password, now, and did all of it arrive as it was sent?
#ifndef SIGNET_AUTH_NTLM_CONDITIONS_H
#define SIGNET_AUTH_NTLM_CONDITIONS_H

#include "auth/ntlm_claim.h"

// OK, or the first condition that is not met.
enum auth_reason ntlm_conditions_verify(const struct ntlm_attempt *at, const struct ntlm_claim *claim,
	const uint8_t exported_session_key[NTLM_KEY_LEN], struct auth_report *report) WARN_UNUSED;

#endif
