// SPDX-License-Identifier: Apache-2.0
#include "auth/ntlm_conditions.h"

#include "auth/ntlm_target.h"
#include "base/secret.h"
#include "base/utf16.h"

static enum auth_reason mic_verify(const struct ntlm_attempt *at, const struct ntlm_claim *claim,
	const uint8_t exported_session_key[NTLM_KEY_LEN], struct auth_report *report)
{
	const struct auth_policy *policy = &at->config->policy;
	uint8_t mic[NTLM_MAC_LEN];

	if (!(ntlm_av_list_flags(&claim->av) & MSV_AV_FLAG_MIC_PRESENT))
		return policy->transcript_protected && !policy->require_mic ? AUTH_REASON_OK
									    : AUTH_REASON_MIC_MISSING;
	// Declared in what the proof covers: so it was there when the client sent it.
	if (!claim->message.has_mic)
		return AUTH_REASON_MIC_MISSING;
	if (ntlm_mic(exported_session_key, at->negotiate, at->challenge, at->authenticate,
		    claim->message.mic_offset, mic) < 0)
		return AUTH_REASON_INTERNAL;
	bool equal = secret_equal(mic, claim->message.mic, sizeof(mic));
	secret_wipe_bytes(mic, sizeof(mic)); // a right one is worth something to who sent a wrong one
	if (!equal)
		return AUTH_REASON_MIC_WRONG;
	report->result.mic_verified = true;
	return AUTH_REASON_OK;
}

static enum auth_reason target_name_verify(
	const struct ntlm_attempt *at, const struct ntlm_claim *claim, const struct auth_report *report)
{
	const struct auth_policy *policy = &at->config->policy;
	const struct ntlm_av_pair *target = ntlm_av_list_find(&claim->av, MSV_AV_TARGET_NAME);
	uint8_t first[1024];
	struct arena a;

	// 2.2.2.1: empty when the client did not know it.
	if (target == NULL || target->value.len == 0)
		return policy->require_target_name ? AUTH_REASON_TARGET_NAME_MISSING : AUTH_REASON_OK;
	if (!policy->check_target_name)
		return AUTH_REASON_OK;
	arena_init(&a, first, sizeof(first));
	const char *name = utf16_to_utf8(&a, target->value);
	bool ours = name != NULL &&
		    (ntlm_target_name_ours(name, at->config) || ntlm_target_name_is(name, at->machine));
	arena_reset(&a);
	if (!ours)
		return AUTH_REASON_TARGET_NAME_MISMATCH;
	// Right, but from where anybody could have put it: as good as none.
	return policy->require_target_name && report->result.untrusted_target_name
		       ? AUTH_REASON_TARGET_NAME_MISSING
		       : AUTH_REASON_OK;
}

// Whom did the client mean? All of it is covered by the proof, so no relay can change it.
static enum auth_reason target_verify(
	const struct ntlm_attempt *at, const struct ntlm_claim *claim, const struct auth_report *report)
{
	if (!ntlm_target_info_kept(at->target_info, &claim->av))
		return AUTH_REASON_TARGET_INFO_CHANGED;
	// There is no TLS under this server that they could be bound to.
	if (report->result.channel_bindings)
		return AUTH_REASON_CHANNEL_BINDINGS;
	return target_name_verify(at, claim, report);
}

static bool is_timely(const struct ntlm_attempt *at, const struct ntlm_claim *claim)
{
	const uint64_t most = (uint64_t)NTLM_CLOCK_SKEW_MAX_S * 10000000u;
	uint64_t then = claim->response.time_stamp;

	return then > at->now ? then - at->now <= most : at->now - then <= most;
}

enum auth_reason ntlm_conditions_verify(const struct ntlm_attempt *at, const struct ntlm_claim *claim,
	const uint8_t exported_session_key[NTLM_KEY_LEN], struct auth_report *report)
{
	enum auth_reason reason = mic_verify(at, claim, exported_session_key, report);
	if (reason == AUTH_REASON_OK)
		reason = target_verify(at, claim, report);
	if (reason != AUTH_REASON_OK)
		return reason;
	return is_timely(at, claim) ? AUTH_REASON_OK : AUTH_REASON_CLOCK_SKEW;
}
