// SPDX-License-Identifier: Apache-2.0
// NEGOTIATE_MESSAGE (MS-NLMP 2.2.1.1)
#include "wire/ntlm/ntlm_field.h"

enum {
	SHORT_LEN = 16, // some old clients stop behind the flags
	FIXED_LEN = 32, // without Version
	VERSION_END = 40,
};

static bool supplied(uint32_t flags, uint32_t flag)
{
	return (flags & flag) != 0;
}

enum verdict ntlm_negotiate_decode(struct span message, struct ntlm_negotiate *out)
{
	struct reader r = reader_make(message);
	struct ntlm_negotiate m = {};
	struct ntlm_field domain = {}, workstation = {};
	size_t payload = message.len;

	ntlm_header_get(&r, NTLM_MESSAGE_NEGOTIATE);
	m.negotiate_flags = reader_u32(&r);
	if (message.len > SHORT_LEN) {
		domain = ntlm_field_get(&r);
		workstation = ntlm_field_get(&r);
	}
	// Without their flag the fields MUST be ignored on receipt.
	if (supplied(m.negotiate_flags, NTLMSSP_NEGOTIATE_OEM_DOMAIN_SUPPLIED))
		m.domain_name = ntlm_field_bytes(&r, domain, FIXED_LEN, &payload);
	if (supplied(m.negotiate_flags, NTLMSSP_NEGOTIATE_OEM_WORKSTATION_SUPPLIED))
		m.workstation = ntlm_field_bytes(&r, workstation, FIXED_LEN, &payload);
	m.has_version = supplied(m.negotiate_flags, NTLMSSP_NEGOTIATE_VERSION) && payload >= VERSION_END;
	if (m.has_version)
		m.version = ntlm_version_get(&r);
	if (reader_verdict(&r) == VERDICT_OK)
		*out = m;
	return reader_verdict(&r);
}

void ntlm_negotiate_encode(struct writer *w, const struct ntlm_negotiate *in)
{
	size_t start = w->pos, offset = VERSION_END;

	ntlm_header_put(w, NTLM_MESSAGE_NEGOTIATE);
	writer_u32(w, in->negotiate_flags);
	ntlm_field_put(w, in->domain_name, &offset);
	ntlm_field_put(w, in->workstation, &offset);
	ntlm_version_put(w, in->has_version, &in->version);
	writer_span(w, in->domain_name);
	writer_span(w, in->workstation);
	if (writer_ok(w) && w->pos - start > NTLM_MESSAGE_LEN_MAX)
		w->overflow = true;
}
