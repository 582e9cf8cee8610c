// SPDX-License-Identifier: Apache-2.0
#include "../test_support.h"

#include <linux/magic.h>

#include "server/io_pace.h"

static void local_file_systems_are_trusted(void **state UNUSED)
{
	struct io_pace p;
	io_pace_init(&p, EXT4_SUPER_MAGIC);
	assert_true(io_pace_is_fast(&p, 1));
	io_pace_init(&p, TMPFS_MAGIC);
	assert_true(io_pace_is_fast(&p, 1));
}

static void others_never_are(void **state UNUSED)
{
	static const uint64_t others[] = { NFS_SUPER_MAGIC, FUSE_SUPER_MAGIC, OVERLAYFS_SUPER_MAGIC, 0 };
	for (size_t i = 0; i < ARRAY_LEN(others); i++) {
		struct io_pace p;
		io_pace_init(&p, others[i]);
		assert_false(io_pace_is_fast(&p, UINT64_MAX));
	}
}

static void one_slow_write_ends_the_trust_for_a_while(void **state UNUSED)
{
	struct io_pace p;
	io_pace_init(&p, EXT4_SUPER_MAGIC);
	io_pace_note(&p, 1000, 1000 + IO_PACE_SLOW_MS);
	assert_true(io_pace_is_fast(&p, 1020));
	io_pace_note(&p, 1020, 1021 + IO_PACE_SLOW_MS);
	assert_false(io_pace_is_fast(&p, 1042));
	assert_false(io_pace_is_fast(&p, 1040 + IO_PACE_PENALTY_MS));
	assert_true(io_pace_is_fast(&p, 1041 + IO_PACE_PENALTY_MS));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(local_file_systems_are_trusted),
		cmocka_unit_test(others_never_are),
		cmocka_unit_test(one_slow_write_ends_the_trust_for_a_while),
	};
	return RUN_TESTS(tests);
}
