// SPDX-License-Identifier: Apache-2.0
#include "auth/ntlm_proof.h"

#include <string.h>

#include "auth/ntlm_target.h"
#include "base/secret.h"
#include "base/utf16.h"

static const struct account *account_of(const struct ntlm_attempt *at, struct span user_utf16)
{
	uint8_t first[2048];
	struct arena a;

	arena_init(&a, first, sizeof(first));
	const char *name = utf16_to_utf8(&a, user_utf16);
	const struct account *found = name != NULL ? account_db_find(at->config->accounts, name) : NULL;
	arena_reset(&a);
	return found;
}

// Why this account (or none) did not give a right proof.
static enum auth_reason proof_failure(const struct ntlm_attempt *at, const struct ntlm_claim *claim,
	const struct account *account, bool guest)
{
	// Clients give back what the CHALLENGE had, whatever the password.
	if (!ntlm_target_info_kept(at->target_info, &claim->av))
		return AUTH_REASON_CHALLENGE_REUSED;
	if (account == NULL)
		return guest ? AUTH_REASON_GUEST : AUTH_REASON_UNKNOWN_ACCOUNT;
	return account->ntlm ? AUTH_REASON_WRONG_PASSWORD : AUTH_REASON_NTLM_NOT_ALLOWED_FOR_ACCOUNT;
}

enum auth_reason ntlm_proof_verify(const struct ntlm_attempt *at, const struct ntlm_claim *claim,
	const struct auth_report *report, struct ntlm_proved *proved)
{
	uint8_t nt_hash[NTLM_KEY_LEN], response_key[NTLM_KEY_LEN], proof[NTLM_KEY_LEN];
	const struct account *found = account_of(at, claim->message.user_name);
	bool possible = found != NULL && found->ntlm;
	bool guest = account_name_equal(report->account, "guest");

	random_bytes(nt_hash, sizeof(nt_hash));
	if (possible)
		memcpy(nt_hash, found->nt_hash, sizeof(nt_hash));
	int rc = ntlm_ntowf_v2(nt_hash, claim->message.user_name, claim->message.domain_name, response_key);
	if (rc == 0)
		rc = ntlm_proof(response_key, at->server_challenge, claim->response.temp, proof,
			proved->session_base_key);
	bool equal = rc == 0 && secret_equal(proof, claim->response.response, sizeof(proof));
	secret_wipe_bytes(nt_hash, sizeof(nt_hash));
	secret_wipe_bytes(response_key, sizeof(response_key));
	secret_wipe_bytes(proof, sizeof(proof)); // a right one is worth something to who sent a wrong one
	enum auth_reason failure = proof_failure(at, claim, found, guest);
	if (rc < 0)
		return AUTH_REASON_INTERNAL;
	if (!equal || !possible)
		return failure;
	proved->account = found;
	return found->disabled ? AUTH_REASON_ACCOUNT_DISABLED : AUTH_REASON_OK;
}
