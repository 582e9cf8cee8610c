// SPDX-License-Identifier: Apache-2.0
#include "wire/kerberos/kdc_message.h"

#include "wire/spnego/der.h"

enum {
	DER_INTEGER = 0x02,
	APPLICATION = 0x60, // constructed; + n
	APPLICATION_TICKET = 0x61,
	FIELDS_MAX = 16,
	INTEGER_LEN_MAX = 9,
	// PA-DATA types (RFC 4120 7.5.2, RFC 4556, RFC 6113, MS-SFU)
	PA_ENC_TIMESTAMP = 2,
	PA_PK_AS_REQ_OLD = 14,
	PA_PK_AS_REQ = 16,
	PA_FOR_USER = 129,
	PA_S4U_X509_USER = 130,
	PA_FX_FAST = 136,
	PA_ENCRYPTED_CHALLENGE = 138,
	PADATA_MAX = 64,
};

// The fields of a SEQUENCE by their numbers; data NULL: not there.
struct fields {
	struct span at[FIELDS_MAX];
};

static enum verdict fields_of(struct span sequence, struct fields *out)
{
	struct der_reader all = der_reader_make(sequence);
	struct der_reader d = der_enter(&all, DER_SEQUENCE);
	*out = (struct fields){ .at = { { NULL, 0 } } };
	while (reader_left(&d.r) > 0) {
		uint8_t tag;
		struct span value = der_any(&d, &tag);
		unsigned int n = tag - (unsigned int)DER_CONTEXT_0;
		reader_require(&d.r, n < FIELDS_MAX, VERDICT_BAD_VALUE);
		if (reader_ok(&d.r))
			out->at[n] = value;
	}
	der_leave(&all, &d);
	return der_finish(&all);
}

// INTEGER; what does not fit 32 bits (nonces that are not asked for) is cut.
static int32_t integer_of(struct span field)
{
	struct der_reader d = der_reader_make(field);
	struct reader r = reader_make(der_value(&d, DER_INTEGER));
	if (!reader_ok(&d.r) || r.len == 0 || r.len > INTEGER_LEN_MAX)
		return 0;
	uint32_t value = (r.base[0] & 0x80) != 0 ? UINT32_MAX : 0;
	while (reader_left(&r) > 0)
		value = value << 8 | reader_u8(&r);
	return (int32_t)value;
}

static struct span string_of(struct span field)
{
	struct der_reader d = der_reader_make(field);
	return der_value(&d, DER_GENERAL_STRING);
}

// PrincipalName
static enum verdict name_of(struct span field, struct kdc_name *out)
{
	struct fields f;
	*out = (struct kdc_name){ .count = 0 };
	if (field.data == NULL)
		return VERDICT_OK;
	enum verdict v = fields_of(field, &f);
	if (v != VERDICT_OK)
		return v;
	out->type = integer_of(f.at[0]);
	struct der_reader all = der_reader_make(f.at[1]);
	struct der_reader strings = der_enter(&all, DER_SEQUENCE);
	while (reader_left(&strings.r) > 0) {
		struct span text = der_value(&strings, DER_GENERAL_STRING);
		if (reader_ok(&strings.r) && out->count < KERBEROS_NAME_COMPONENTS_MAX)
			out->components[out->count++] = text;
	}
	der_leave(&all, &strings);
	return der_finish(&all);
}

// etype of EncryptedData
static int32_t encryption_of(struct span field)
{
	struct fields f;
	return fields_of(field, &f) == VERDICT_OK ? integer_of(f.at[0]) : 0;
}

static void take_padata(int32_t type, struct kdc_message *m)
{
	switch (type) {
	case PA_ENC_TIMESTAMP:
	case PA_PK_AS_REQ_OLD:
	case PA_PK_AS_REQ:
	case PA_FX_FAST:
	case PA_ENCRYPTED_CHALLENGE:
		m->preauthenticated = true;
		break;
	case PA_FOR_USER:
	case PA_S4U_X509_USER:
		m->for_user = true;
		break;
	default:
		break;
	}
}

// SEQUENCE OF PA-DATA
static enum verdict padata_of(struct span field, struct kdc_message *m)
{
	struct der_reader all = der_reader_make(field);
	if (field.data == NULL)
		return VERDICT_OK;
	struct der_reader list = der_enter(&all, DER_SEQUENCE);
	for (unsigned int i = 0; i < PADATA_MAX && reader_left(&list.r) > 0; i++) {
		struct der_reader one = der_enter(&list, DER_SEQUENCE);
		struct span type = der_value(&one, DER_CONTEXT_0 + 1);
		if (reader_ok(&one.r))
			take_padata(integer_of(type), m);
	}
	return reader_verdict(&list.r);
}

static enum verdict encryptions_of(struct span field, struct kdc_message *m)
{
	struct der_reader all = der_reader_make(field);
	struct der_reader list = der_enter(&all, DER_SEQUENCE);
	while (reader_left(&list.r) > 0) {
		struct span rest = span_make(list.r.base + list.r.pos, list.r.len - list.r.pos);
		(void)der_value(&list, DER_INTEGER);
		if (reader_ok(&list.r) && m->encryption_count < KDC_ENCRYPTIONS_MAX)
			m->encryptions[m->encryption_count++] = integer_of(rest);
	}
	der_leave(&all, &list);
	return der_finish(&all);
}

// BIT STRING: a byte that says how many bits are left over, then the bits.
static uint32_t options_of(struct span field)
{
	struct der_reader d = der_reader_make(field);
	struct reader r = reader_make(der_value(&d, DER_BIT_STRING));
	reader_skip(&r, 1);
	uint32_t options = reader_u32_be(&r);
	return reader_ok(&r) ? options : 0;
}

// KDC-REQ-BODY
static enum verdict body_of(struct span field, struct kdc_message *m)
{
	struct fields f;
	enum verdict v = fields_of(field, &f);
	if (v != VERDICT_OK)
		return v;
	m->options = options_of(f.at[0]);
	v = name_of(f.at[1], &m->client);
	m->realm = string_of(f.at[2]);
	if (m->type == KDC_AS_REQ)
		m->client_realm = m->realm;
	if (v == VERDICT_OK)
		v = name_of(f.at[3], &m->service);
	return v == VERDICT_OK ? encryptions_of(f.at[8], m) : v;
}

static enum verdict request_of(const struct fields *f, struct kdc_message *m)
{
	enum verdict v = padata_of(f->at[3], m);
	return v == VERDICT_OK ? body_of(f->at[4], m) : v;
}

static enum verdict ticket_of(struct span field, struct kdc_message *m)
{
	struct fields f;
	struct der_reader all = der_reader_make(field);
	enum verdict v = fields_of(der_value(&all, APPLICATION_TICKET), &f);
	if (v != VERDICT_OK)
		return v;
	m->ticket = field;
	m->realm = string_of(f.at[1]);
	m->ticket_encryption = encryption_of(f.at[3]);
	return name_of(f.at[2], &m->service);
}

static enum verdict reply_of(const struct fields *f, struct kdc_message *m)
{
	m->client_realm = string_of(f->at[3]);
	m->reply_encryption = encryption_of(f->at[6]);
	enum verdict v = name_of(f->at[4], &m->client);
	return v == VERDICT_OK ? ticket_of(f->at[5], m) : v;
}

static enum verdict error_of(const struct fields *f, struct kdc_message *m)
{
	m->error_code = integer_of(f->at[6]);
	m->client_realm = string_of(f->at[7]);
	m->realm = string_of(f->at[9]);
	enum verdict v = name_of(f->at[8], &m->client);
	return v == VERDICT_OK ? name_of(f->at[10], &m->service) : v;
}

bool kdc_message_recognise(struct span bytes)
{
	unsigned int type = bytes.len > 0 ? bytes.data[0] - (unsigned int)APPLICATION : 0;
	return (type >= KDC_AS_REQ && type <= KDC_TGS_REP) || type == KDC_ERROR;
}

enum verdict kdc_message_decode(struct span message, struct kdc_message *out)
{
	struct kdc_message m = { .ticket = { NULL, 0 } };
	struct fields f;
	uint8_t tag;
	if (!kdc_message_recognise(message))
		return VERDICT_BAD_VALUE;
	struct der_reader d = der_reader_make(message);
	struct span sequence = der_any(&d, &tag);
	enum verdict v = reader_verdict(&d.r);
	if (v == VERDICT_OK)
		v = fields_of(sequence, &f);
	if (v != VERDICT_OK)
		return v;
	m.type = (enum kdc_message_type)(tag - APPLICATION);
	if (m.type == KDC_ERROR)
		v = error_of(&f, &m);
	else
		v = m.type == KDC_AS_REQ || m.type == KDC_TGS_REQ ? request_of(&f, &m) : reply_of(&f, &m);
	if (v == VERDICT_OK)
		*out = m;
	return v;
}
