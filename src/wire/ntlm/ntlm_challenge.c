// SPDX-License-Identifier: Apache-2.0
// CHALLENGE_MESSAGE (MS-NLMP 2.2.1.2)
#include "wire/ntlm/ntlm_field.h"

enum {
	SHORT_LEN = 32, // servers before Windows 2000 stop behind the challenge
	FIXED_LEN = 48, // without Version
	VERSION_END = 56,
};

enum verdict ntlm_challenge_decode(struct span message, struct ntlm_challenge *out)
{
	struct reader r = reader_make(message);
	struct ntlm_challenge m = {};
	struct ntlm_field target_info = {};
	size_t payload = message.len;

	ntlm_header_get(&r, NTLM_MESSAGE_CHALLENGE);
	struct ntlm_field target_name = ntlm_field_get(&r);
	m.negotiate_flags = reader_u32(&r);
	reader_copy(&r, m.server_challenge, sizeof(m.server_challenge));
	if (m.negotiate_flags & NTLMSSP_NEGOTIATE_TARGET_INFO) {
		reader_skip(&r, 8);
		target_info = ntlm_field_get(&r);
		m.target_info = ntlm_field_bytes(&r, target_info, FIXED_LEN, &payload);
	} else if (message.len >= FIXED_LEN) {
		reader_seek(&r, FIXED_LEN);
	}
	m.target_name = ntlm_field_bytes(&r, target_name, SHORT_LEN, &payload);
	m.has_version = (m.negotiate_flags & NTLMSSP_NEGOTIATE_VERSION) && payload >= VERSION_END;
	if (m.has_version)
		m.version = ntlm_version_get(&r);
	if (reader_verdict(&r) == VERDICT_OK)
		*out = m;
	return reader_verdict(&r);
}

void ntlm_challenge_encode(struct writer *w, const struct ntlm_challenge *in)
{
	size_t start = w->pos, offset = VERSION_END, info_offset = VERSION_END + in->target_name.len;

	ntlm_header_put(w, NTLM_MESSAGE_CHALLENGE);
	ntlm_field_put(w, in->target_name, &offset);
	writer_u32(w, in->negotiate_flags);
	writer_bytes(w, in->server_challenge, sizeof(in->server_challenge));
	writer_zeros(w, 8);
	ntlm_field_put(w, in->target_info, &info_offset);
	ntlm_version_put(w, in->has_version, &in->version);
	writer_span(w, in->target_name);
	writer_span(w, in->target_info);
	if (writer_ok(w) && w->pos - start > NTLM_MESSAGE_LEN_MAX)
		w->overflow = true;
}
