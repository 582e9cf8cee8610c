// SPDX-License-Identifier: Apache-2.0
// What real clients do to files with SMB1: by TRANSACTION2, RENAME, DELETE, on real connections to Samba.
#include "../test_support.h"

#include <string.h>

#include "watch_fixture.h"

#define SCENARIO(name) PROJECT_DIR "/tests/scenarios/" name

static bool has(const struct watched *w, const char *action, const char *path, const char *target,
	enum event_result result)
{
	for (size_t i = 0; i < w->count; i++) {
		const struct watched_event *e = &w->events[i];
		if (e->kind == EVENT_FILE && strcmp(e->action, action) == 0 && strcmp(e->path, path) == 0 &&
			strcmp(e->target_path, target) == 0 && e->result == result)
			return true;
	}
	return false;
}

struct deed {
	const char *action, *path, *target;
	enum event_result result;
};

static void assert_deeds(const char *capture, const struct deed *deeds, size_t count)
{
	struct watched w;
	watch_capture(capture, NULL, NULL, &w);
	assert_int_equal(watched_count(&w, EVENT_ANOMALY, NULL), 0);
	for (size_t i = 0; i < count; i++)
		if (!has(&w, deeds[i].action, deeds[i].path, deeds[i].target, deeds[i].result))
			fail_msg("no %s of %s", deeds[i].action, deeds[i].path);
	watched_done(&w);
}

static void smbclient_is_followed(void **state)
{
	(void)state;
	static const struct deed deeds[] = {
		{ "open", "hello1.txt", "", EVENT_SUCCESS },
		{ "write", "secret.bin", "", EVENT_SUCCESS },
		{ "rename", "secret.bin", "secret.bin.locked", EVENT_SUCCESS },
		{ "create", "d", "", EVENT_SUCCESS },
		{ "create", "hello2.link", "", EVENT_SUCCESS },            // NT_RENAME
		{ "rename", "hello3.txt", "d/hello3.txt", EVENT_FAILURE }, // SET_PATH_INFO
		{ "delete", "d/one", "", EVENT_SUCCESS },
		{ "delete", "secret.bin.locked", "", EVENT_SUCCESS },
	};
	assert_deeds(SCENARIO("smb1_smbclient.pcap"), deeds, ARRAY_LEN(deeds));
}

static void the_kernels_client_is_followed(void **state)
{
	(void)state;
	static const struct deed deeds[] = {
		{ "read", "hello1.txt", "", EVENT_SUCCESS },
		{ "write", "two.bin", "", EVENT_SUCCESS },
		{ "rename", "two.bin", "d/two.locked", EVENT_SUCCESS },
		{ "create", "d/link", "", EVENT_SUCCESS },
		{ "attributes", "hello1.txt", "", EVENT_SUCCESS },
		{ "attributes", "one.txt", "", EVENT_SUCCESS },
		{ "delete", "held", "", EVENT_FAILURE },
		{ "open", "symlink", "", EVENT_FAILURE }, // QUERY_PATH_INFO
		{ "delete", "d/two.locked", "", EVENT_SUCCESS },
		{ "delete", "d", "", EVENT_SUCCESS },
	};
	assert_deeds(SCENARIO("smb1_kernel.pcap"), deeds, ARRAY_LEN(deeds));
}

// With UNIX extensions it opens and deletes by SET_PATH_INFO.
static void the_kernels_client_with_unix_extensions_is_followed(void **state)
{
	(void)state;
	static const struct deed deeds[] = {
		{ "open", "hello1.txt", "", EVENT_SUCCESS },
		{ "read", "hello1.txt", "", EVENT_SUCCESS },
		{ "write", "two.bin", "", EVENT_SUCCESS },
		{ "create", "d", "", EVENT_SUCCESS },
		{ "create", "symlink", "", EVENT_SUCCESS },
		{ "delete", "symlink", "", EVENT_SUCCESS },
		{ "rename", "two.bin", "d/two.locked", EVENT_SUCCESS },
		{ "attributes", "hello1.txt", "", EVENT_FAILURE },
		{ "delete", "d/two.locked", "", EVENT_SUCCESS },
		{ "close", "held", "", EVENT_SUCCESS },
	};
	assert_deeds(SCENARIO("smb1_kernel_unix.pcap"), deeds, ARRAY_LEN(deeds));
}

#define FOLDER "testsfileinfo/"

// By the open and by the name; the new name is one beside the old one.
static void renames_of_transactions_are_followed(void **state)
{
	(void)state;
	static const struct deed deeds[] = {
		{ "rename", FOLDER "fnum_test_90.txt", FOLDER "fnum_test_new_90.txt", EVENT_SUCCESS },
		{ "rename", FOLDER "fnum_test_90.txt", FOLDER "fnum_test_new_90.txt", EVENT_FAILURE },
		{ "rename", FOLDER "fname_test_90.txt", FOLDER "fname_test_new_90.txt", EVENT_SUCCESS },
		{ "rename", FOLDER "dname_test_90", FOLDER "dname_test_new_90", EVENT_SUCCESS },
		{ "delete", FOLDER "fnum_test_90.txt", "", EVENT_SUCCESS },
	};
	assert_deeds(SCENARIO("smb1_trans2_renames.pcap"), deeds, ARRAY_LEN(deeds));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(smbclient_is_followed),
		cmocka_unit_test(the_kernels_client_is_followed),
		cmocka_unit_test(the_kernels_client_with_unix_extensions_is_followed),
		cmocka_unit_test(renames_of_transactions_are_followed),
	};
	return RUN_TESTS(tests);
}
