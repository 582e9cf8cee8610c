// SPDX-License-Identifier: Apache-2.0
// The default posture is a snapshot in the tree, so that no change can weaken it unseen.
#include "config_test.h"

#include <jansson.h>

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
		"[detect] disabled = mass_modification: nobody is told of what it finds",
		"[share docs] encryption = desired: clients that cannot encrypt get in, and what they read "
		"and write can "
		"be read on its way",
		"[share docs] access_based_enumeration = no: users see the names of what they may not read",
		"[share docs] file_mode = 0666: every local user can change new files",
		"[share docs] directory_mode = 0777: every local user can change new directories",
	};
	struct config *c = config_of(
		"[server]\nnetworks = any\nmetrics = 0.0.0.0:9445\nsigning = desired\nencryption = off\n"
		"dialects = 3.1.1 3.0 2.0.2\nntlm = winbind\n[detect]\ndisabled = "
		"mass_modification\n[share docs]\npath = /srv/docs\nencryption = "
		"desired\n"
		"access_based_enumeration = no\nfile_mode = 0666\ndirectory_mode = 0777\n");
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

static size_t concessions_of(const char *server, const char *shown)
{
	struct config *c = config_of(server);
	struct config_messages concessions = { 0 };
	config_concessions(c, &concessions);
	size_t count = concessions.count;
	config_messages_done(&concessions);
	char *posture = posture_of(c, false);
	assert_true((strstr(posture, shown) != NULL) == (count > 0));
	assert_true(config_server_is_strict(c)); // the kernel's client gets in by default
	free(posture);
	config_unref(c);
	return count;
}

static void whom_ntlm_lets_in_is_told(void **state)
{
	(void)state;
	assert_int_equal(concessions_of("", "ntlm_mic = if_sent: NTLM clients that send no"), 2);
	assert_int_equal(concessions_of("[server]\nntlm_mic = always\n", "ntlm_target_name = if_sent: "), 1);
	assert_int_equal(concessions_of("[server]\nntlm_target_name = always\n", "ntlm_mic = if_sent: "), 1);
	assert_int_equal(
		concessions_of("[server]\nntlm_mic = always\nntlm_target_name = always\n", "ADMITTED"), 0);
	assert_int_equal(concessions_of("[server]\nntlm = off\n", "ADMITTED"), 0);
}

static void what_detectors_do_otherwise_is_told(void **state)
{
	static const char expected[] = "\nDetectors, not as by default\n"
				       "  brute_force_failures       4 (default: 10)\n"
				       "  decoys                     docs/passwords.* trap\n";
	struct config *c = config_of("[detect]\nbrute_force_failures = 4\nsmb_sweep_hosts = 10\n"
				     "decoys = docs/passwords.*, trap\n");
	char *posture = posture_of(c, false);
	(void)state;
	if (strstr(posture, expected) == NULL)
		fail_msg("%s", posture);
	assert_null(strstr(posture, "smb_sweep_hosts"));
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

static const char walled[] =
	"[server]\nnetworks = 10.0.0.0/8\n"
	"[share docs]\npath = /srv/docs\nusers = @staff bob S-1-5-21-1-2-3-1104\nwrite = alice\n"
	"networks = 10.1.0.0/16 !10.1.9.0/24\n"
	"[access hr]\nshare = docs\nexcept = alice\ndeny = \"Human Resources\" **/*.key\n"
	"[access bobs]\nshare = docs\nusers = bob\nread = pub\n"
	"[group staff]\nmembers = alice carol\n";

static void share_is_told_as_it_comes_to(void **state)
{
	static const char expected[] = "\nShare docs\n"
				       "  path                       /srv/docs\n"
				       "  may read                   bob carol S-1-5-21-1-2-3-1104\n"
				       "  may read and write         alice\n"
				       "  from networks              10.0.0.0/8\n"
				       "    and of these from        10.1.0.0/16 !10.1.9.0/24\n"
				       "  encryption                 required\n"
				       "  access_based_enumeration   yes\n"
				       "  access hr\n"
				       "    concerns                 bob carol\n"
				       "    denies                   \"Human Resources\" **/*.key\n"
				       "  access bobs\n"
				       "    concerns                 bob\n"
				       "    lets read only           pub\n";
	struct config *c = config_of(walled);
	char *posture = posture_of(c, false);
	(void)state;
	if (strstr(posture, expected) == NULL)
		fail_msg("%s", posture);
	free(posture);
	config_unref(c);
}

static void effective_access_is_in_the_json(void **state)
{
	struct config *c = config_of(walled);
	char *posture = posture_of(c, true);
	json_t *all = json_loads(posture, 0, NULL);
	json_t *expected = json_pack("{s:[s,s,s], s:[s], s:[s], s:[s,s], s:[{s:s,s:[s,s],s:[],s:[],s:[s,s]},"
				     "{s:s,s:[s],s:[s],s:[],s:[]}]}",
		"may_read", "bob", "carol", "S-1-5-21-1-2-3-1104", "may_read_and_write", "alice", "networks",
		"10.0.0.0/8", "and_networks", "10.1.0.0/16", "!10.1.9.0/24", "access", "name", "hr", "users",
		"bob", "carol", "read", "write", "deny", "Human Resources", "**/*.key", "name", "bobs",
		"users", "bob", "read", "pub", "write", "deny");
	(void)state;
	assert_non_null(expected);
	json_t *effective =
		json_object_get(json_object_get(json_object_get(all, "shares"), "docs"), "effective");
	if (!json_equal(effective, expected))
		fail_msg("%s", posture);
	json_decref(expected);
	json_decref(all);
	free(posture);
	config_unref(c);
}

static void names_that_end_in_a_dollar_are_hidden(void **state)
{
	struct config *c = config_of("[share a$]\npath = /a\n[share b]\npath = /b\n");
	(void)state;
	assert_true(c->shares[0].hidden);
	assert_false(c->shares[1].hidden);
	config_unref(c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(default_posture_is_the_snapshot),
		cmocka_unit_test(nothing_weakens_the_default),
		cmocka_unit_test(each_weakening_is_told),
		cmocka_unit_test(whom_ntlm_lets_in_is_told),
		cmocka_unit_test(what_detectors_do_otherwise_is_told),
		cmocka_unit_test(strictness_of_shares_is_told_apart),
		cmocka_unit_test(share_is_told_as_it_comes_to),
		cmocka_unit_test(effective_access_is_in_the_json),
		cmocka_unit_test(names_that_end_in_a_dollar_are_hidden),
	};
	return RUN_TESTS(tests);
}
