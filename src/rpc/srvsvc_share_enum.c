// SPDX-License-Identifier: Apache-2.0
// NetrShareEnum and NetrShareEnumSticky (MS-SRVS 3.1.4.8, 3.1.4.9).
#include "rpc/srvsvc.h"

#include <stdlib.h>

#include "wire/dcerpc/pdu.h"

enum { MEASURE_LEN_MAX = 8192 };

struct share_enum {
	uint32_t level;
	uint32_t preferred_maximum_length;
	bool has_resume;
	uint32_t resume; // entries that earlier calls returned
};

static enum verdict share_enum_decode(struct reader *r, struct arena *a, struct share_enum *out)
{
	(void)ndr_read_string_pointer(r, a); // ServerName
	out->level = ndr_read_u32(r);
	reader_require(r, ndr_read_u32(r) == out->level, VERDICT_BAD_VALUE); // the union's discriminant
	if (ndr_read_pointer(r)) {
		(void)ndr_read_u32(r); // EntriesRead: nothing goes in
		if (ndr_read_pointer(r))
			(void)ndr_read_count(r, 0);
	}
	out->preferred_maximum_length = ndr_read_u32(r);
	out->has_resume = ndr_read_pointer(r);
	out->resume = out->has_resume ? ndr_read_u32(r) : 0;
	return reader_verdict(r);
}

// Bytes that one share takes in the answer.
static size_t share_len(const struct srvsvc_share_level *level, const struct rpc_share *share)
{
	uint8_t scratch[MEASURE_LEN_MAX];
	struct writer w = writer_make(scratch, sizeof(scratch));
	struct ndr_writer n = ndr_writer_make(&w);
	level->fixed(&n, share);
	level->pointees(&n, share);
	return writer_ok(&w) ? w.pos : sizeof(scratch);
}

// How many shares fit into what the client asked for: at least one, so that it gets on.
static size_t shares_fit(
	const struct srvsvc_share_level *level, const struct rpc_share *shares, size_t count, size_t max)
{
	if (max == UINT32_MAX)
		return count;
	size_t used = 0;
	for (size_t i = 0; i < count; i++) {
		used += share_len(level, &shares[i]);
		if (used > max && i > 0)
			return i;
	}
	return count;
}

static void shares_encode(struct ndr_writer *n, const struct srvsvc_share_level *level,
	const struct rpc_share *shares, size_t count)
{
	ndr_write_pointer(n, true); // the container
	ndr_write_u32(n, (uint32_t)count);
	ndr_write_pointer(n, count > 0);
	if (count == 0)
		return;
	ndr_write_u32(n, (uint32_t)count);
	for (size_t i = 0; i < count; i++)
		level->fixed(n, &shares[i]);
	for (size_t i = 0; i < count; i++)
		level->pointees(n, &shares[i]);
}

// Sticky shares are those of the configuration: not IPC$ and its like.
static size_t drop_special(struct arena *a, const struct rpc_share **shares, size_t count)
{
	struct rpc_share *kept = arena_alloc(a, (count + 1) * sizeof(*kept));
	size_t kept_count = 0;
	for (size_t i = 0; kept != NULL && i < count; i++) {
		if (!(*shares)[i].special)
			kept[kept_count++] = (*shares)[i];
	}
	*shares = kept;
	return kept_count;
}

static void refuse(struct ndr_writer *n, const struct share_enum *q, enum werror result)
{
	ndr_write_u32(n, q->level);
	ndr_write_u32(n, q->level);
	ndr_write_pointer(n, false);
	ndr_write_u32(n, 0);
	ndr_write_pointer(n, false);
	ndr_write_u32(n, result);
}

static void answer(struct ndr_writer *n, const struct share_enum *q, const struct srvsvc_share_level *level,
	const struct rpc_share *shares, size_t count)
{
	size_t start = q->resume < count ? q->resume : count;
	size_t left = count - start;
	size_t returned = shares_fit(level, shares + start, left, q->preferred_maximum_length);
	bool more = returned < left;
	ndr_write_u32(n, q->level);
	ndr_write_u32(n, q->level);
	shares_encode(n, level, shares + start, returned);
	ndr_write_u32(n, (uint32_t)left); // TotalEntries
	ndr_write_pointer(n, q->has_resume);
	if (q->has_resume)
		ndr_write_u32(n, more ? (uint32_t)(start + returned) : 0);
	ndr_write_u32(n, more ? WERROR_MORE_DATA : WERROR_SUCCESS);
}

static uint32_t share_enum(struct rpc_call *call, bool sticky)
{
	struct share_enum q = { 0 };
	if (share_enum_decode(&call->in, call->arena, &q) != VERDICT_OK)
		return NCA_FAULT_NDR;
	const struct srvsvc_share_level *level = srvsvc_share_level_find(q.level);
	if (level == NULL || !level->enumerated) {
		refuse(&call->out, &q, WERROR_INVALID_LEVEL);
		return 0;
	}
	const struct rpc_share *shares = NULL;
	size_t count = 0;
	if (!call->ctx->shares(call->ctx->user, call->arena, &shares, &count))
		return NCA_FAULT_REMOTE_NO_MEMORY;
	if (sticky)
		count = drop_special(call->arena, &shares, count);
	answer(&call->out, &q, level, shares, count);
	return 0;
}

uint32_t srvsvc_share_enum(struct rpc_call *call)
{
	return share_enum(call, false);
}

uint32_t srvsvc_share_enum_sticky(struct rpc_call *call)
{
	return share_enum(call, true);
}
