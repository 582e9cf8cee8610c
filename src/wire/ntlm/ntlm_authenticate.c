// SPDX-License-Identifier: Apache-2.0
// AUTHENTICATE_MESSAGE (MS-NLMP 2.2.1.3)
#include "wire/ntlm/ntlm_field.h"

enum {
	FIXED_LEN = 64, // without Version and MIC
	VERSION_END = NTLM_MIC_OFFSET,
	MIC_END = NTLM_MIC_OFFSET + NTLM_MIC_LEN,
};

// Version and MIC have no flag of their own that can be trusted: they are there when the payload, which
// may not overlap them, begins behind them.
static void optional_get(struct reader *r, size_t payload, struct ntlm_authenticate *m)
{
	m->has_version = (m->negotiate_flags & NTLMSSP_NEGOTIATE_VERSION) && payload >= VERSION_END;
	m->has_mic = payload >= MIC_END;
	if (m->has_version)
		m->version = ntlm_version_get(r);
	if (m->has_mic) {
		reader_seek(r, NTLM_MIC_OFFSET);
		reader_copy(r, m->mic, sizeof(m->mic));
		m->mic_offset = NTLM_MIC_OFFSET;
	}
}

enum verdict ntlm_authenticate_decode(struct span message, struct ntlm_authenticate *out)
{
	struct reader r = reader_make(message);
	struct ntlm_authenticate m = {};
	size_t payload = message.len;

	ntlm_header_get(&r, NTLM_MESSAGE_AUTHENTICATE);
	struct ntlm_field lm = ntlm_field_get(&r);
	struct ntlm_field nt = ntlm_field_get(&r);
	struct ntlm_field domain = ntlm_field_get(&r);
	struct ntlm_field user = ntlm_field_get(&r);
	struct ntlm_field workstation = ntlm_field_get(&r);
	struct ntlm_field key = ntlm_field_get(&r);
	m.negotiate_flags = reader_u32(&r);
	m.lm_challenge_response = ntlm_field_bytes(&r, lm, FIXED_LEN, &payload);
	m.nt_challenge_response = ntlm_field_bytes(&r, nt, FIXED_LEN, &payload);
	m.domain_name = ntlm_field_bytes(&r, domain, FIXED_LEN, &payload);
	m.user_name = ntlm_field_bytes(&r, user, FIXED_LEN, &payload);
	m.workstation = ntlm_field_bytes(&r, workstation, FIXED_LEN, &payload);
	m.encrypted_random_session_key = ntlm_field_bytes(&r, key, FIXED_LEN, &payload);
	optional_get(&r, payload, &m);
	if (reader_verdict(&r) == VERDICT_OK)
		*out = m;
	return reader_verdict(&r);
}

// The order that Windows writes: domain, user, workstation, LM response, NT response, session key.
void ntlm_authenticate_encode(struct writer *w, const struct ntlm_authenticate *in)
{
	size_t start = w->pos;
	size_t domain = in->has_mic ? MIC_END : VERSION_END;
	size_t user = domain + in->domain_name.len;
	size_t workstation = user + in->user_name.len;
	size_t lm = workstation + in->workstation.len;
	size_t nt = lm + in->lm_challenge_response.len;
	size_t key = nt + in->nt_challenge_response.len;

	ntlm_header_put(w, NTLM_MESSAGE_AUTHENTICATE);
	ntlm_field_put(w, in->lm_challenge_response, &lm);
	ntlm_field_put(w, in->nt_challenge_response, &nt);
	ntlm_field_put(w, in->domain_name, &domain);
	ntlm_field_put(w, in->user_name, &user);
	ntlm_field_put(w, in->workstation, &workstation);
	ntlm_field_put(w, in->encrypted_random_session_key, &key);
	writer_u32(w, in->negotiate_flags);
	ntlm_version_put(w, in->has_version, &in->version);
	if (in->has_mic)
		writer_bytes(w, in->mic, sizeof(in->mic));
	writer_span(w, in->domain_name);
	writer_span(w, in->user_name);
	writer_span(w, in->workstation);
	writer_span(w, in->lm_challenge_response);
	writer_span(w, in->nt_challenge_response);
	writer_span(w, in->encrypted_random_session_key);
	if (writer_ok(w) && w->pos - start > NTLM_MESSAGE_LEN_MAX)
		w->overflow = true;
}
