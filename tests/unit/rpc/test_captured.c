// SPDX-License-Identifier: Apache-2.0
// What real clients ask gets the answer that Samba gave: byte for byte, but for the numbers of
// referents, and but for the fields in which we differ on purpose.
#include "rpc_fixture.h"

#include "../test_support.h"
#include "captured.h"
#include "wire/dcerpc/bind.h"
#include "wire/dcerpc/ndr.h"

enum { STUB_LEN_MAX = 4096, CALLS = sizeof(captured_calls) / sizeof(captured_calls[0]) };

// Servers number their referents as they like (C706 14.3.11): all become the same number.
static void same_referents(uint8_t *stub, size_t len)
{
	for (size_t i = 0; i + 4 <= len; i += 4) {
		if (stub[i + 1] == 0 && stub[i + 2] == 2 && stub[i + 3] == 0 && stub[i] % 4 == 0)
			stub[i] = 0;
	}
}

struct share_row {
	char *name, *comment, *path;
	uint32_t type, permissions, max_uses, current_uses, flags;
};

static void read_fixed(struct reader *r, uint32_t level, struct share_row *row)
{
	assert_true(ndr_read_pointer(r));
	if (level == 0)
		return;
	row->type = ndr_read_u32(r);
	assert_true(ndr_read_pointer(r));
	if (level == 501)
		row->flags = ndr_read_u32(r);
	if (level != 2 && level != 502)
		return;
	row->permissions = ndr_read_u32(r);
	row->max_uses = ndr_read_u32(r);
	row->current_uses = ndr_read_u32(r);
	assert_true(ndr_read_pointer(r));
	assert_true(ndr_read_pointer(r));
	if (level == 502) { // no security descriptor
		assert_int_equal(ndr_read_u32(r), 0);
		assert_false(ndr_read_pointer(r));
	}
}

static void read_pointees(struct reader *r, struct arena *a, uint32_t level, struct share_row *row)
{
	row->name = ndr_read_string(r, a);
	row->comment = level == 0 ? NULL : ndr_read_string(r, a);
	if (level == 2 || level == 502) {
		row->path = ndr_read_string(r, a);
		assert_string_equal(ndr_read_string(r, a), "");
	}
}

// A SHARE_INFO container, as in the answer of NetrShareEnum; returns its level.
static uint32_t read_shares(struct span stub, struct arena *a, struct share_row *rows, size_t *count)
{
	struct reader r = reader_make(stub);
	uint32_t level = ndr_read_u32(&r);
	assert_int_equal(ndr_read_u32(&r), level);
	assert_true(ndr_read_pointer(&r));
	*count = ndr_read_u32(&r);
	assert_true(ndr_read_pointer(&r));
	assert_int_equal(ndr_read_u32(&r), *count);
	for (size_t i = 0; i < *count; i++)
		read_fixed(&r, level, &rows[i]);
	for (size_t i = 0; i < *count; i++)
		read_pointees(&r, a, level, &rows[i]);
	assert_int_equal(ndr_read_u32(&r), *count); // TotalEntries
	if (ndr_read_pointer(&r))
		assert_int_equal(ndr_read_u32(&r), 0);
	assert_int_equal(ndr_read_u32(&r), 0);
	assert_int_equal(reader_finish(&r), VERDICT_OK);
	return level;
}

static void compare_rows(const struct share_row *ours, const struct share_row *samba, uint32_t level)
{
	assert_string_equal(ours->name, samba->name);
	if (level != 0)
		assert_string_equal(ours->comment, samba->comment);
	assert_int_equal(ours->type, samba->type);
	assert_int_equal(ours->permissions, samba->permissions);
	assert_int_equal(ours->max_uses, samba->max_uses);
	assert_int_equal(ours->flags, samba->flags);
	if (level == 2 || level == 502)
		assert_true(strncmp(samba->path, "C:\\tmp", 6) == 0 && strstr(ours->path, "tmp") == NULL);
}

static void compare_enum(struct span ours, struct span samba)
{
	struct arena a;
	arena_init(&a, NULL, 0);
	struct share_row rows[2][8] = { 0 };
	size_t count[2] = { 0 };
	uint32_t level = read_shares(ours, &a, rows[0], &count[0]);
	assert_int_equal(read_shares(samba, &a, rows[1], &count[1]), level);
	assert_int_equal(count[0], count[1]);
	for (size_t i = 0; i < count[0]; i++)
		compare_rows(&rows[0][i], &rows[1][i], level);
	arena_reset(&a);
}

static uint32_t level_of(struct span stub)
{
	struct reader r = reader_make(stub);
	return ndr_read_u32(&r);
}

static uint32_t result_of(struct span stub)
{
	struct reader r = reader_make(stub);
	(void)reader_bytes(&r, stub.len - 4);
	return reader_u32(&r);
}

static void compare_share_info(struct span ours, struct span samba)
{
	struct arena a;
	arena_init(&a, NULL, 0);
	struct share_row rows[2] = { 0 };
	struct span stubs[2] = { ours, samba };
	uint32_t level = level_of(ours);
	for (size_t i = 0; i < 2; i++) {
		struct reader r = reader_make(stubs[i]);
		assert_int_equal(ndr_read_u32(&r), level);
		assert_true(ndr_read_pointer(&r));
		read_fixed(&r, level, &rows[i]);
		read_pointees(&r, &a, level, &rows[i]);
		assert_int_equal(ndr_read_u32(&r), 0);
		assert_int_equal(reader_finish(&r), VERDICT_OK);
	}
	compare_rows(&rows[0], &rows[1], level);
	arena_reset(&a);
}

static void compare_call(uint16_t opnum, const char *pipe, struct span ours, struct span samba)
{
	uint32_t level = level_of(samba);
	bool wkssvc = strcmp(pipe, "wkssvc") == 0;
	bool paths = !wkssvc && (level == 2 || level == 502);
	if (!wkssvc && (opnum == 15 || opnum == 36))
		compare_enum(ours, samba);
	else if (!wkssvc && opnum == 16 && paths)
		compare_share_info(ours, samba);
	else if (!wkssvc && opnum == 16 && result_of(samba) == 123) // no such share: not "invalid name"
		assert_int_equal(result_of(ours), 2310);
	else if (!wkssvc && opnum == 28) // the time of day
		assert_int_equal(ours.len, samba.len);
	else if (result_of(samba) == 5 && wkssvc && opnum == 0) // level 102 is for administrators there
		assert_int_equal(result_of(ours), 0);
	else if (result_of(samba) == 5)
		assert_int_equal(result_of(ours), 5);
	if (result_of(samba) != 0 || paths || opnum == 28)
		return;
	assert_int_equal(ours.len, samba.len);
	assert_memory_equal(ours.data, samba.data, ours.len);
}

static void test_calls_are_answered_like_samba(void **state)
{
	(void)state;
	for (size_t i = 0; i < CALLS; i++) {
		const struct captured *c = &captured_calls[i];
		struct fixture *f = fixture_bound(c->pipe);
		uint8_t request[STUB_LEN_MAX], samba[STUB_LEN_MAX], ours[STUB_LEN_MAX];
		size_t request_len = unhex(c->request, request, sizeof(request));
		size_t samba_len = unhex(c->response, samba, sizeof(samba));
		assert_true(nt_status_ok(rpc_pipe_write(f->pipe, span_make(request, request_len))));
		size_t ours_len = read_message(f->pipe, ours, sizeof(ours));
		same_referents(samba, samba_len);
		same_referents(ours, ours_len);
		assert_int_equal(ours[2], DCERPC_RESPONSE);
		compare_call((uint16_t)(request[22] | request[23] << 8), c->pipe,
			span_make(ours + 24, ours_len - 24), span_make(samba + 24, samba_len - 24));
		fixture_free(f);
	}
}

static void check_bind(const struct captured *c)
{
	struct fixture *f = fixture_new(c->pipe);
	uint8_t request[256], samba[256], ours[256];
	size_t request_len = unhex(c->request, request, sizeof(request));
	size_t samba_len = unhex(c->response, samba, sizeof(samba));
	assert_true(nt_status_ok(rpc_pipe_write(f->pipe, span_make(request, request_len))));
	size_t ours_len = read_message(f->pipe, ours, sizeof(ours));
	assert_int_equal(ours_len, samba_len);
	memset(ours + 20, 0, 4); // the association group is the server's to choose
	memset(samba + 20, 0, 4);
	memcpy(samba + 27, "PIPE", 4); // Windows writes it in capitals
	assert_memory_equal(ours, samba, ours_len);
	fixture_free(f);
}

static void test_binds_are_answered_like_samba(void **state)
{
	(void)state;
	check_bind(&captured_bind_srvsvc);
	check_bind(&captured_bind_wkssvc);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_binds_are_answered_like_samba),
		cmocka_unit_test(test_calls_are_answered_like_samba),
	};
	return RUN_TESTS(tests);
}
