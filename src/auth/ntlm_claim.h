// SPDX-License-Identifier: Apache-2.0
// Private to this folder: what an AUTHENTICATE_MESSAGE claims, in its parts, before anything is proved.
#ifndef SIGNET_AUTH_NTLM_CLAIM_H
#define SIGNET_AUTH_NTLM_CLAIM_H

#include "auth/auth_report.h"
#include "auth/ntlm_verify.h"
#include "wire/ntlm/ntlm_av_pair.h"
#include "wire/ntlm/ntlm_message.h"
#include "wire/ntlm/ntlm_response.h"

struct ntlm_claim { // borrowed from the attempt's messages
	struct ntlm_negotiate negotiate;
	struct ntlm_authenticate message;
	struct ntlmv2_response response;
	struct ntlm_av_list av;
};

// What can be said without any account: form and strength. OK, or why not; the report gets the names that
// are claimed, as far as they could be read.
enum auth_reason ntlm_claim_parse(
	const struct ntlm_attempt *at, struct ntlm_claim *claim, struct auth_report *report) WARN_UNUSED;

#endif
