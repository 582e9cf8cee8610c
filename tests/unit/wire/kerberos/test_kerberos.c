// SPDX-License-Identifier: Apache-2.0
// With what a Samba domain controller gave: a user's PAC, the administrator's, and an AP-REQ.
#include "../../test_support.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "wire/kerberos/ap_req.h"
#include "wire/kerberos/pac_delegation_info.h"
#include "wire/kerberos/pac_logon_info.h"

enum { CAPTURED_MAX = 4096 };

struct captured {
	uint8_t bytes[CAPTURED_MAX];
	size_t len;
};

static struct captured captured(const char *name)
{
	struct captured c = { .len = 0 };
	char path[512];
	(void)snprintf(path, sizeof(path), "%s/%s", CORPUS_DIR, name);
	FILE *in = fopen(path, "re");
	assert_non_null(in);
	c.len = fread(c.bytes, 1, sizeof(c.bytes), in);
	(void)fclose(in);
	assert_true(c.len > 0 && c.len < sizeof(c.bytes));
	return c;
}

static void assert_sid(const struct sid *sid, const char *text)
{
	char got[SID_TEXT_SIZE];
	sid_to_text(sid, got);
	assert_string_equal(got, text);
}

static void reads_a_users_pac(void **state)
{
	struct captured c = captured("pac_user");
	struct pac_logon_info info;
	struct arena a;
	(void)state;
	arena_init(&a, NULL, 0);
	assert_int_equal(pac_logon_info_decode(span_make(c.bytes, c.len), &a, &info), VERDICT_OK);
	assert_string_equal(info.effective_name, "alice");
	assert_string_equal(info.logon_domain_name, "TEST");
	assert_sid(&info.logon_domain_id, "S-1-5-21-3023081622-144849558-97198709");
	assert_int_equal(info.user_id, 1102);
	assert_int_equal(info.primary_group_id, 513);
	assert_int_equal(info.user_account_control & PAC_ACCOUNT_DISABLED, 0);
	assert_int_equal(info.group_count, 4);
	assert_sid(&info.groups[0].sid, "S-1-5-21-3023081622-144849558-97198709-513");
	assert_sid(&info.groups[1].sid, "S-1-5-21-3023081622-144849558-97198709-1103");
	assert_sid(&info.groups[2].sid, "S-1-5-21-3023081622-144849558-97198709-1104");
	assert_sid(&info.groups[3].sid, "S-1-18-1");
	for (size_t i = 0; i < info.group_count; i++)
		assert_true((info.groups[i].attributes & PAC_GROUP_ENABLED) != 0);
	arena_reset(&a);
}

static void reads_an_administrators_pac(void **state)
{
	struct captured c = captured("pac_administrator");
	struct pac_logon_info info;
	struct arena a;
	(void)state;
	arena_init(&a, NULL, 0);
	assert_int_equal(pac_logon_info_decode(span_make(c.bytes, c.len), &a, &info), VERDICT_OK);
	assert_string_equal(info.effective_name, "Administrator");
	assert_int_equal(info.user_id, 500);
	assert_true(info.group_count >= 5);
	arena_reset(&a);
}

// Lists that the flags do not let count are read over.
static void flags_decide_what_counts(void **state)
{
	const size_t user_flags_at = 0x88;
	struct captured c = captured("pac_user");
	struct pac_logon_info info;
	struct arena a;
	(void)state;
	assert_int_equal(c.bytes[user_flags_at], PAC_USER_EXTRA_SIDS);
	c.bytes[user_flags_at] = 0;
	arena_init(&a, NULL, 0);
	assert_int_equal(pac_logon_info_decode(span_make(c.bytes, c.len), &a, &info), VERDICT_OK);
	assert_int_equal(info.group_count, 3);
	arena_reset(&a);
}

static void refuses_counts_that_do_not_fit(void **state)
{
	static const struct {
		size_t at;
		uint32_t value; // of 32 bits there
	} changes[] = {
		{ 0x00, 0x00081002 }, // version
		{ 0x00, 0x00080001 }, // big endian
		{ 0x08, 0x1000 },     // longer than it is
		{ 0x10, 0 },          // no structure at all
		{ 0x44, 0x000A000B }, // a name of half a character more
		{ 0x44, 0x000A000C }, // and of a whole one
		{ 0x48, 0 },          // a length without a name
		{ 0x80, 4 },          // one group more than there are
		{ 0x80, 0x10003 },    // more than there can be
		{ 0x84, 0 },          // a count without groups
		{ 0xA8, 0 },          // no domain
		{ 0xD8, 2 },          // more SIDs than there are
		{ 0xDC, 0 },          // a count without SIDs
		{ 0x184, 5 },         // another number of sub-authorities
		{ 0x1A4, 0 },         // a SID that is not there
	};
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(changes); i++) {
		struct captured c = captured("pac_user");
		struct pac_logon_info info;
		struct arena a;
		arena_init(&a, NULL, 0);
		for (size_t j = 0; j < 4; j++)
			c.bytes[changes[i].at + j] = (uint8_t)(changes[i].value >> 8 * j);
		if (pac_logon_info_decode(span_make(c.bytes, c.len), &a, &info) == VERDICT_OK)
			fail_msg("a change at %zu was not seen", changes[i].at);
		arena_reset(&a);
	}
}

// Of anything that ends too early nothing is believed. The last bytes are padding.
static void refuses_what_is_cut(void **state)
{
	struct captured c = captured("pac_user");
	(void)state;
	for (size_t len = 0; len < c.len - 8; len++) {
		uint8_t *exact = malloc(len + 1); // so that a sanitizer sees a read behind it
		struct pac_logon_info info;
		struct arena a;
		assert_non_null(exact);
		memcpy(exact, c.bytes, len);
		arena_init(&a, NULL, 0);
		assert_int_not_equal(pac_logon_info_decode(span_make(exact, len), &a, &info), VERDICT_OK);
		arena_reset(&a);
		free(exact);
	}
}

// As Samba's KDC encodes it: HTTP/files.test.lab, got by WEB$. What comes behind the target is not looked at.
static void reads_what_a_ticket_was_given_for(void **state)
{
	const size_t target_end = 76; // headers, fixed part, array's head, 19 characters
	struct captured c = captured("pac_delegation");
	const char *target = NULL;
	struct arena a;
	(void)state;
	arena_init(&a, NULL, 0);
	assert_int_equal(pac_delegation_info_decode(span_make(c.bytes, c.len), &a, &target), VERDICT_OK);
	assert_string_equal(target, "HTTP/files.test.lab");
	for (size_t len = 0; len < c.len - 8; len++) {
		uint8_t *exact = malloc(len + 1);
		assert_non_null(exact);
		memcpy(exact, c.bytes, len);
		if (len < target_end)
			assert_int_not_equal(
				pac_delegation_info_decode(span_make(exact, len), &a, &target), VERDICT_OK);
		else
			(void)!pac_delegation_info_decode(span_make(exact, len), &a, &target);
		free(exact);
	}
	c.bytes[0x14] = c.bytes[0x16] = 0; // no characters at all
	assert_int_not_equal(pac_delegation_info_decode(span_make(c.bytes, c.len), &a, &target), VERDICT_OK);
	arena_reset(&a);
}

static bool is(struct span s, const char *text)
{
	return span_equal(s, span_of_str(text));
}

static void reads_an_ap_req(void **state)
{
	struct captured c = captured("ap_req");
	struct kerberos_ap_req req;
	(void)state;
	assert_int_equal(kerberos_ap_req_decode(span_make(c.bytes, c.len), &req), VERDICT_OK);
	assert_true(is(req.realm, "TEST.LAB"));
	assert_true(req.message.len < c.len && req.message.data[0] == 0x6E); // out of its frame
	assert_int_equal(req.component_count, 2);
	assert_true(is(req.components[0], "cifs"));
	assert_true(is(req.components[1], "files.test.lab"));
	assert_int_equal(req.encryption, KERBEROS_AES256_CTS_HMAC_SHA1);
	assert_true(req.has_key_version);
	assert_string_equal(kerberos_encryption_name(req.encryption), "aes256-cts-hmac-sha1-96");
}

static void refuses_a_cut_ap_req(void **state)
{
	struct captured c = captured("ap_req");
	struct kerberos_ap_req req;
	(void)state;
	for (size_t len = 0; len < c.len; len++)
		assert_int_not_equal(kerberos_ap_req_decode(span_make(c.bytes, len), &req), VERDICT_OK);
	c.bytes[c.len] = 0; // nor may anything follow
	assert_int_not_equal(kerberos_ap_req_decode(span_make(c.bytes, c.len + 1), &req), VERDICT_OK);
}

static void only_aes_is_strong(void **state)
{
	(void)state;
	for (int32_t e = -200; e < 200; e++)
		assert_int_equal(kerberos_encryption_is_strong(e), e >= 17 && e <= 20);
	assert_string_equal(kerberos_encryption_name(23), "rc4-hmac");
	assert_string_equal(kerberos_encryption_name(-1), "unknown");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_a_users_pac),
		cmocka_unit_test(reads_an_administrators_pac),
		cmocka_unit_test(flags_decide_what_counts),
		cmocka_unit_test(refuses_counts_that_do_not_fit),
		cmocka_unit_test(refuses_what_is_cut),
		cmocka_unit_test(reads_what_a_ticket_was_given_for),
		cmocka_unit_test(reads_an_ap_req),
		cmocka_unit_test(refuses_a_cut_ap_req),
		cmocka_unit_test(only_aes_is_strong),
	};
	return RUN_TESTS(tests);
}
