// SPDX-License-Identifier: Apache-2.0
// NegTokenResp (RFC 4178 4.2.2)
#include "wire/spnego/der.h"
#include "wire/spnego/spnego.h"

static bool next_is(const struct der_reader *d, unsigned context)
{
	return der_peek(d) == (int)(DER_CONTEXT_0 + context);
}

static void neg_state_get(struct der_reader *seq, struct spnego_resp *m)
{
	struct der_reader field = der_enter(seq, DER_CONTEXT_0);
	struct reader value = reader_make(der_value(&field, DER_ENUMERATED));
	uint8_t state = reader_u8(&value);

	reader_require(&field.r, reader_finish(&value) == VERDICT_OK, VERDICT_BAD_VALUE);
	reader_require(&field.r, state <= SPNEGO_REQUEST_MIC, VERDICT_BAD_VALUE);
	m->has_neg_state = true;
	m->neg_state = (enum spnego_neg_state)state;
	der_leave(seq, &field);
}

static struct span field_get(struct der_reader *seq, unsigned context, uint8_t tag)
{
	struct der_reader field = der_enter(seq, (uint8_t)(DER_CONTEXT_0 + context));
	struct span value = der_value(&field, tag);

	der_leave(seq, &field);
	return value;
}

static void fields_get(struct der_reader *seq, struct spnego_resp *m)
{
	if (next_is(seq, 0))
		neg_state_get(seq, m);
	if (next_is(seq, 1)) {
		m->supported_mech_oid = field_get(seq, 1, DER_OID);
		m->supported_mech = spnego_mech_of_oid(m->supported_mech_oid);
		m->has_supported_mech = true;
	}
	if (next_is(seq, 2)) {
		m->response_token = field_get(seq, 2, DER_OCTET_STRING);
		m->has_response_token = true;
	}
	if (next_is(seq, 3)) {
		m->mech_list_mic = field_get(seq, 3, DER_OCTET_STRING);
		m->has_mech_list_mic = true;
	}
}

enum verdict spnego_resp_decode(struct span token, struct spnego_resp *out)
{
	struct der_reader d = der_reader_make(token);
	struct spnego_resp m = {};

	reader_require(&d.r, token.len <= SPNEGO_TOKEN_LEN_MAX, VERDICT_TOO_LONG);
	struct der_reader choice = der_enter(&d, DER_CONTEXT_0 + 1);
	struct der_reader seq = der_enter(&choice, DER_SEQUENCE);
	fields_get(&seq, &m);
	der_leave(&choice, &seq);
	der_leave(&d, &choice);
	enum verdict v = der_finish(&d);
	if (v == VERDICT_OK)
		*out = m;
	return v;
}

static void field_put(struct writer *w, unsigned context, uint8_t tag, struct span value)
{
	size_t field = der_begin(w, (uint8_t)(DER_CONTEXT_0 + context));

	der_put(w, tag, value);
	der_end(w, field);
}

void spnego_resp_encode(struct writer *w, const struct spnego_resp *in)
{
	size_t choice = der_begin(w, DER_CONTEXT_0 + 1);
	size_t seq = der_begin(w, DER_SEQUENCE);
	uint8_t state = (uint8_t)in->neg_state;

	if (in->has_neg_state)
		field_put(w, 0, DER_ENUMERATED, span_make(&state, 1));
	if (in->has_supported_mech)
		field_put(w, 1, DER_OID, spnego_mech_oid(in->supported_mech));
	if (in->has_response_token)
		field_put(w, 2, DER_OCTET_STRING, in->response_token);
	if (in->has_mech_list_mic)
		field_put(w, 3, DER_OCTET_STRING, in->mech_list_mic);
	der_end(w, seq);
	der_end(w, choice);
}
