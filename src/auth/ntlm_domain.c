// SPDX-License-Identifier: Apache-2.0
#include "auth/ntlm_domain.h"

#include <string.h>

static bool is_own_name(const struct ntlm_attempt *at, const char *domain)
{
	const struct auth_names *names = at->config->names;

	for (size_t i = 0; i < names->accepted_count; i++)
		if (account_name_equal(domain, names->accepted[i]))
			return true;
	if (at->machine != NULL && account_name_equal(domain, at->machine))
		return true;
	return strcmp(domain, ".") == 0 || account_name_equal(domain, names->netbios_computer) ||
	       account_name_equal(domain, names->dns_computer);
}

// Clients of accounts of the state say whatever domain they have (WORKGROUP), so a domain is only what
// winbindd knows as one. A user may also come as name@domain, without a domain beside it.
enum ntlm_authority ntlm_authority_of(const struct ntlm_attempt *at, const struct auth_report *report)
{
	const char *domain = report->domain;

	if (!at->config->policy.winbind)
		return NTLM_AUTHORITY_HERE;
	if (*domain == 0) {
		const char *at_sign = strchr(report->account, '@');
		if (at_sign == NULL)
			return NTLM_AUTHORITY_HERE;
		domain = at_sign + 1;
	}
	if (is_own_name(at, domain))
		return NTLM_AUTHORITY_HERE;
	switch (winbind_knows_domain(domain)) {
	case WINBIND_YES:
		return NTLM_AUTHORITY_DOMAIN;
	case WINBIND_NO:
		return NTLM_AUTHORITY_HERE;
	default:
		return NTLM_AUTHORITY_UNKNOWN;
	}
}

enum auth_reason ntlm_domain_verify(const struct ntlm_attempt *at, const struct ntlm_claim *claim,
	const struct auth_report *report, struct ntlm_proved *proved)
{
	struct winbind_response response = {
		.account = report->account,
		.domain = report->domain,
		.workstation = report->workstation,
		.nt_response = claim->message.nt_challenge_response,
	};

	memcpy(response.server_challenge, at->server_challenge, sizeof(response.server_challenge));
	enum auth_reason reason = winbind_response_verify(&response, &proved->user);
	if (reason == AUTH_REASON_OK)
		memcpy(proved->session_base_key, proved->user->session_base_key, NTLM_KEY_LEN);
	return reason;
}
