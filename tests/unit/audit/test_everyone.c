// SPDX-License-Identifier: Apache-2.0
// What a security descriptor lets everybody do.
#include "../test_support.h"

#include "audit/probes/everyone.h"

struct entry {
	uint8_t type, flags;
	uint32_t mask;
	const char *sid;
};

enum { ENTRIES_MAX = 3 };

static uint32_t access_by(const struct entry *entries)
{
	struct arena a;
	arena_init(&a, NULL, 0);
	struct acl *dacl = acl_new(&a);
	assert_non_null(dacl);
	for (size_t i = 0; i < ENTRIES_MAX && entries[i].sid != NULL; i++) {
		struct sid sid;
		assert_true(sid_from_text(entries[i].sid, &sid));
		assert_true(
			acl_add_simple(dacl, &a, entries[i].type, entries[i].flags, entries[i].mask, &sid));
	}
	const struct security_descriptor sd = { .control = SD_DACL_PRESENT, .dacl = dacl };
	uint32_t mask = everyone_access(&sd);
	arena_reset(&a);
	return mask;
}

#define ALLOWED ACE_ACCESS_ALLOWED
#define DENIED ACE_ACCESS_DENIED

static void test_lists(void **state)
{
	(void)state;
	static const struct {
		struct entry entries[ENTRIES_MAX];
		uint32_t mask;
	} cases[] = {
		{ { { ALLOWED, 0, FILE_ALL_ACCESS, "S-1-1-0" } }, FILE_ALL_ACCESS },
		{ { { ALLOWED, 0, ACCESS_GENERIC_READ, "S-1-5-11" } }, FILE_GENERIC_READ },
		{ { { ALLOWED, 0, 0x3, "S-1-5-32-545" } }, 0x3 },
		{ { { ALLOWED, 0, 0x3, "S-1-5-21-1-2-3-513" } }, 0x3 },
		{ { { ALLOWED, 0, 0x3, "S-1-5-21-1-2-3-512" } }, 0 }, // administrators of the domain
		{ { { ALLOWED, 0, 0x3, "S-1-5-32-544" } }, 0 },
		{ { { ALLOWED, ACE_INHERIT_ONLY, 0x3, "S-1-1-0" } }, 0 }, // for what is made in it
		{ { { DENIED, 0, 0x2, "S-1-1-0" }, { ALLOWED, 0, 0x3, "S-1-5-11" } }, 0x1 },
		{ { { ALLOWED, 0, 0x3, "S-1-5-11" }, { DENIED, 0, 0x2, "S-1-1-0" } },
			0x3 }, // as Windows reads
		{ { { DENIED, 0, 0x3, "S-1-5-21-1-2-3-1001" }, { ALLOWED, 0, 0x3, "S-1-1-0" } }, 0x3 },
		{ { { ACE_ACCESS_ALLOWED_CALLBACK, 0, 0x3, "S-1-1-0" } }, 0 }, // on a condition
		{ { { 0 } }, 0 },                                              // an empty list lets nobody in
	};
	for (size_t i = 0; i < ARRAY_LEN(cases); i++)
		assert_int_equal(access_by(cases[i].entries), cases[i].mask);
}

static void test_no_list(void **state)
{
	(void)state;
	const struct security_descriptor absent = { 0 };
	const struct security_descriptor null_dacl = { .control = SD_DACL_PRESENT };
	assert_int_equal(everyone_access(&absent), FILE_ALL_ACCESS);
	assert_int_equal(everyone_access(&null_dacl), FILE_ALL_ACCESS);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_lists), cmocka_unit_test(test_no_list) };
	return RUN_TESTS(tests);
}
