// SPDX-License-Identifier: Apache-2.0
// What a server may answer to the audit's RPC calls. The first byte chooses the decoder; of the pieces of an
// answer it says how long they are.
#include <stdlib.h>

#include "client/rpc/rpc_answer.h"
#include "client/rpc/samr_calls.h"
#include "client/rpc/srvsvc_calls.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void answer(struct span bytes, size_t step)
{
	struct rpc_answer a;
	rpc_answer_init(&a, 1);
	for (size_t pos = 0; pos < bytes.len; pos += step) {
		size_t len = bytes.len - pos < step ? bytes.len - pos : step;
		if (rpc_answer_add(&a, span_make(bytes.data + pos, len)) != VERDICT_OK)
			break;
	}
	if (a.stub_len > bytes.len || a.fragment_len > bytes.len)
		abort();
	rpc_answer_done(&a);
}

static void shares(struct span stub, uint32_t level, struct arena *a)
{
	struct srvsvc_share_list list;
	if (srvsvc_share_enum_decode(stub, level, a, &list) != VERDICT_OK)
		return;
	for (uint32_t i = 0; i < list.count; i++) {
		if (list.shares[i].name == NULL || list.shares[i].comment == NULL)
			abort();
	}
}

static void names(struct span stub, struct arena *a)
{
	struct samr_names list;
	if (samr_names_decode(stub, a, &list) != VERDICT_OK)
		return;
	for (uint32_t i = 0; i < list.count; i++) {
		if (list.names[i].name == NULL)
			abort();
	}
}

static void handle_or_sid(struct span stub)
{
	struct samr_handle handle;
	struct sid sid = { 0 };
	uint32_t status = 0;
	if (samr_handle_decode(stub, &handle, &status) == VERDICT_OK && stub.len < SAMR_HANDLE_LEN)
		abort();
	if (samr_sid_decode(stub, &sid, &status) == VERDICT_OK &&
		sid.sub_authority_count > SID_SUB_AUTHORITY_MAX)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size == 0)
		return 0;
	struct span rest = span_make(data + 1, size - 1);
	struct arena a;
	arena_init(&a, NULL, 0);
	switch (data[0] & 7) {
	case 0:
		shares(rest, SRVSVC_LEVEL_1, &a);
		break;
	case 1:
		shares(rest, SRVSVC_LEVEL_502, &a);
		break;
	case 2:
		names(rest, &a);
		break;
	case 3:
		handle_or_sid(rest);
		break;
	default:
		answer(rest, 1 + (size_t)(data[0] >> 3) * 50);
	}
	arena_reset(&a);
	return 0;
}
