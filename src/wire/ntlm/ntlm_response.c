// SPDX-License-Identifier: Apache-2.0
#include "wire/ntlm/ntlm_response.h"

enum { RESP_TYPE_V2 = 1 };

enum ntlm_response_kind ntlm_response_kind_of(struct span nt_challenge_response)
{
	struct reader r = reader_make(nt_challenge_response);

	if (nt_challenge_response.len == 0)
		return NTLM_RESPONSE_EMPTY;
	if (nt_challenge_response.len == NTLM_V1_RESPONSE_LEN)
		return NTLM_RESPONSE_V1;
	reader_skip(&r, NTLM_PROOF_LEN);
	if (nt_challenge_response.len >= NTLMV2_RESPONSE_LEN_MIN && reader_u8(&r) == RESP_TYPE_V2)
		return NTLM_RESPONSE_V2;
	return NTLM_RESPONSE_OTHER;
}

const char *ntlm_response_kind_name(enum ntlm_response_kind kind)
{
	switch (kind) {
	case NTLM_RESPONSE_EMPTY:
		return "empty";
	case NTLM_RESPONSE_V1:
		return "ntlmv1";
	case NTLM_RESPONSE_V2:
		return "ntlmv2";
	case NTLM_RESPONSE_OTHER:
		break;
	}
	return "other";
}

enum verdict ntlmv2_response_decode(struct span nt_challenge_response, struct ntlmv2_response *out)
{
	struct reader r = reader_make(nt_challenge_response);
	struct ntlmv2_response m = {};

	reader_copy(&r, m.response, sizeof(m.response));
	m.temp = reader_at(&r, r.pos, reader_left(&r), r.pos);
	m.resp_type = reader_u8(&r);
	m.hi_resp_type = reader_u8(&r);
	reader_skip(&r, 2 + 4); // Reserved1, Reserved2
	m.time_stamp = reader_u64(&r);
	reader_copy(&r, m.challenge_from_client, sizeof(m.challenge_from_client));
	reader_skip(&r, 4); // Reserved3
	m.av_pairs = reader_rest(&r);
	reader_require(&r, m.resp_type == RESP_TYPE_V2 && m.hi_resp_type == RESP_TYPE_V2, VERDICT_BAD_VALUE);
	if (reader_verdict(&r) == VERDICT_OK)
		*out = m;
	return reader_verdict(&r);
}

void ntlmv2_client_challenge_encode(struct writer *w, const struct ntlmv2_response *in)
{
	writer_u8(w, RESP_TYPE_V2);
	writer_u8(w, RESP_TYPE_V2);
	writer_zeros(w, 2 + 4);
	writer_u64(w, in->time_stamp);
	writer_bytes(w, in->challenge_from_client, sizeof(in->challenge_from_client));
	writer_zeros(w, 4);
	writer_span(w, in->av_pairs);
	writer_zeros(w, 4); // 3.3.2: temp ends with Z(4)
}
