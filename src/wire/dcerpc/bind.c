// SPDX-License-Identifier: Apache-2.0
#include "wire/dcerpc/bind.h"

#include <string.h>

#include "wire/dcerpc/syntax.h"

const struct dcerpc_syntax dcerpc_syntax_ndr = {
	.uuid = { 0x04, 0x5d, 0x88, 0x8a, 0xeb, 0x1c, 0xc9, 0x11, 0x9f, 0xe8, 0x08, 0x00, 0x2b, 0x10, 0x48,
		0x60 },
	.version = 2,
};

const struct dcerpc_syntax dcerpc_syntax_ndr64 = {
	.uuid = { 0x33, 0x05, 0x71, 0x71, 0xba, 0xbe, 0x37, 0x49, 0x83, 0x19, 0xb5, 0xdb, 0xef, 0x9c, 0xcc,
		0x36 },
	.version = 1,
};

const struct dcerpc_syntax dcerpc_syntax_none = { .version = 0 };

// MS-RPCE 2.2.2.14: 6CB71C2C-9812-4540, then the feature bits and zeros.
static const uint8_t FEATURE_PREFIX[8] = { 0x2c, 0x1c, 0xb7, 0x6c, 0x12, 0x98, 0x40, 0x45 };

bool dcerpc_syntax_equal(const struct dcerpc_syntax *a, const struct dcerpc_syntax *b)
{
	return memcmp(a->uuid, b->uuid, sizeof(a->uuid)) == 0 && a->version == b->version &&
	       a->version_minor == b->version_minor;
}

bool dcerpc_syntax_is_feature_negotiation(const struct dcerpc_syntax *s)
{
	return memcmp(s->uuid, FEATURE_PREFIX, sizeof(FEATURE_PREFIX)) == 0;
}

uint16_t dcerpc_syntax_features(const struct dcerpc_syntax *s)
{
	return (uint16_t)(s->uuid[8] | s->uuid[9] << 8);
}

struct dcerpc_syntax dcerpc_syntax_decode(struct reader *r)
{
	struct dcerpc_syntax s;
	reader_copy(r, s.uuid, sizeof(s.uuid));
	s.version = reader_u16(r);
	s.version_minor = reader_u16(r);
	return s;
}

void dcerpc_syntax_encode(struct writer *w, const struct dcerpc_syntax *s)
{
	writer_bytes(w, s->uuid, sizeof(s->uuid));
	writer_u16(w, s->version);
	writer_u16(w, s->version_minor);
}

// p_cont_elem_t (C706 12.6.3.1)
static void context_decode(struct reader *r, struct dcerpc_context *c)
{
	c->id = reader_u16(r);
	c->transfer_syntax_count = reader_u8(r);
	reader_skip(r, 1);
	c->abstract_syntax = dcerpc_syntax_decode(r);
	reader_require(r, c->transfer_syntax_count > 0, VERDICT_BAD_VALUE);
	reader_require(r, c->transfer_syntax_count <= DCERPC_TRANSFER_SYNTAXES_MAX, VERDICT_TOO_LONG);
	for (size_t i = 0; reader_ok(r) && i < c->transfer_syntax_count; i++)
		c->transfer_syntaxes[i] = dcerpc_syntax_decode(r);
}

enum verdict dcerpc_bind_decode(struct reader *r, struct dcerpc_bind *out)
{
	memset(out, 0, sizeof(*out));
	out->max_xmit_frag = reader_u16(r);
	out->max_recv_frag = reader_u16(r);
	out->assoc_group_id = reader_u32(r);
	out->context_count = reader_u8(r);
	reader_skip(r, 3);
	reader_require(r, out->context_count > 0, VERDICT_BAD_VALUE);
	reader_require(r, out->context_count <= DCERPC_CONTEXTS_MAX, VERDICT_TOO_LONG);
	for (size_t i = 0; reader_ok(r) && i < out->context_count; i++)
		context_decode(r, &out->contexts[i]);
	return reader_verdict(r);
}

static void context_encode(struct writer *w, const struct dcerpc_context *c)
{
	writer_u16(w, c->id);
	writer_u8(w, c->transfer_syntax_count);
	writer_u8(w, 0);
	dcerpc_syntax_encode(w, &c->abstract_syntax);
	for (size_t i = 0; i < c->transfer_syntax_count; i++)
		dcerpc_syntax_encode(w, &c->transfer_syntaxes[i]);
}

void dcerpc_bind_encode(struct writer *w, const struct dcerpc_bind *b)
{
	writer_u16(w, b->max_xmit_frag);
	writer_u16(w, b->max_recv_frag);
	writer_u32(w, b->assoc_group_id);
	writer_u8(w, b->context_count);
	writer_zeros(w, 3);
	for (size_t i = 0; i < b->context_count; i++)
		context_encode(w, &b->contexts[i]);
}
