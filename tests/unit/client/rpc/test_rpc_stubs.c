// SPDX-License-Identifier: Apache-2.0
// What Samba 4.17 answered, captured (the seeds of the fuzzer), and what becomes of it when it is cut or
// lies.
#include "../../test_support.h"

#include <stdio.h>
#include <string.h>

#include "client/rpc/rpc_services.h"
#include "client/rpc/samr_calls.h"
#include "client/rpc/srvsvc_calls.h"
#include "wire/dtyp/guid.h"
#include "wire/dtyp/security_descriptor.h"

enum { SEED_LEN_MAX = 4096 };

struct seed {
	uint8_t bytes[SEED_LEN_MAX];
	size_t len;
};

// Without the byte by which the fuzzer chooses.
static struct seed seed_read(const char *name)
{
	struct seed s = { 0 };
	char path[512];
	(void)snprintf(path, sizeof(path), "%s/%s", CORPUS_DIR, name);
	FILE *f = fopen(path, "rb");
	assert_non_null(f);
	assert_int_not_equal(fgetc(f), EOF);
	s.len = fread(s.bytes, 1, sizeof(s.bytes), f);
	assert_int_equal(fclose(f), 0);
	assert_true(s.len > 0);
	return s;
}

static struct span span_of(const struct seed *s)
{
	return span_make(s->bytes, s->len);
}

static void put_u32(struct seed *s, size_t offset, uint32_t v)
{
	s->bytes[offset] = (uint8_t)v;
	s->bytes[offset + 1] = (uint8_t)(v >> 8);
	s->bytes[offset + 2] = (uint8_t)(v >> 16);
	s->bytes[offset + 3] = (uint8_t)(v >> 24);
}

static void test_shares(void **state)
{
	(void)state;
	struct arena a;
	struct srvsvc_share_list list;
	arena_init(&a, NULL, 0);
	struct seed s = seed_read("shares_level_1");
	assert_int_equal(srvsvc_share_enum_decode(span_of(&s), SRVSVC_LEVEL_1, &a, &list), VERDICT_OK);
	assert_int_equal(list.count, 3);
	assert_int_equal(list.error, 0);
	assert_string_equal(list.shares[0].name, "share");
	assert_string_equal(list.shares[1].name, "public");
	assert_string_equal(list.shares[2].name, "IPC$");
	assert_int_equal(list.shares[0].type, STYPE_DISKTREE);
	assert_int_equal(list.shares[2].type, STYPE_IPC | STYPE_SPECIAL);
	assert_string_equal(list.shares[2].comment, "IPC Service (Samba 4.17.12-Debian)");
	assert_int_equal(
		srvsvc_share_enum_decode(span_of(&s), SRVSVC_LEVEL_502, &a, &list), VERDICT_BAD_VALUE);
	arena_reset(&a);
}

static void test_descriptors(void **state)
{
	(void)state;
	struct arena a;
	struct srvsvc_share_list list;
	struct security_descriptor sd;
	arena_init(&a, NULL, 0);
	struct seed s = seed_read("shares_level_502_descriptors");
	assert_int_equal(srvsvc_share_enum_decode(span_of(&s), SRVSVC_LEVEL_502, &a, &list), VERDICT_OK);
	assert_int_equal(list.count, 3);
	assert_int_equal(security_descriptor_decode(list.shares[0].descriptor, &a, &sd), VERDICT_OK);
	assert_int_equal(sd.dacl->count, 1);
	assert_true(sid_equal(&sd.dacl->aces[0].sid, &sid_everyone));
	s = seed_read("shares_level_502");
	assert_int_equal(srvsvc_share_enum_decode(span_of(&s), SRVSVC_LEVEL_502, &a, &list), VERDICT_OK);
	assert_int_equal(list.shares[0].descriptor.len, 0); // not for this account
	arena_reset(&a);
}

static void test_accounts(void **state)
{
	(void)state;
	struct arena a;
	struct samr_names names;
	struct samr_handle handle;
	struct sid sid;
	uint32_t status = 1;
	arena_init(&a, NULL, 0);
	struct seed s = seed_read("samr_users");
	assert_int_equal(samr_names_decode(span_of(&s), &a, &names), VERDICT_OK);
	assert_int_equal(names.count, 14);
	assert_string_equal(names.names[1].name, "alice");
	assert_int_equal(names.names[1].rid, 1000);
	s = seed_read("samr_domains");
	assert_int_equal(samr_names_decode(span_of(&s), &a, &names), VERDICT_OK);
	assert_int_equal(names.count, 2);
	s = seed_read("samr_handle");
	assert_int_equal(samr_handle_decode(span_of(&s), &handle, &status), VERDICT_OK);
	assert_int_equal(status, 0);
	s = seed_read("samr_sid");
	assert_int_equal(samr_sid_decode(span_of(&s), &sid, &status), VERDICT_OK);
	assert_int_equal(sid.sub_authority[0], 21);
	arena_reset(&a);
}

// Nothing that is cut anywhere is taken for an answer.
static void test_cut(void **state)
{
	(void)state;
	struct arena a;
	struct srvsvc_share_list list;
	struct samr_names names;
	struct seed one = seed_read("shares_level_1");
	struct seed full = seed_read("shares_level_502_descriptors");
	struct seed users = seed_read("samr_users");
	arena_init(&a, NULL, 0);
	for (size_t len = 0; len < one.len; len++)
		assert_int_not_equal(
			srvsvc_share_enum_decode(span_make(one.bytes, len), SRVSVC_LEVEL_1, &a, &list),
			VERDICT_OK);
	for (size_t len = 0; len < full.len; len++)
		assert_int_not_equal(
			srvsvc_share_enum_decode(span_make(full.bytes, len), SRVSVC_LEVEL_502, &a, &list),
			VERDICT_OK);
	for (size_t len = 0; len < users.len; len++)
		assert_int_not_equal(samr_names_decode(span_make(users.bytes, len), &a, &names), VERDICT_OK);
	arena_reset(&a);
}

// Counts that are more than there is, or than anybody has, cost nothing.
static void test_huge_counts(void **state)
{
	(void)state;
	struct arena a;
	struct srvsvc_share_list list;
	struct samr_names names;
	arena_init(&a, NULL, 0);
	struct seed s = seed_read("shares_level_1");
	put_u32(&s, 12, UINT32_MAX); // EntriesRead
	put_u32(&s, 20, UINT32_MAX); // the array's count
	assert_int_equal(srvsvc_share_enum_decode(span_of(&s), SRVSVC_LEVEL_1, &a, &list), VERDICT_TOO_LONG);
	put_u32(&s, 12, SRVSVC_SHARES_MAX);
	put_u32(&s, 20, SRVSVC_SHARES_MAX);
	assert_int_equal(srvsvc_share_enum_decode(span_of(&s), SRVSVC_LEVEL_1, &a, &list), VERDICT_TRUNCATED);
	put_u32(&s, 20, 3);
	assert_int_equal(srvsvc_share_enum_decode(span_of(&s), SRVSVC_LEVEL_1, &a, &list), VERDICT_BAD_SIZE);
	s = seed_read("samr_users");
	put_u32(&s, 8, UINT32_MAX);
	put_u32(&s, 16, UINT32_MAX);
	assert_int_equal(samr_names_decode(span_of(&s), &a, &names), VERDICT_TOO_LONG);
	assert_true(a.heap_bytes < 65536);
	arena_reset(&a);
}

// Each interface's text is a UUID, and no two rows are the same.
static void test_services(void **state)
{
	(void)state;
	for (size_t i = 0; i < rpc_service_count; i++) {
		struct guid g;
		struct dcerpc_syntax s = rpc_service_syntax(&rpc_services[i]);
		assert_true(guid_from_text(rpc_services[i].uuid, &g));
		assert_memory_equal(s.uuid, g.bytes, sizeof(s.uuid));
		for (size_t j = 0; j < i; j++)
			assert_string_not_equal(rpc_services[i].uuid, rpc_services[j].uuid);
	}
	assert_non_null(rpc_service_find("srvsvc"));
	assert_null(rpc_service_find("nosuch"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_shares),
		cmocka_unit_test(test_descriptors),
		cmocka_unit_test(test_accounts),
		cmocka_unit_test(test_cut),
		cmocka_unit_test(test_huge_counts),
		cmocka_unit_test(test_services),
	};
	return RUN_TESTS(tests);
}
