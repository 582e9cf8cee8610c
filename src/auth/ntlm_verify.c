// SPDX-License-Identifier: Apache-2.0
#include "auth/ntlm_verify.h"

#include <string.h>

#include "auth/ntlm_target.h"
#include "base/secret.h"
#include "base/utf16.h"
#include "base/writer.h"
#include "wire/ntlm/ntlm_av_pair.h"
#include "wire/ntlm/ntlm_message.h"
#include "wire/ntlm/ntlm_response.h"

// Without any of these the session's key or its derivation would be weaker than NTLMv2 can have it.
static const uint32_t flags_required = NTLMSSP_NEGOTIATE_UNICODE | NTLMSSP_NEGOTIATE_SIGN |
				       NTLMSSP_NEGOTIATE_EXTENDED_SESSIONSECURITY | NTLMSSP_NEGOTIATE_128 |
				       NTLMSSP_NEGOTIATE_KEY_EXCH;

struct parsed {
	struct ntlm_authenticate message;
	struct ntlmv2_response response;
	struct ntlm_av_list av;
};

static void claims_record(const struct ntlm_authenticate *m, struct auth_report *report)
{
	struct writer w = writer_make(report->result.version, sizeof(report->result.version));

	if (m->negotiate_flags & NTLMSSP_NEGOTIATE_UNICODE) {
		auth_claim_set_utf16(report->account, m->user_name);
		auth_claim_set_utf16(report->domain, m->domain_name);
		auth_claim_set_utf16(report->workstation, m->workstation);
	}
	report->result.has_version = m->has_version;
	if (!m->has_version)
		return;
	writer_u8(&w, m->version.product_major_version);
	writer_u8(&w, m->version.product_minor_version);
	writer_u16(&w, m->version.product_build);
	writer_zeros(&w, 3);
	writer_u8(&w, m->version.ntlm_revision_current);
}

// MS-NLMP 3.2.5.1.2: no user, no NT response, and an LM response that is empty or one zero byte.
static bool is_anonymous(const struct ntlm_authenticate *m)
{
	return (m->negotiate_flags & NTLMSSP_ANONYMOUS) != 0 ||
	       (m->user_name.len == 0 && m->nt_challenge_response.len == 0);
}

static void av_record(const struct parsed *p, uint64_t now, struct auth_report *report)
{
	static const uint8_t zeros[16];
	const struct ntlm_av_pair *target = ntlm_av_list_find(&p->av, MSV_AV_TARGET_NAME);
	const struct ntlm_av_pair *bindings = ntlm_av_list_find(&p->av, MSV_AV_CHANNEL_BINDINGS);

	if (target != NULL)
		auth_claim_set_utf16(report->target_name, target->value);
	report->result.channel_bindings =
		bindings != NULL && !span_equal(bindings->value, span_make(zeros, sizeof(zeros)));
	report->result.untrusted_target_name = (ntlm_av_list_flags(&p->av) & MSV_AV_FLAG_UNTRUSTED_SPN) != 0;
	report->result.clock_skew_ms = (int64_t)(p->response.time_stamp - now) / 10000;
}

// What can be said without any account: form and strength.
static enum auth_reason message_parse(
	const struct ntlm_attempt *at, struct parsed *p, struct auth_report *report)
{
	struct ntlm_authenticate *m = &p->message;

	if (ntlm_authenticate_decode(at->authenticate, m) != VERDICT_OK)
		return AUTH_REASON_MALFORMED;
	claims_record(m, report);
	if (is_anonymous(m))
		return AUTH_REASON_ANONYMOUS;
	// Other kinds end here, by their length and shape: there is no code that could verify them.
	if (ntlm_response_kind_of(m->nt_challenge_response) != NTLM_RESPONSE_V2)
		return AUTH_REASON_NOT_NTLMV2;
	report->result.mechanism = AUTH_MECHANISM_NTLMV2;
	if ((m->negotiate_flags & flags_required) != flags_required ||
		m->encrypted_random_session_key.len != NTLM_KEY_LEN)
		return AUTH_REASON_WEAK_FLAGS;
	if (m->user_name.len > NTLM_USER_LEN_MAX || m->user_name.len % 2 != 0)
		return AUTH_REASON_MALFORMED;
	if (ntlmv2_response_decode(m->nt_challenge_response, &p->response) != VERDICT_OK ||
		ntlm_av_list_decode(p->response.av_pairs, &p->av) != VERDICT_OK)
		return AUTH_REASON_MALFORMED;
	av_record(p, at->now, report);
	return AUTH_REASON_OK;
}

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

// Why this account (or none) could not have given a right proof.
static enum auth_reason proof_failure(const struct account *account, const char *claimed)
{
	if (account == NULL)
		return account_name_equal(claimed, "guest") ? AUTH_REASON_GUEST : AUTH_REASON_UNKNOWN_ACCOUNT;
	return account->ntlm ? AUTH_REASON_WRONG_PASSWORD : AUTH_REASON_NTLM_NOT_ALLOWED_FOR_ACCOUNT;
}

// The same work whether or not the account exists and has a hash: time must not tell which accounts do.
static enum auth_reason proof_verify(const struct ntlm_attempt *at, const struct parsed *p,
	const struct account *account, const char *claimed, uint8_t session_base_key[NTLM_KEY_LEN])
{
	uint8_t nt_hash[NTLM_KEY_LEN], response_key[NTLM_KEY_LEN], proof[NTLM_KEY_LEN];
	bool possible = account != NULL && account->ntlm;

	random_bytes(nt_hash, sizeof(nt_hash));
	if (possible)
		memcpy(nt_hash, account->nt_hash, sizeof(nt_hash));
	int rc = ntlm_ntowf_v2(nt_hash, p->message.user_name, p->message.domain_name, response_key);
	if (rc == 0)
		rc = ntlm_proof(
			response_key, at->server_challenge, p->response.temp, proof, session_base_key);
	bool equal = rc == 0 && secret_equal(proof, p->response.response, sizeof(proof));
	secret_wipe_bytes(nt_hash, sizeof(nt_hash));
	secret_wipe_bytes(response_key, sizeof(response_key));
	if (rc < 0)
		return AUTH_REASON_INTERNAL;
	return equal && possible ? AUTH_REASON_OK : proof_failure(account, claimed);
}

static enum auth_reason mic_verify(const struct ntlm_attempt *at, const struct parsed *p,
	const uint8_t exported_session_key[NTLM_KEY_LEN], struct auth_report *report)
{
	uint8_t mic[NTLM_MAC_LEN];

	if (!(ntlm_av_list_flags(&p->av) & MSV_AV_FLAG_MIC_PRESENT))
		return at->config->policy.transcript_protected ? AUTH_REASON_OK : AUTH_REASON_MIC_MISSING;
	// Declared in what the proof covers: so it was there when the client sent it.
	if (!p->message.has_mic)
		return AUTH_REASON_MIC_MISSING;
	if (ntlm_mic(exported_session_key, at->negotiate, at->challenge, at->authenticate,
		    p->message.mic_offset, mic) < 0)
		return AUTH_REASON_INTERNAL;
	if (!secret_equal(mic, p->message.mic, sizeof(mic)))
		return AUTH_REASON_MIC_WRONG;
	report->result.mic_verified = true;
	return AUTH_REASON_OK;
}

static enum auth_reason target_verify(const struct ntlm_attempt *at, const struct parsed *p, struct arena *a)
{
	const struct auth_policy *policy = &at->config->policy;
	const struct ntlm_av_pair *target = ntlm_av_list_find(&p->av, MSV_AV_TARGET_NAME);

	if (!ntlm_target_info_kept(at->target_info, &p->av))
		return AUTH_REASON_TARGET_INFO_CHANGED;
	// 2.2.2.1: empty when the client did not know it.
	if (target == NULL || target->value.len == 0)
		return policy->require_target_name ? AUTH_REASON_TARGET_NAME_MISSING : AUTH_REASON_OK;
	if (!policy->check_target_name)
		return AUTH_REASON_OK;
	const char *name = utf16_to_utf8(a, target->value);
	return name != NULL && ntlm_target_name_ours(name, at->config) ? AUTH_REASON_OK
								       : AUTH_REASON_TARGET_NAME_MISMATCH;
}

static bool is_timely(const struct ntlm_attempt *at, const struct parsed *p)
{
	const uint64_t most = (uint64_t)NTLM_CLOCK_SKEW_MAX_S * 10000000u;
	uint64_t then = p->response.time_stamp;

	return then > at->now ? then - at->now <= most : at->now - then <= most;
}

// What is asked of a client that has proved its password.
static enum auth_reason conditions_verify(const struct ntlm_attempt *at, const struct parsed *p,
	const uint8_t exported_session_key[NTLM_KEY_LEN], struct auth_report *report)
{
	uint8_t first[1024];
	struct arena a;

	enum auth_reason reason = mic_verify(at, p, exported_session_key, report);
	if (reason != AUTH_REASON_OK)
		return reason;
	arena_init(&a, first, sizeof(first));
	reason = target_verify(at, p, &a);
	arena_reset(&a);
	if (reason != AUTH_REASON_OK)
		return reason;
	return is_timely(at, p) ? AUTH_REASON_OK : AUTH_REASON_CLOCK_SKEW;
}

enum auth_reason ntlm_attempt_verify(const struct ntlm_attempt *attempt, struct auth_report *report,
	const struct account **account, uint8_t exported_session_key[NTLM_KEY_LEN])
{
	struct parsed p;
	uint8_t session_base_key[NTLM_KEY_LEN] = {}, exported[NTLM_KEY_LEN];

	enum auth_reason reason = message_parse(attempt, &p, report);
	if (reason != AUTH_REASON_OK)
		return reason;
	const struct account *found = account_of(attempt, p.message.user_name);
	reason = proof_verify(attempt, &p, found, report->account, session_base_key);
	if (reason == AUTH_REASON_OK) {
		ntlm_key_exchange(session_base_key, p.message.encrypted_random_session_key.data, exported);
		reason = found->disabled ? AUTH_REASON_ACCOUNT_DISABLED
					 : conditions_verify(attempt, &p, exported, report);
	}
	if (reason == AUTH_REASON_OK) {
		*account = found;
		memcpy(exported_session_key, exported, NTLM_KEY_LEN);
	}
	secret_wipe_bytes(session_base_key, sizeof(session_base_key));
	secret_wipe_bytes(exported, sizeof(exported));
	return reason;
}
