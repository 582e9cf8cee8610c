// SPDX-License-Identifier: Apache-2.0
// Any message to all NTLM decoders; what decodes must encode to something that decodes to the same.
#include <stdlib.h>

#include "wire/ntlm/ntlm_av_pair.h"
#include "wire/ntlm/ntlm_message.h"
#include "wire/ntlm/ntlm_response.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { OUT_LEN = 8 * 65536 };

static void av_pairs(struct span bytes)
{
	struct ntlm_av_list list;
	uint64_t time;

	if (ntlm_av_list_decode(bytes, &list) != VERDICT_OK)
		return;
	if (list.count > NTLM_AV_PAIRS_MAX || list.raw.len > bytes.len)
		abort();
	if (ntlm_av_list_flags(&list) == 0 && ntlm_av_list_timestamp(&list, &time) && list.count == 0)
		abort();
}

static void response(struct span bytes)
{
	struct ntlmv2_response r;

	enum ntlm_response_kind kind = ntlm_response_kind_of(bytes);
	if (ntlmv2_response_decode(bytes, &r) != VERDICT_OK)
		return;
	if (bytes.len >= NTLMV2_RESPONSE_LEN_MIN && kind != NTLM_RESPONSE_V2)
		abort();
	av_pairs(r.av_pairs);
}

static void challenge(struct span message)
{
	static uint8_t out[OUT_LEN];
	struct writer w = writer_make(out, sizeof(out));
	struct ntlm_challenge m, back;

	if (ntlm_challenge_decode(message, &m) != VERDICT_OK)
		return;
	av_pairs(m.target_info);
	ntlm_challenge_encode(&w, &m);
	if (!writer_ok(&w))
		return;
	if (ntlm_challenge_decode(writer_since(&w, 0), &back) != VERDICT_OK ||
		!span_equal(m.target_name, back.target_name) || !span_equal(m.target_info, back.target_info))
		abort();
}

static void authenticate(struct span message)
{
	static uint8_t out[OUT_LEN];
	struct writer w = writer_make(out, sizeof(out));
	struct ntlm_authenticate m, back;

	if (ntlm_authenticate_decode(message, &m) != VERDICT_OK)
		return;
	response(m.nt_challenge_response);
	ntlm_authenticate_encode(&w, &m);
	if (!writer_ok(&w))
		return;
	if (ntlm_authenticate_decode(writer_since(&w, 0), &back) != VERDICT_OK ||
		!span_equal(m.user_name, back.user_name) ||
		!span_equal(m.nt_challenge_response, back.nt_challenge_response) ||
		!span_equal(m.encrypted_random_session_key, back.encrypted_random_session_key))
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span message = span_make(data, size);
	struct ntlm_negotiate negotiate;

	if (ntlm_negotiate_decode(message, &negotiate) == VERDICT_OK && negotiate.domain_name.len > size)
		abort();
	challenge(message);
	authenticate(message);
	response(message);
	av_pairs(message);
	return 0;
}
