// SPDX-License-Identifier: Apache-2.0
// Whom a ticket makes: by a PAC that a domain controller gave, also changed in ways that a verified one could
// still be, and by an account where there is none.
#include "../test_support.h"

#include "auth/kerberos_identity.h"
#include "auth/kerberos_setup.h"
#include "state_fixture.h"

#define DOMAIN "S-1-5-21-3023081622-144849558-97198709"

enum {
	USER_ACCOUNT_CONTROL = 0xB8,
	FIRST_GROUP_RID = 0x144,
	FIRST_GROUP_ATTRIBUTES = 0x148,
	EXTRA_SID_AUTHORITY = 0x1B7, // its last byte: 18
	EXTRA_SID_SUB_AUTHORITY = 0x1B8,
};

struct kit {
	struct account_db *db;
	struct auth_exchange_config config;
	struct auth_names names;
	struct kerberos_setup setup;
	struct auth_report report;
	struct secret key;
	struct arena arena;
	uint8_t pac[1024];
	size_t pac_len;
	struct identity *who; // the last one made
};

static char realm[] = "TEST.LAB";

static struct kit *kit_new(const struct state_fixture *f, const char *machine_sid, const char *accounts)
{
	struct kit *k = calloc(1, sizeof(*k));
	struct account_error error;
	assert_non_null(k);
	state_write(f, "machine-sid", machine_sid, 0600);
	state_write(f, "accounts", accounts, 0600);
	assert_int_equal(account_db_load(f->dir, NULL, 0, &k->db, &error), 0);
	k->names = (struct auth_names){ .netbios_computer = "FILES" };
	k->setup.realm = realm;
	auth_report_init(&k->report);
	k->config =
		(struct auth_exchange_config){ .accounts = k->db, .names = &k->names, .kerberos = &k->setup };
	arena_init(&k->arena, NULL, 0);
	FILE *in = fopen(CORPUS_DIR "/pac_user", "re");
	assert_non_null(in);
	k->pac_len = fread(k->pac, 1, sizeof(k->pac), in);
	(void)fclose(in);
	return k;
}

static void kit_free(struct kit *k)
{
	identity_unref(k->who);
	account_db_unref(k->db);
	arena_reset(&k->arena);
	free(k);
}

static enum auth_reason identify(struct kit *k, const char *name, const char *of, bool with_pac)
{
	struct kerberos_proved proved = {
		.name = name,
		.realm = of,
		.logon_info = span_make(k->pac, with_pac ? k->pac_len : 0),
		.expires = 7,
		.session_key = &k->key,
	};
	identity_unref(k->who);
	k->who = NULL;
	return kerberos_identity_new(&k->config, &k->report, &proved, &k->arena, &k->who);
}

static bool has(const struct identity *who, const char *text)
{
	struct sid sid;
	assert_true(sid_from_text(text, &sid));
	return identity_has_sid(who, &sid);
}

#define MACHINE "S-1-5-21-1-2-3\n"
#define ALICE "!next-rid:1001\nalice:1000:-:-\n"

static void a_pac_says_who_it_is(void **state)
{
	struct kit *k = kit_new(*state, MACHINE, "!next-rid:1000\n");
	assert_int_equal(identify(k, "alice", realm, true), AUTH_REASON_OK);
	assert_string_equal(k->who->account, "alice");
	assert_string_equal(k->who->domain, "TEST");
	assert_true(k->who->is_home && k->who->source == IDENTITY_OF_DOMAIN && k->who->expires == 7);
	assert_true(has(k->who, DOMAIN "-1102") && has(k->who, DOMAIN "-513") && has(k->who, DOMAIN "-1104"));
	assert_true(has(k->who, "S-1-1-0") && has(k->who, "S-1-5-11") && has(k->who, "S-1-18-1"));
	assert_int_equal(identify(k, "alice", "OTHER.LAB", true), AUTH_REASON_OK);
	assert_false(k->who->is_home);
	kit_free(k);
}

static void a_domain_has_no_say_in_this_servers_sids(void **state)
{
	struct kit *k = kit_new(*state, DOMAIN "\n", "!next-rid:1000\n");
	assert_int_equal(identify(k, "alice", realm, true), AUTH_REASON_BAD_PAC);
	kit_free(k);
}

static void what_is_built_in_is_left_out(void **state)
{
	struct kit *k = kit_new(*state, MACHINE, "!next-rid:1000\n");
	assert_int_equal(k->pac[EXTRA_SID_AUTHORITY], 18);
	k->pac[EXTRA_SID_AUTHORITY] = 5;
	k->pac[EXTRA_SID_SUB_AUTHORITY] = 18; // S-1-5-18: the system itself
	assert_int_equal(identify(k, "alice", realm, true), AUTH_REASON_OK);
	assert_false(has(k->who, "S-1-5-18"));
	kit_free(k);
}

static void groups_count_by_their_attributes(void **state)
{
	struct kit *k = kit_new(*state, MACHINE, "!next-rid:1000\n");
	assert_int_equal(k->pac[FIRST_GROUP_ATTRIBUTES + 8], 7);
	k->pac[FIRST_GROUP_ATTRIBUTES + 8] = 0; // the second one is not enabled
	assert_int_equal(identify(k, "alice", realm, true), AUTH_REASON_OK);
	assert_false(has(k->who, DOMAIN "-1103"));
	k->pac[FIRST_GROUP_ATTRIBUTES + 8] = 0x10; // and now only to be denied by
	assert_int_equal(identify(k, "alice", realm, true), AUTH_REASON_BAD_PAC);
	kit_free(k);
}

static void who_is_disabled_is_nobody(void **state)
{
	struct kit *k = kit_new(*state, MACHINE, "!next-rid:1001\nalice:1000:disabled:-\n");
	assert_int_equal(identify(k, "alice", realm, true), AUTH_REASON_ACCOUNT_DISABLED);
	assert_int_equal(identify(k, "alice", realm, false), AUTH_REASON_ACCOUNT_DISABLED);
	assert_int_equal(identify(k, "alice", "OTHER.LAB", true), AUTH_REASON_OK); // another alice
	k->pac[USER_ACCOUNT_CONTROL] |= 1;
	assert_int_equal(identify(k, "alice", "OTHER.LAB", true), AUTH_REASON_ACCOUNT_DISABLED);
	kit_free(k);
}

static void without_a_pac_the_account_says(void **state)
{
	struct kit *k = kit_new(*state, MACHINE, ALICE);
	assert_int_equal(identify(k, "alice", realm, false), AUTH_REASON_OK);
	assert_true(k->who->source == IDENTITY_OF_ACCOUNT && k->who->is_home);
	assert_true(has(k->who, "S-1-5-21-1-2-3-1000"));
	assert_string_equal(k->who->domain, "FILES");
	assert_int_equal(identify(k, "Alice", realm, false), AUTH_REASON_UNKNOWN_ACCOUNT);
	assert_int_equal(identify(k, "alice/admin", realm, false), AUTH_REASON_UNKNOWN_ACCOUNT);
	assert_int_equal(identify(k, "alice", "OTHER.LAB", false), AUTH_REASON_UNKNOWN_ACCOUNT);
	assert_int_equal(identify(k, "alice", "test.lab", false), AUTH_REASON_UNKNOWN_ACCOUNT);
	assert_int_equal(identify(k, "bob", realm, false), AUTH_REASON_UNKNOWN_ACCOUNT);
	kit_free(k);
}

static void what_cannot_be_read_is_not_believed(void **state)
{
	struct kit *k = kit_new(*state, MACHINE, ALICE);
	k->pac_len -= 64;
	assert_int_equal(identify(k, "alice", realm, true), AUTH_REASON_BAD_PAC);
	assert_null(k->who);
	kit_free(k);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, state_setup, state_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(a_pac_says_who_it_is),
		CASE(a_domain_has_no_say_in_this_servers_sids),
		CASE(what_is_built_in_is_left_out),
		CASE(groups_count_by_their_attributes),
		CASE(who_is_disabled_is_nobody),
		CASE(without_a_pac_the_account_says),
		CASE(what_cannot_be_read_is_not_believed),
	};
	return RUN_TESTS(tests);
}
