// SPDX-License-Identifier: Apache-2.0
// The default posture is a snapshot in the tree, so that no change can weaken it unseen.
#include "config_test.h"

#include "config/config_posture.h"

static char *file_text(const char *path)
{
	char *text = calloc(1, 65536);
	FILE *in = fopen(path, "r");
	assert_non_null(text);
	assert_non_null(in);
	assert_true(fread(text, 1, 65535, in) > 0);
	fclose(in);
	return text;
}

static char *posture_of(const struct config *c, bool json)
{
	char *text = NULL;
	size_t len = 0;
	FILE *out = open_memstream(&text, &len);
	assert_non_null(out);
	if (json)
		assert_true(config_posture_print_json(c, out));
	else
		config_posture_print(c, out);
	fclose(out);
	return text;
}

static void default_posture_is_the_snapshot(void **state)
{
	struct config *c = config_of("[share docs]\npath = /srv/docs\n");
	char *posture = posture_of(c, true);
	char *snapshot = file_text(TESTS_DIR "/snapshots/default-posture.json");
	(void)state;
	assert_string_equal(posture, snapshot);
	free(posture);
	free(snapshot);
	config_unref(c);
}

static void nothing_weakens_the_default(void **state)
{
	struct config *c = config_of("[share docs]\npath = /srv/docs\nusers = alice\n");
	struct config_messages warnings = { 0 };
	char *posture = posture_of(c, false);
	(void)state;
	config_warnings(c, &warnings);
	assert_int_equal(warnings.count, 0);
	assert_non_null(strstr(posture, "Nothing weakens the strict defaults."));
	assert_null(strstr(posture, "WEAKENED"));
	free(posture);
	config_unref(c);
}

static void each_weakening_is_told(void **state)
{
	static const char *const expected[] = {
		"[server] networks: clients may connect from anywhere",
		"[server] metrics = 0.0.0.0:9445: not a loopback address: whoever can reach it and is in "
		"networks reads counters and names of shares, unencrypted",
		"[server] signing = desired: sessions without signing or sealing can be read and changed on "
		"their way",
		"[server] encryption = off: nothing is encrypted: files can be read on their way by whoever "
		"sees the "
		"network",
		"[server] dialects = 3.0: the negotiation is not protected before authentication ends",
		"[server] dialects = 2.0.2: the dialect has no encryption",
		"[server] ntlm = winbind: every user of the domain may prove himself with NTLMv2, where a "
		"listener can guess passwords; Kerberos (keytab) does without",
		"[share docs] encryption = desired: clients that cannot encrypt get in, and what they read "
		"and write can "
		"be read on its way",
		"[share docs] file_mode = 0666: every local user can change new files",
		"[share docs] directory_mode = 0777: every local user can change new directories",
	};
	struct config *c = config_of(
		"[server]\nnetworks = any\nmetrics = 0.0.0.0:9445\nsigning = desired\nencryption = off\n"
		"dialects = 3.1.1 3.0 2.0.2\nntlm = winbind\n[share docs]\npath = /srv/docs\nencryption = "
		"desired\n"
		"file_mode = 0666\ndirectory_mode = 0777\n");
	struct config_messages warnings = { 0 };
	(void)state;
	config_warnings(c, &warnings);
	assert_int_equal(warnings.count, ARRAY_LEN(expected));
	for (size_t i = 0; i < ARRAY_LEN(expected); i++)
		assert_string_equal(warnings.lines[i], expected[i]);
	config_messages_done(&warnings);
	char *posture = posture_of(c, false);
	assert_non_null(strstr(posture, "\nWEAKENED\n"));
	assert_non_null(strstr(posture, "nobody may use this share"));
	free(posture);
	config_unref(c);
}

static void strictness_of_shares_is_told_apart(void **state)
{
	struct config *c = config_of("[server]\nmetrics = 127.1.2.3:9445\n[share a]\npath = /srv/a\n"
				     "[share b]\npath = /srv/b\nfile_mode = 0666\n");
	(void)state;
	assert_true(config_server_is_strict(c));
	assert_true(config_share_is_strict(c, &c->shares[0]));
	assert_false(config_share_is_strict(c, &c->shares[1]));
	config_unref(c);
	c = config_of("[server]\nmetrics = [::]:9445\n[share a]\npath = /srv/a\n");
	assert_false(config_server_is_strict(c));
	assert_false(config_share_is_strict(c, &c->shares[0]));
	config_unref(c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(default_posture_is_the_snapshot),
		cmocka_unit_test(nothing_weakens_the_default),
		cmocka_unit_test(each_weakening_is_told),
		cmocka_unit_test(strictness_of_shares_is_told_apart),
	};
	return RUN_TESTS(tests);
}
