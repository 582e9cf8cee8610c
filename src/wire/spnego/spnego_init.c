// SPDX-License-Identifier: Apache-2.0
// NegTokenInit (RFC 4178 4.2.1) and NegTokenInit2 (MS-SPNG 2.2.1)
#include "wire/spnego/der.h"
#include "wire/spnego/spnego.h"
#include "wire/spnego/spnego_oid.h"

static bool next_is(const struct der_reader *d, unsigned context)
{
	return der_peek(d) == (int)(DER_CONTEXT_0 + context);
}

static void mech_types_get(struct der_reader *seq, struct spnego_init *m)
{
	struct der_reader field = der_enter(seq, DER_CONTEXT_0);
	m->mech_types_der = span_make(field.r.base, field.r.len);
	struct der_reader list = der_enter(&field, DER_SEQUENCE);

	while (reader_left(&list.r) > 0) {
		struct span oid = der_value(&list, DER_OID);
		reader_require(&list.r, m->mech_type_count < SPNEGO_MECHS_MAX, VERDICT_TOO_LONG);
		if (!reader_ok(&list.r))
			break;
		m->mech_types[m->mech_type_count].mech = spnego_mech_of_oid(oid);
		m->mech_types[m->mech_type_count++].oid = oid;
	}
	reader_require(&list.r, m->mech_type_count > 0, VERDICT_BAD_VALUE);
	der_leave(&field, &list);
	der_leave(seq, &field);
}

static struct span octets_get(struct der_reader *seq, unsigned context)
{
	struct der_reader field = der_enter(seq, (uint8_t)(DER_CONTEXT_0 + context));
	struct span value = der_value(&field, DER_OCTET_STRING);

	der_leave(seq, &field);
	return value;
}

// RFC 4178: reqFlags SHOULD be left out and MUST be ignored.
static void req_flags_skip(struct der_reader *seq)
{
	struct der_reader field = der_enter(seq, DER_CONTEXT_0 + 1);

	(void)der_value(&field, DER_BIT_STRING);
	der_leave(seq, &field);
}

static void neg_hints_get(struct der_reader *field, struct spnego_init *m)
{
	struct der_reader hints = der_enter(field, DER_SEQUENCE);

	m->has_neg_hints = true;
	if (next_is(&hints, 0)) {
		struct der_reader name = der_enter(&hints, DER_CONTEXT_0);
		m->hint_name = der_value(&name, DER_GENERAL_STRING);
		der_leave(&hints, &name);
	}
	if (next_is(&hints, 1))
		(void)octets_get(&hints, 1); // hintAddress: never sent (MS-SPNG 2.2.1)
	der_leave(field, &hints);
}

// [3] is a mechListMIC in NegTokenInit, negHints in NegTokenInit2.
static void third_get(struct der_reader *seq, struct spnego_init *m)
{
	struct der_reader field = der_enter(seq, DER_CONTEXT_0 + 3);

	if (der_peek(&field) == DER_SEQUENCE) {
		neg_hints_get(&field, m);
	} else {
		m->mech_list_mic = der_value(&field, DER_OCTET_STRING);
		m->has_mech_list_mic = true;
	}
	der_leave(seq, &field);
}

static void fields_get(struct der_reader *seq, struct spnego_init *m)
{
	mech_types_get(seq, m);
	if (next_is(seq, 1))
		req_flags_skip(seq);
	if (next_is(seq, 2)) {
		m->mech_token = octets_get(seq, 2);
		m->has_mech_token = true;
	}
	if (next_is(seq, 3))
		third_get(seq, m);
	if (m->has_neg_hints && next_is(seq, 4)) {
		m->mech_list_mic = octets_get(seq, 4);
		m->has_mech_list_mic = true;
	}
}

enum verdict spnego_init_decode(struct span token, struct spnego_init *out)
{
	struct der_reader d = der_reader_make(token);
	struct spnego_init m = {};

	reader_require(&d.r, token.len <= SPNEGO_TOKEN_LEN_MAX, VERDICT_TOO_LONG);
	struct der_reader frame = der_enter(&d, DER_APPLICATION_0);
	struct span oid = der_value(&frame, DER_OID);
	reader_require(&frame.r, span_equal(oid, spnego_oid), VERDICT_BAD_VALUE);
	struct der_reader choice = der_enter(&frame, DER_CONTEXT_0);
	struct der_reader seq = der_enter(&choice, DER_SEQUENCE);
	fields_get(&seq, &m);
	der_leave(&choice, &seq);
	der_leave(&frame, &choice);
	der_leave(&d, &frame);
	enum verdict v = der_finish(&d);
	if (v == VERDICT_OK)
		*out = m;
	return v;
}

void spnego_mech_types_encode(struct writer *w, const struct spnego_init *in)
{
	size_t list = der_begin(w, DER_SEQUENCE);

	for (unsigned i = 0; i < in->mech_type_count && i < SPNEGO_MECHS_MAX; i++) {
		struct span known = spnego_mech_oid(in->mech_types[i].mech);
		der_put(w, DER_OID, known.len > 0 ? known : in->mech_types[i].oid);
	}
	der_end(w, list);
}

static void octets_put(struct writer *w, unsigned context, struct span value)
{
	size_t field = der_begin(w, (uint8_t)(DER_CONTEXT_0 + context));

	der_put(w, DER_OCTET_STRING, value);
	der_end(w, field);
}

static void neg_hints_put(struct writer *w, struct span hint_name)
{
	size_t field = der_begin(w, DER_CONTEXT_0 + 3);
	size_t hints = der_begin(w, DER_SEQUENCE);
	size_t name = der_begin(w, DER_CONTEXT_0);

	der_put(w, DER_GENERAL_STRING, hint_name);
	der_end(w, name);
	der_end(w, hints);
	der_end(w, field);
}

static void fields_put(struct writer *w, const struct spnego_init *in)
{
	size_t field = der_begin(w, DER_CONTEXT_0);

	spnego_mech_types_encode(w, in);
	der_end(w, field);
	if (in->has_mech_token)
		octets_put(w, 2, in->mech_token);
	if (in->has_neg_hints)
		neg_hints_put(w, in->hint_name);
	if (in->has_mech_list_mic)
		octets_put(w, in->has_neg_hints ? 4 : 3, in->mech_list_mic);
}

void spnego_init_encode(struct writer *w, const struct spnego_init *in)
{
	size_t frame = der_begin(w, DER_APPLICATION_0);

	der_put(w, DER_OID, spnego_oid);
	size_t choice = der_begin(w, DER_CONTEXT_0);
	size_t seq = der_begin(w, DER_SEQUENCE);
	fields_put(w, in);
	der_end(w, seq);
	der_end(w, choice);
	der_end(w, frame);
}
