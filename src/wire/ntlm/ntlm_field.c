// SPDX-License-Identifier: Apache-2.0
#include "wire/ntlm/ntlm_field.h"

static const uint8_t signature[NTLM_SIGNATURE_LEN] = { 'N', 'T', 'L', 'M', 'S', 'S', 'P', 0 };

bool ntlm_message_recognise(struct span message)
{
	struct reader r = reader_make(message);
	struct span start = reader_bytes(&r, sizeof(signature));
	return reader_ok(&r) && span_equal(start, span_make(signature, sizeof(signature)));
}

enum verdict ntlm_message_type_of(struct span message, uint32_t *type)
{
	struct reader r = reader_make(message);
	struct span start = reader_bytes(&r, sizeof(signature));
	uint32_t value = reader_u32(&r);

	reader_require(&r, span_equal(start, span_make(signature, sizeof(signature))), VERDICT_BAD_VALUE);
	if (reader_verdict(&r) == VERDICT_OK)
		*type = value;
	return reader_verdict(&r);
}

void ntlm_header_get(struct reader *r, enum ntlm_message_type type)
{
	struct span start = reader_bytes(r, sizeof(signature));
	uint32_t message_type = reader_u32(r);

	reader_require(r, r->len <= NTLM_MESSAGE_LEN_MAX, VERDICT_TOO_LONG);
	reader_require(r, span_equal(start, span_make(signature, sizeof(signature))), VERDICT_BAD_VALUE);
	reader_require(r, message_type == (uint32_t)type, VERDICT_BAD_VALUE);
}

void ntlm_header_put(struct writer *w, enum ntlm_message_type type)
{
	writer_bytes(w, signature, sizeof(signature));
	writer_u32(w, (uint32_t)type);
}

struct ntlm_field ntlm_field_get(struct reader *r)
{
	struct ntlm_field f = { .len = reader_u16(r) };

	reader_skip(r, 2); // MaxLen MUST be ignored on receipt (2.2.1.1 and on)
	f.buffer_offset = reader_u32(r);
	return f;
}

struct span ntlm_field_bytes(struct reader *r, struct ntlm_field f, size_t fixed_len, size_t *payload)
{
	if (f.len != 0 && f.buffer_offset < *payload)
		*payload = f.buffer_offset;
	return reader_at(r, f.buffer_offset, f.len, fixed_len);
}

struct ntlm_version ntlm_version_get(struct reader *r)
{
	struct ntlm_version v = { .product_major_version = reader_u8(r) };

	v.product_minor_version = reader_u8(r);
	v.product_build = reader_u16(r);
	reader_skip(r, 3);
	v.ntlm_revision_current = reader_u8(r);
	return v;
}

void ntlm_field_put(struct writer *w, struct span value, size_t *offset)
{
	// A message has to stay below NTLM_MESSAGE_LEN_MAX, so that a length too large for its field
	// makes the writer overflow instead of being cut.
	if (value.len > NTLM_MESSAGE_LEN_MAX || *offset > NTLM_MESSAGE_LEN_MAX) {
		w->overflow = true;
		return;
	}
	writer_u16(w, (uint16_t)value.len);
	writer_u16(w, (uint16_t)value.len);
	writer_u32(w, (uint32_t)*offset);
	*offset += value.len;
}

void ntlm_version_put(struct writer *w, bool present, const struct ntlm_version *v)
{
	// All zero when not negotiated (2.2.2.10), but always there: so the MIC is where everyone expects it.
	if (!present) {
		writer_zeros(w, 8);
		return;
	}
	writer_u8(w, v->product_major_version);
	writer_u8(w, v->product_minor_version);
	writer_u16(w, v->product_build);
	writer_zeros(w, 3);
	writer_u8(w, v->ntlm_revision_current);
}
