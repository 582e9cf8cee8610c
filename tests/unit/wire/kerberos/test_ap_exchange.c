// SPDX-License-Identifier: Apache-2.0
// With an exchange of MIT's library (a service and a realm that lived for a minute), and what was sealed in
// it.
#include "../../test_support.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "wire/kerberos/ap_exchange.h"

enum { CAPTURED_MAX = 4096, AES256_KEY_LEN = 32, CHECKSUM_AND_CONFOUNDER_LEN = 28 };

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

static struct span captured_span(const struct captured *c)
{
	return span_make(c->bytes, c->len);
}

static void assert_text(struct span got, const char *text)
{
	assert_true(span_equal(got, span_of_str(text)));
}

static void reads_an_ap_req(void **state)
{
	(void)state;
	struct captured c = captured("ap_req");
	struct kerberos_ap_req shown;
	struct kerberos_ap_req_parts parts;
	assert_int_equal(kerberos_ap_req_decode(captured_span(&c), &shown), VERDICT_OK);
	assert_int_equal(kerberos_ap_req_parts_decode(captured_span(&c), &parts), VERDICT_OK);
	assert_int_equal(parts.ticket.encryption, shown.encryption);
	assert_int_equal(parts.ticket.key_version, shown.key_version);
	assert_true(parts.ticket.cipher.data > shown.ticket.data);
	assert_true(
		parts.ticket.cipher.data + parts.ticket.cipher.len == shown.ticket.data + shown.ticket.len);
	assert_true(parts.authenticator.cipher.len > CHECKSUM_AND_CONFOUNDER_LEN);
	assert_true(parts.authenticator.cipher.data + parts.authenticator.cipher.len == c.bytes + c.len);
}

static void reads_an_ap_rep(void **state)
{
	(void)state;
	struct captured c = captured("ap_rep"), opened = captured("enc_ap_rep_part");
	struct kerberos_encrypted e;
	assert_int_equal(kerberos_ap_rep_decode(captured_span(&c), &e), VERDICT_OK);
	assert_int_equal(e.encryption, KERBEROS_AES256_CTS_HMAC_SHA1);
	assert_false(e.has_key_version);
	assert_int_equal(e.cipher.len, opened.len + CHECKSUM_AND_CONFOUNDER_LEN);
}

static void reads_what_was_sealed(void **state)
{
	(void)state;
	struct captured c = captured("enc_ticket_part");
	struct kerberos_ticket t;
	assert_int_equal(kerberos_ticket_decode(captured_span(&c), &t), VERDICT_OK);
	assert_text(t.realm, "TEST.LAB");
	assert_int_equal(t.component_count, 1);
	assert_text(t.components[0], "alice");
	assert_int_equal(t.key.encryption, KERBEROS_AES256_CTS_HMAC_SHA1);
	assert_int_equal(t.key.bytes.len, AES256_KEY_LEN);

	struct captured a = captured("authenticator"), r = captured("enc_ap_rep_part");
	struct kerberos_key client, server;
	assert_int_equal(kerberos_authenticator_decode(captured_span(&a), &client), VERDICT_OK);
	assert_int_equal(kerberos_ap_rep_part_decode(captured_span(&r), &server), VERDICT_OK);
	assert_int_equal(client.bytes.len, AES256_KEY_LEN);
	assert_int_equal(server.bytes.len, AES256_KEY_LEN);
	assert_false(span_equal(client.bytes, server.bytes));
	assert_false(span_equal(client.bytes, t.key.bytes));
}

// Neither side needs one.
static void subkeys_may_be_left_out(void **state)
{
	(void)state;
	static const uint8_t bare[] = "\x7b\x1c\x30\x1a\xa0\x11\x18\x0f"
				      "20261123050011Z"
				      "\xa1\x05\x02\x03\x0d\x89\xf1";
	struct kerberos_key key = { .encryption = 1 };
	assert_int_equal(kerberos_ap_rep_part_decode(span_make(bare, sizeof(bare) - 1), &key), VERDICT_OK);
	assert_int_equal(key.bytes.len, 0);
}

static void refuses_what_is_cut(void **state)
{
	(void)state;
	struct kerberos_ap_req_parts parts;
	struct kerberos_encrypted e;
	struct kerberos_ticket t;
	struct kerberos_key key;
	struct captured c = captured("ap_req");
	for (size_t len = 0; len < c.len; len++)
		assert_int_not_equal(
			kerberos_ap_req_parts_decode(span_make(c.bytes, len), &parts), VERDICT_OK);
	c = captured("ap_rep");
	for (size_t len = 0; len < c.len; len++)
		assert_int_not_equal(kerberos_ap_rep_decode(span_make(c.bytes, len), &e), VERDICT_OK);
	c = captured("enc_ticket_part");
	for (size_t len = 0; len < c.len; len++)
		assert_int_not_equal(kerberos_ticket_decode(span_make(c.bytes, len), &t), VERDICT_OK);
	c = captured("authenticator");
	for (size_t len = 0; len < c.len; len++)
		assert_int_not_equal(
			kerberos_authenticator_decode(span_make(c.bytes, len), &key), VERDICT_OK);
}

// One is not taken for another.
static void refuses_other_messages(void **state)
{
	(void)state;
	struct kerberos_ap_req_parts parts;
	struct kerberos_encrypted e;
	struct kerberos_key key;
	struct captured req = captured("ap_req"), rep = captured("ap_rep"),
			sealed = captured("authenticator");
	assert_int_not_equal(kerberos_ap_req_parts_decode(captured_span(&rep), &parts), VERDICT_OK);
	assert_int_not_equal(kerberos_ap_rep_decode(captured_span(&req), &e), VERDICT_OK);
	assert_int_not_equal(kerberos_ap_rep_part_decode(captured_span(&sealed), &key), VERDICT_OK);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_an_ap_req),
		cmocka_unit_test(reads_an_ap_rep),
		cmocka_unit_test(reads_what_was_sealed),
		cmocka_unit_test(subkeys_may_be_left_out),
		cmocka_unit_test(refuses_what_is_cut),
		cmocka_unit_test(refuses_other_messages),
	};
	return RUN_TESTS(tests);
}
