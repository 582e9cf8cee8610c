// SPDX-License-Identifier: Apache-2.0
#include "client/rpc/rpc_answer.h"

#include <stdlib.h>
#include <string.h>

enum { RPC_VERS = 5, STUB_CAP_MIN = 8192 };

void rpc_answer_init(struct rpc_answer *a, uint32_t call_id)
{
	memset(a, 0, sizeof(*a));
	a->call_id = call_id;
}

void rpc_answer_done(struct rpc_answer *a)
{
	if (a->account != NULL && a->stub_cap > 0)
		a->account->give(a->account, a->stub_cap);
	free(a->stub);
	a->stub = NULL;
	a->stub_len = 0;
	a->stub_cap = 0;
}

static bool stub_reserve(struct rpc_answer *a, size_t len)
{
	if (len > RPC_ANSWER_LEN_MAX)
		return false;
	if (len <= a->stub_cap)
		return true;
	size_t cap = a->stub_cap == 0 ? STUB_CAP_MIN : a->stub_cap;
	while (cap < len)
		cap *= 2;
	if (a->account != NULL && !a->account->take(a->account, cap - a->stub_cap))
		return false;
	uint8_t *stub = realloc(a->stub, cap);
	if (stub == NULL) {
		if (a->account != NULL)
			a->account->give(a->account, cap - a->stub_cap);
		return false;
	}
	a->stub = stub;
	a->stub_cap = cap;
	return true;
}

static enum verdict response_add(struct rpc_answer *a, const struct dcerpc_header *h, struct reader *r)
{
	struct dcerpc_response p = { 0 };
	enum verdict v = dcerpc_response_decode(r, &p);
	bool first = (h->pfc_flags & DCERPC_FIRST_FRAG) != 0;
	if (v != VERDICT_OK)
		return v;
	if (first != (a->fragments == 1))
		return VERDICT_BAD_VALUE;
	if (!stub_reserve(a, a->stub_len + p.stub.len))
		return VERDICT_TOO_LONG;
	if (p.stub.len > 0)
		memcpy(a->stub + a->stub_len, p.stub.data, p.stub.len);
	a->stub_len += p.stub.len;
	if ((h->pfc_flags & DCERPC_LAST_FRAG) != 0)
		a->kind = RPC_ANSWER_STUB;
	return VERDICT_OK;
}

static enum verdict bind_ack_take(struct rpc_answer *a, struct reader *r)
{
	enum verdict v = dcerpc_bind_ack_decode(r, &a->bind);
	a->bind.sec_addr = span_make(NULL, 0); // borrowed from a buffer that is used again
	if (v == VERDICT_OK)
		a->kind = RPC_ANSWER_BIND_ACK;
	return v;
}

static enum verdict bind_nak_take(struct rpc_answer *a, struct reader *r)
{
	struct dcerpc_bind_nak nak = { 0 };
	enum verdict v = dcerpc_bind_nak_decode(r, &nak);
	a->nak_reason = nak.reason;
	if (v == VERDICT_OK)
		a->kind = RPC_ANSWER_BIND_NAK;
	return v;
}

static enum verdict fault_take(struct rpc_answer *a, struct reader *r)
{
	struct dcerpc_fault fault = { 0 };
	enum verdict v = dcerpc_fault_decode(r, &fault);
	a->fault = fault.status;
	if (v == VERDICT_OK)
		a->kind = RPC_ANSWER_FAULT;
	return v;
}

// A whole fragment. Nothing was asked to be authenticated, so no verifier can be there.
static enum verdict fragment_take(struct rpc_answer *a, struct span pdu)
{
	struct reader r = reader_make(pdu);
	struct dcerpc_header h = { 0 };
	enum verdict v = dcerpc_header_decode(&r, &h);
	if (v != VERDICT_OK)
		return v;
	if (h.rpc_vers != RPC_VERS || h.call_id != a->call_id || h.auth_length != 0)
		return VERDICT_BAD_VALUE;
	if (++a->fragments > RPC_ANSWER_FRAGMENTS_MAX)
		return VERDICT_TOO_LONG;
	switch (h.ptype) {
	case DCERPC_RESPONSE:
		return response_add(a, &h, &r);
	case DCERPC_FAULT:
		return fault_take(a, &r);
	case DCERPC_BIND_ACK:
		return bind_ack_take(a, &r);
	case DCERPC_BIND_NAK:
		return bind_nak_take(a, &r);
	default:
		return VERDICT_BAD_VALUE;
	}
}

// Bytes that the fragment still needs: first for its header, then for the length that this names.
static enum verdict fragment_missing(const struct rpc_answer *a, size_t *missing)
{
	struct dcerpc_header h = { 0 };
	*missing = DCERPC_HEADER_LEN - a->fragment_len;
	if (a->fragment_len < DCERPC_HEADER_LEN)
		return VERDICT_OK;
	struct reader r = reader_make(span_make(a->fragment, a->fragment_len));
	enum verdict v = dcerpc_header_decode(&r, &h);
	if (v != VERDICT_OK)
		return v;
	if (h.frag_length > sizeof(a->fragment))
		return VERDICT_TOO_LONG;
	if (h.frag_length < a->fragment_len)
		return VERDICT_BAD_SIZE;
	*missing = h.frag_length - a->fragment_len;
	return VERDICT_OK;
}

static enum verdict fragment_if_whole(struct rpc_answer *a)
{
	size_t missing = 0;
	enum verdict v = fragment_missing(a, &missing);
	if (v != VERDICT_OK || missing > 0)
		return v;
	v = fragment_take(a, span_make(a->fragment, a->fragment_len));
	a->fragment_len = 0;
	return v;
}

enum verdict rpc_answer_add(struct rpc_answer *a, struct span bytes)
{
	enum verdict v = VERDICT_OK;
	while (v == VERDICT_OK && bytes.len > 0) {
		size_t missing = 0;
		if (a->kind != RPC_ANSWER_UNFINISHED)
			return VERDICT_TRAILING;
		v = fragment_missing(a, &missing);
		if (v != VERDICT_OK)
			return v;
		size_t len = bytes.len < missing ? bytes.len : missing;
		memcpy(a->fragment + a->fragment_len, bytes.data, len);
		a->fragment_len += len;
		bytes = span_make(bytes.data + len, bytes.len - len);
		v = fragment_if_whole(a);
	}
	return v;
}
