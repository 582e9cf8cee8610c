// SPDX-License-Identifier: Apache-2.0
#include "auth/ntlm_verify.h"

#include "auth/ntlm_claim.h"
#include "auth/ntlm_conditions.h"
#include "auth/ntlm_domain.h"
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

static enum auth_reason password_verify(const struct ntlm_attempt *at, const struct ntlm_claim *claim,
	const struct auth_report *report, struct ntlm_proved *proved)
{
	enum ntlm_authority authority = ntlm_authority_of(at, report);
	bool admitted = is_admitted(at, report);

	if (authority == NTLM_AUTHORITY_DOMAIN) // not even asked, or the domain would count it as well
		return admitted ? ntlm_domain_verify(at, claim, report, proved) : AUTH_REASON_THROTTLED;
	enum auth_reason reason = ntlm_proof_verify(at, claim, report, proved);
	if (!admitted)
		return AUTH_REASON_THROTTLED;
	return reason == AUTH_REASON_UNKNOWN_ACCOUNT && authority == NTLM_AUTHORITY_UNKNOWN
		       ? AUTH_REASON_WINBIND_UNAVAILABLE
		       : reason;
}

enum auth_reason ntlm_attempt_verify(
	const struct ntlm_attempt *attempt, struct auth_report *report, struct ntlm_proved *proved)
{
	struct ntlm_claim claim;

	*proved = (struct ntlm_proved){};
	enum auth_reason reason = ntlm_claim_parse(attempt, &claim, report);
	if (reason == AUTH_REASON_OK)
		reason = password_verify(attempt, &claim, report, proved);
	if (reason == AUTH_REASON_OK) {
		ntlm_key_exchange(proved->session_base_key, claim.message.encrypted_random_session_key.data,
			proved->exported_session_key);
		reason = ntlm_conditions_verify(attempt, &claim, proved->exported_session_key, report);
	}
	if (reason != AUTH_REASON_OK)
		ntlm_proved_done(proved);
	return reason;
}

void ntlm_proved_done(struct ntlm_proved *proved)
{
	winbind_user_free(proved->user);
	secret_wipe_bytes(proved, sizeof(*proved));
}
