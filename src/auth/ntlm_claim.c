// SPDX-License-Identifier: Apache-2.0
#include "auth/ntlm_claim.h"

#include "base/writer.h"

// Without any of these the session's key or its derivation would be weaker than NTLMv2 can have it.
static const uint32_t flags_required = NTLMSSP_NEGOTIATE_UNICODE | NTLMSSP_NEGOTIATE_SIGN |
				       NTLMSSP_NEGOTIATE_EXTENDED_SESSIONSECURITY | NTLMSSP_NEGOTIATE_128 |
				       NTLMSSP_NEGOTIATE_KEY_EXCH;

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

static void av_record(const struct ntlm_claim *claim, uint64_t now, struct auth_report *report)
{
	static const uint8_t zeros[16];
	const struct ntlm_av_pair *target = ntlm_av_list_find(&claim->av, MSV_AV_TARGET_NAME);
	const struct ntlm_av_pair *bindings = ntlm_av_list_find(&claim->av, MSV_AV_CHANNEL_BINDINGS);

	if (target != NULL)
		auth_claim_set_utf16(report->target_name, target->value);
	report->result.channel_bindings =
		bindings != NULL && !span_equal(bindings->value, span_make(zeros, sizeof(zeros)));
	report->result.untrusted_target_name =
		(ntlm_av_list_flags(&claim->av) & MSV_AV_FLAG_UNTRUSTED_SPN) != 0;
	report->result.clock_skew_ms = (int64_t)(claim->response.time_stamp - now) / 10000;
}

enum auth_reason ntlm_claim_parse(
	const struct ntlm_attempt *at, struct ntlm_claim *claim, struct auth_report *report)
{
	struct ntlm_authenticate *m = &claim->message;

	if (ntlm_negotiate_decode(at->negotiate, &claim->negotiate) != VERDICT_OK ||
		ntlm_authenticate_decode(at->authenticate, m) != VERDICT_OK)
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
	// A client says from the start what it wants. One that spoke to a service that does not sign is not
	// made into ours by adding the flags, as a relay may where no MIC covers them.
	if ((claim->negotiate.negotiate_flags & flags_required) != flags_required)
		return AUTH_REASON_FLAGS_CHANGED;
	if (m->user_name.len > NTLM_USER_LEN_MAX || m->user_name.len % 2 != 0)
		return AUTH_REASON_MALFORMED;
	if (ntlmv2_response_decode(m->nt_challenge_response, &claim->response) != VERDICT_OK ||
		ntlm_av_list_decode(claim->response.av_pairs, &claim->av) != VERDICT_OK)
		return AUTH_REASON_MALFORMED;
	av_record(claim, at->now, report);
	return AUTH_REASON_OK;
}
