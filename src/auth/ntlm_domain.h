// SPDX-License-Identifier: Apache-2.0
// Private to this folder: claims to be somebody of a domain, which winbind judges (policy.winbind). They
// block, see winbind.h.
#ifndef SIGNET_AUTH_NTLM_DOMAIN_H
#define SIGNET_AUTH_NTLM_DOMAIN_H

#include "auth/ntlm_claim.h"
#include "auth/ntlm_proof.h"
#include "auth/winbind.h"

// Whose matter a claim is; UNKNOWN: winbindd cannot say whether it has such a domain.
enum ntlm_authority { NTLM_AUTHORITY_HERE, NTLM_AUTHORITY_DOMAIN, NTLM_AUTHORITY_UNKNOWN };

enum ntlm_authority ntlm_authority_of(
	const struct ntlm_attempt *at, const struct auth_report *report) WARN_UNUSED;

// As ntlm_proof_verify: OK sets proved->user and the session base key.
enum auth_reason ntlm_domain_verify(const struct ntlm_attempt *at, const struct ntlm_claim *claim,
	const struct auth_report *report, struct ntlm_proved *proved) WARN_UNUSED;

#endif
