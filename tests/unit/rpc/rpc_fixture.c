// SPDX-License-Identifier: Apache-2.0
#include "rpc_fixture.h"

#include <stdlib.h>
#include <strings.h>

#include "../test_support.h"
#include "captured.h"

static const struct rpc_share SHARES[] = {
	{ .name = "share", .comment = "", .max_uses = UINT32_MAX, .current_uses = 1 },
	{ .name = "public", .comment = "", .max_uses = UINT32_MAX, .current_uses = 1 },
	{ .name = "IPC$",
		.comment = "IPC Service (The lab server)",
		.kind = RPC_SHARE_IPC,
		.special = true,
		.max_uses = UINT32_MAX,
		.current_uses = 1 },
};
enum { SHARE_COUNT = sizeof(SHARES) / sizeof(SHARES[0]) };

static void server_info(void *user, struct arena *a, struct rpc_server_info *out)
{
	(void)user;
	(void)a;
	*out = (struct rpc_server_info){ .name = "FILESERVER",
		.comment = "The lab server",
		.domain = "TEST",
		.version_major = 6,
		.version_minor = 1,
		.server_type = 0x809a03,
		.users_max = UINT32_MAX };
}

static bool shares(void *user, struct arena *a, const struct rpc_share **out, size_t *count)
{
	const struct fixture *f = user;
	size_t total = SHARE_COUNT + f->extra_shares;
	struct rpc_share *all = arena_alloc(a, total * sizeof(*all));
	assert_non_null(all);
	for (size_t i = 0; i < total; i++) {
		if (i < SHARE_COUNT)
			all[i] = SHARES[i];
		else
			all[i] = (struct rpc_share){ .name = arena_printf(a, "share%04zu", i - SHARE_COUNT),
				.comment = "one of many" };
	}
	*out = all;
	*count = total;
	return true;
}

static bool share_find(void *user, struct arena *a, const char *name, struct rpc_share *out)
{
	(void)user;
	(void)a;
	for (size_t i = 0; i < SHARE_COUNT; i++) {
		if (strcasecmp(SHARES[i].name, name) != 0)
			continue;
		*out = SHARES[i];
		return true;
	}
	return false;
}

struct fixture *fixture_new(const char *pipe)
{
	struct fixture *f = calloc(1, sizeof(*f));
	assert_non_null(f);
	f->ctx = (struct rpc_context){ f, server_info, shares, share_find };
	f->pipe = rpc_pipe_new(pipe, &f->ctx);
	assert_non_null(f->pipe);
	return f;
}

struct fixture *fixture_bound(const char *pipe)
{
	struct fixture *f = fixture_new(pipe);
	const char *bind =
		strcmp(pipe, "wkssvc") == 0 ? captured_bind_wkssvc.request : captured_bind_srvsvc.request;
	uint8_t pdu[256];
	size_t len = unhex(bind, pdu, sizeof(pdu));
	assert_true(nt_status_equal(rpc_pipe_write(f->pipe, span_make(pdu, len)), STATUS(SUCCESS)));
	assert_true(read_message(f->pipe, pdu, sizeof(pdu)) > DCERPC_HEADER_LEN);
	assert_int_equal(pdu[2], DCERPC_BIND_ACK);
	return f;
}

void fixture_free(struct fixture *f)
{
	rpc_pipe_free(f->pipe);
	free(f);
}

size_t unhex(const char *hex, uint8_t *out, size_t cap)
{
	size_t len = strlen(hex) / 2;
	assert_true(len <= cap);
	for (size_t i = 0; i < len; i++) {
		char byte[3] = { hex[2 * i], hex[2 * i + 1], 0 };
		out[i] = (uint8_t)strtoul(byte, NULL, 16);
	}
	return len;
}

size_t make_pdu(uint8_t *out, size_t cap, enum dcerpc_type type, uint8_t flags, struct span body)
{
	struct writer w = writer_make(out, cap);
	size_t start = dcerpc_pdu_begin(&w, type, flags, 7);
	writer_span(&w, body);
	dcerpc_pdu_end(&w, start);
	assert_true(writer_ok(&w));
	return w.pos;
}

size_t make_request(uint8_t *out, size_t cap, uint16_t opnum, struct span stub)
{
	struct writer w = writer_make(out, cap);
	struct dcerpc_request q = { .alloc_hint = (uint32_t)stub.len, .opnum = opnum, .stub = stub };
	size_t start = dcerpc_pdu_begin(&w, DCERPC_REQUEST, DCERPC_FIRST_FRAG | DCERPC_LAST_FRAG, 7);
	dcerpc_request_encode(&w, &q);
	dcerpc_pdu_end(&w, start);
	assert_true(writer_ok(&w));
	return w.pos;
}

size_t read_message(struct rpc_pipe *pipe, uint8_t *out, size_t cap)
{
	struct writer w = writer_make(out, cap);
	bool more = true;
	struct nt_status status = rpc_pipe_read(pipe, &w, cap, &more);
	assert_string_equal(nt_status_name(status), "STATUS_SUCCESS");
	assert_false(more);
	return w.pos;
}

size_t call_pipe(struct rpc_pipe *pipe, uint16_t opnum, struct span stub, uint8_t *out, size_t cap)
{
	uint8_t pdu[DCERPC_FRAGMENT_LEN_MAX];
	size_t len = make_request(pdu, sizeof(pdu), opnum, stub);
	assert_true(nt_status_ok(rpc_pipe_write(pipe, span_make(pdu, len))));
	struct writer w = writer_make(out, cap);
	struct dcerpc_header h = { 0 };
	for (size_t i = 0; (h.pfc_flags & DCERPC_LAST_FRAG) == 0; i++) {
		struct reader r = reader_make(span_make(pdu, read_message(pipe, pdu, sizeof(pdu))));
		struct dcerpc_response p = { 0 };
		assert_int_equal(dcerpc_header_decode(&r, &h), VERDICT_OK);
		assert_int_equal(h.ptype, DCERPC_RESPONSE);
		assert_int_equal(h.call_id, 7);
		assert_int_equal((h.pfc_flags & DCERPC_FIRST_FRAG) != 0, i == 0);
		assert_int_equal(dcerpc_response_decode(&r, &p), VERDICT_OK);
		writer_span(&w, p.stub);
	}
	assert_true(writer_ok(&w));
	return w.pos;
}

uint32_t read_fault(struct rpc_pipe *pipe)
{
	uint8_t pdu[64];
	struct reader r = reader_make(span_make(pdu, read_message(pipe, pdu, sizeof(pdu))));
	struct dcerpc_header h = { 0 };
	struct dcerpc_fault f = { 0 };
	assert_int_equal(dcerpc_header_decode(&r, &h), VERDICT_OK);
	assert_int_equal(h.ptype, DCERPC_FAULT);
	assert_int_equal(dcerpc_fault_decode(&r, &f), VERDICT_OK);
	return f.status;
}
