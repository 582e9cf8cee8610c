// SPDX-License-Identifier: Apache-2.0
// Private to this folder: does the claim prove that the client knows the password of an account here?
#ifndef SIGNET_AUTH_NTLM_PROOF_H
#define SIGNET_AUTH_NTLM_PROOF_H

#include "auth/ntlm_claim.h"

// OK: proved->account and the session base key are set. The same work whether or not the account exists,
// has a hash or is disabled: time must not tell what accounts there are.
enum auth_reason ntlm_proof_verify(const struct ntlm_attempt *at, const struct ntlm_claim *claim,
	const struct auth_report *report, struct ntlm_proved *proved) WARN_UNUSED;

#endif
