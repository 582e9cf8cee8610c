// SPDX-License-Identifier: Apache-2.0
// Private to this folder: does an AUTHENTICATE_MESSAGE prove what it claims? (MS-NLMP 3.2.5.1.2, NTLMv2
// alone, and stricter.)
#ifndef SIGNET_AUTH_NTLM_VERIFY_H
#define SIGNET_AUTH_NTLM_VERIFY_H

#include <stdint.h>

#include "auth/auth_report.h"
#include "auth/exchange.h"
#include "auth/ntlm_crypto.h"

enum { NTLM_CLOCK_SKEW_MAX_S = 30 * 60 };

// What the server's side of the exchange knows.
struct ntlm_attempt {
	const struct auth_exchange_config *config;
	struct span negotiate; // the three messages as they were on the wire
	struct span challenge;
	struct span authenticate;
	struct span target_info; // of the CHALLENGE
	uint8_t server_challenge[8];
	uint64_t now; // FILETIME
};

// OK: *account is borrowed from config->accounts, exported_session_key is set. The claims are recorded
// in the report whatever the outcome.
enum auth_reason ntlm_attempt_verify(const struct ntlm_attempt *attempt, struct auth_report *report,
	const struct account **account, uint8_t exported_session_key[NTLM_KEY_LEN]) WARN_UNUSED;

#endif
