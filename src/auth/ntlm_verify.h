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

struct winbind_user;

// What the server's side of the exchange knows.
struct ntlm_attempt {
	const struct auth_exchange_config *config;
	const char *machine;   // its name in its domain; NULL or "" without
	struct span negotiate; // the three messages as they were on the wire
	struct span challenge;
	struct span authenticate;
	struct span target_info; // of the CHALLENGE
	uint8_t server_challenge[8];
	uint64_t now; // FILETIME
};

// Who it was. One of account and user is set.
struct ntlm_proved {
	const struct account *account; // of the state; borrowed from config->accounts
	struct winbind_user *user;     // of a domain; owned
	uint8_t session_base_key[NTLM_KEY_LEN];
	uint8_t exported_session_key[NTLM_KEY_LEN];
};

// OK: *proved is set. Otherwise it is wiped. The claims are recorded in the report whatever the outcome.
enum auth_reason ntlm_attempt_verify(const struct ntlm_attempt *attempt, struct auth_report *report,
	struct ntlm_proved *proved) WARN_UNUSED;
void ntlm_proved_done(struct ntlm_proved *proved); // wipes

#endif
