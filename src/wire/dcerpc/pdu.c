// SPDX-License-Identifier: Apache-2.0
#include "wire/dcerpc/pdu.h"

enum {
	RPC_VERS = 5,
	DREP_LITTLE_ENDIAN_ASCII = 0x10, // drep[0]; drep[1] 0 is IEEE (C706 14.1)
	FRAG_LENGTH_OFFSET = 8,
};

enum verdict dcerpc_header_decode(struct reader *r, struct dcerpc_header *out)
{
	struct dcerpc_header h = { 0 };
	h.rpc_vers = reader_u8(r);
	h.rpc_vers_minor = reader_u8(r);
	h.ptype = reader_u8(r);
	h.pfc_flags = reader_u8(r);
	reader_copy(r, h.drep, sizeof(h.drep));
	reader_require(r, h.drep[0] == DREP_LITTLE_ENDIAN_ASCII && h.drep[1] == 0, VERDICT_BAD_VALUE);
	h.frag_length = reader_u16(r);
	h.auth_length = reader_u16(r);
	h.call_id = reader_u32(r);
	reader_require(r, h.frag_length >= DCERPC_HEADER_LEN, VERDICT_BAD_SIZE);
	if (reader_ok(r))
		*out = h;
	return reader_verdict(r);
}

void dcerpc_header_encode(struct writer *w, const struct dcerpc_header *h)
{
	writer_u8(w, h->rpc_vers);
	writer_u8(w, h->rpc_vers_minor);
	writer_u8(w, h->ptype);
	writer_u8(w, h->pfc_flags);
	writer_bytes(w, h->drep, sizeof(h->drep));
	writer_u16(w, h->frag_length);
	writer_u16(w, h->auth_length);
	writer_u32(w, h->call_id);
}

size_t dcerpc_pdu_begin(struct writer *w, enum dcerpc_type ptype, uint8_t pfc_flags, uint32_t call_id)
{
	size_t start = w->pos;
	struct dcerpc_header h = {
		.rpc_vers = RPC_VERS,
		.ptype = (uint8_t)ptype,
		.pfc_flags = pfc_flags,
		.drep = { DREP_LITTLE_ENDIAN_ASCII, 0, 0, 0 },
		.call_id = call_id,
	};
	dcerpc_header_encode(w, &h);
	return start;
}

void dcerpc_pdu_end(struct writer *w, size_t start)
{
	writer_patch_u16(w, start + FRAG_LENGTH_OFFSET, (uint16_t)(w->pos - start));
}

enum verdict dcerpc_request_decode(struct reader *r, uint8_t pfc_flags, struct dcerpc_request *out)
{
	struct dcerpc_request q = { 0 };
	q.alloc_hint = reader_u32(r);
	q.p_cont_id = reader_u16(r);
	q.opnum = reader_u16(r);
	q.has_object = (pfc_flags & DCERPC_OBJECT_UUID) != 0;
	if (q.has_object)
		reader_copy(r, q.object, sizeof(q.object));
	q.stub = reader_rest(r);
	if (reader_ok(r))
		*out = q;
	return reader_verdict(r);
}

void dcerpc_request_encode(struct writer *w, const struct dcerpc_request *q)
{
	writer_u32(w, q->alloc_hint);
	writer_u16(w, q->p_cont_id);
	writer_u16(w, q->opnum);
	if (q->has_object)
		writer_bytes(w, q->object, sizeof(q->object));
	writer_span(w, q->stub);
}

enum verdict dcerpc_response_decode(struct reader *r, struct dcerpc_response *out)
{
	struct dcerpc_response p = { 0 };
	p.alloc_hint = reader_u32(r);
	p.p_cont_id = reader_u16(r);
	p.cancel_count = reader_u8(r);
	reader_skip(r, 1);
	p.stub = reader_rest(r);
	if (reader_ok(r))
		*out = p;
	return reader_verdict(r);
}

void dcerpc_response_encode(struct writer *w, const struct dcerpc_response *p)
{
	writer_u32(w, p->alloc_hint);
	writer_u16(w, p->p_cont_id);
	writer_u8(w, p->cancel_count);
	writer_u8(w, 0);
	writer_span(w, p->stub);
}

enum verdict dcerpc_fault_decode(struct reader *r, struct dcerpc_fault *out)
{
	struct dcerpc_fault f = { 0 };
	f.alloc_hint = reader_u32(r);
	f.p_cont_id = reader_u16(r);
	f.cancel_count = reader_u8(r);
	reader_skip(r, 1);
	f.status = reader_u32(r);
	reader_skip(r, 4);
	if (reader_ok(r))
		*out = f;
	return reader_verdict(r);
}

void dcerpc_fault_encode(struct writer *w, const struct dcerpc_fault *f)
{
	writer_u32(w, f->alloc_hint);
	writer_u16(w, f->p_cont_id);
	writer_u8(w, f->cancel_count);
	writer_u8(w, 0);
	writer_u32(w, f->status);
	writer_zeros(w, 4); // aligns the (empty) stub to 8
}
