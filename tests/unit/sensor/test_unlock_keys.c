// SPDX-License-Identifier: Apache-2.0
// The files of keys: what is read, and what is said of what cannot be.
#include "../test_support.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "watch_fixture.h"

#define SCENARIO(name) PROJECT_DIR "/tests/scenarios/" name
#define ALICE "68ee372d76fcef069af4bfffda823e48"
#define OTHER "31d6cfe0d16ae931b73c59d7e0c089c0"

static void file_write(char path[64], const char *text, size_t len)
{
	(void)snprintf(path, 64, "/tmp/signet-test-keys-XXXXXX");
	int fd = mkstemp(path);
	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, len), len);
	(void)close(fd);
}

// The MIC is verified when alice's hash is found in the text, however it is written.
static enum event_mic mic_with(const char *text)
{
	char path[64], error[UNLOCK_ERROR_LEN];
	struct watched w;
	file_write(path, text, strlen(text));
	struct unlock_keys *k = unlock_keys_load(NULL, path, error);
	(void)unlink(path);
	if (k == NULL)
		fail_msg("%s", error);
	watch_capture(SCENARIO("C03_encrypted_ntlm.pcap"), k, NULL, &w);
	enum event_mic mic = watched_nth(&w, EVENT_AUTH, 0)->mic;
	watched_done(&w);
	unlock_keys_free(k);
	return mic;
}

static void reads_hashes_as_tools_write_them(void **state)
{
	(void)state;
	static const char *const fitting[] = {
		"alice:" ALICE "\n",
		"# comment\n\n  ALICE:68EE372D76FCEF069AF4BFFFDA823E48\r\n",
		"TEST\\alice:" ALICE, // without a line's end
		"test.lab\\Alice:" ALICE "\n",
		// pwdump, secretsdump, smbpasswd
		"alice:1103:aad3b435b51404eeaad3b435b51404ee:" ALICE ":::\n",
		"test.lab\\alice:1103:aad3b435b51404eeaad3b435b51404ee:" ALICE "::: (status=Enabled)\n",
		"alice:1000:XXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXX:" ALICE ":[U          ]:LCT-5F0F1B3A:\n",
		// Several of that name: the proof says which.
		"A\\alice:" OTHER "\nB\\alice:" ALICE "\nC\\alice:" OTHER "\nbob:" OTHER "\n",
		"guest:501:NO PASSWORD*********************:NO "
		"PASSWORD*********************:::\nalice:" ALICE,
	};
	for (size_t i = 0; i < ARRAY_LEN(fitting); i++)
		assert_int_equal(mic_with(fitting[i]), EVENT_MIC_VERIFIED);
	assert_int_equal(mic_with("alice:" OTHER "\n"), EVENT_MIC_PRESENT);
	assert_int_equal(mic_with("alicia:" ALICE "\nalic:" ALICE "\n"), EVENT_MIC_PRESENT);
}

static void assert_refused(const char *keytab, const char *hashes, const char *why)
{
	char error[UNLOCK_ERROR_LEN] = "";
	struct unlock_keys *k = unlock_keys_load(keytab, hashes, error);
	assert_null(k);
	if (strstr(error, why) == NULL)
		fail_msg("\"%s\" does not say \"%s\"", error, why);
}

static void says_which_line_is_wrong(void **state)
{
	(void)state;
	static const struct {
		const char *text, *why;
	} cases[] = {
		{ "bob:" OTHER "\nPassw0rd-alice\n", ":2: write ACCOUNT:HASH" },
		{ "alice:Passw0rd-alice\n", ":1: the NT hash is not 32 hexadecimal digits" },
		{ "alice:" ALICE "00\n", ":1: the NT hash is not 32" },
		{ "\n\nalice:68ee372d76fcef069af4bfffda823e4g\n", ":3: the NT hash is not 32" },
		{ "alice:aad3b435b51404eeaad3b435b51404ee:" ALICE "\n", ":1: write ACCOUNT:HASH" },
		{ ":" ALICE "\n", ":1: there is no account's name" },
		{ "TEST\\:" ALICE "\n", ":1: there is no account's name" },
		{ "# nothing\n", "no account in it" },
		{ "", "no account in it" },
	};
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		char path[64];
		file_write(path, cases[i].text, strlen(cases[i].text));
		assert_refused(NULL, path, cases[i].why);
		(void)unlink(path);
	}
}

static void refuses_what_is_no_file_of_keys(void **state)
{
	(void)state;
	char path[64], line[2 * UNLOCK_LINE_LEN_MAX];
	assert_refused(NULL, "/nonexistent/hashes", "No such file");
	assert_refused(NULL, "/tmp", "directory");
	memset(line, 'a', sizeof(line));
	file_write(path, line, sizeof(line));
	assert_refused(NULL, path, ":1: the line is too long");
	assert_refused(path, NULL, "not a keytab");
	(void)unlink(path);
	assert_refused("/nonexistent/keytab", NULL, "No such file");
	file_write(path, "\x05\x02", 2);
	assert_refused(path, NULL, "no key is in it");
	(void)unlink(path);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_hashes_as_tools_write_them),
		cmocka_unit_test(says_which_line_is_wrong),
		cmocka_unit_test(refuses_what_is_no_file_of_keys),
	};
	return RUN_TESTS(tests);
}
