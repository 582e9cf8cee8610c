// SPDX-License-Identifier: Apache-2.0
// Private to this folder: does the claim prove that the client knows the password of an account here?
#ifndef SIGNET_AUTH_NTLM_PROOF_H
#define SIGNET_AUTH_NTLM_PROOF_H

#include "auth/ntlm_claim.h"

// OK: *account is borrowed from the attempt's accounts, session_base_key is set. The same work whether or
// not the account exists, has a hash, is disabled or locked: time must not tell what accounts there are.
enum auth_reason ntlm_proof_verify(const struct ntlm_attempt *at, const struct ntlm_claim *claim,
	const struct auth_report *report, const struct account **account,
	uint8_t session_base_key[NTLM_KEY_LEN]) WARN_UNUSED;

#endif
