// SPDX-License-Identifier: Apache-2.0
#include "auth/ntlm_verify.h"

#include <string.h>

#include "auth/ntlm_claim.h"
#include "auth/ntlm_conditions.h"
#include "auth/ntlm_proof.h"
#include "auth/throttle.h"
#include "base/filetime.h"
#include "base/secret.h"

// Does the throttle let this claim be judged? Asked of the name alone: a domain would give a guesser as
// many names for an account as there are domains.
static bool is_admitted(const struct ntlm_attempt *at, const struct auth_report *report)
{
	const struct auth_exchange_config *c = at->config;

	return c->throttle == NULL || throttle_admits(c->throttle, &c->peer, report->account, monotonic_ms());
}

// Everything but the form, so that the caller has one place to wipe.
static enum auth_reason claim_verify(const struct ntlm_attempt *at, const struct ntlm_claim *claim,
	struct auth_report *report, const struct account **account, uint8_t exported[NTLM_KEY_LEN])
{
	uint8_t session_base_key[NTLM_KEY_LEN] = {};
	bool admitted = is_admitted(at, report);

	enum auth_reason reason = ntlm_proof_verify(at, claim, report, account, session_base_key);
	ntlm_key_exchange(session_base_key, claim->message.encrypted_random_session_key.data, exported);
	secret_wipe_bytes(session_base_key, sizeof(session_base_key));
	if (!admitted)
		return AUTH_REASON_THROTTLED;
	return reason == AUTH_REASON_OK ? ntlm_conditions_verify(at, claim, exported, report) : reason;
}

enum auth_reason ntlm_attempt_verify(const struct ntlm_attempt *attempt, struct auth_report *report,
	const struct account **account, uint8_t exported_session_key[NTLM_KEY_LEN])
{
	struct ntlm_claim claim;
	uint8_t exported[NTLM_KEY_LEN];

	enum auth_reason reason = ntlm_claim_parse(attempt, &claim, report);
	if (reason != AUTH_REASON_OK)
		return reason;
	reason = claim_verify(attempt, &claim, report, account, exported);
	if (reason == AUTH_REASON_OK)
		memcpy(exported_session_key, exported, NTLM_KEY_LEN);
	secret_wipe_bytes(exported, sizeof(exported));
	return reason;
}
