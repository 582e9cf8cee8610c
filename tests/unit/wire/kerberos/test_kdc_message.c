// SPDX-License-Identifier: Apache-2.0
// Messages between MIT's client and KDC (fuzz/corpus/kerberos).
#include "../../test_support.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "wire/kerberos/kdc_message.h"

enum { CAPTURED_MAX = 4096 };

struct captured {
	uint8_t bytes[CAPTURED_MAX];
	size_t len;
};

static const char *const names[] = { "as_req", "as_req_timestamp", "as_req_nobody", "as_rep", "tgs_req",
	"tgs_rep", "krb_error_preauth_required", "krb_error_preauth_failed", "krb_error_unknown" };

static struct captured captured(const char *name)
{
	struct captured c;
	char path[512];
	(void)snprintf(path, sizeof(path), "%s/%s", CORPUS_DIR, name);
	FILE *in = fopen(path, "re");
	assert_non_null(in);
	c.len = fread(c.bytes, 1, sizeof(c.bytes), in);
	(void)fclose(in);
	assert_true(c.len > 0 && c.len < sizeof(c.bytes));
	return c;
}

static struct kdc_message decoded(const struct captured *c)
{
	struct kdc_message m;
	assert_int_equal(kdc_message_decode(span_make(c->bytes, c->len), &m), VERDICT_OK);
	return m;
}

static void assert_text(struct span text, const char *expected)
{
	assert_true(span_equal(text, span_of_str(expected)));
}

static void reads_a_request(void **state)
{
	(void)state;
	struct captured c = captured("as_req");
	struct kdc_message m = decoded(&c);
	assert_int_equal(m.type, KDC_AS_REQ);
	assert_false(m.preauthenticated);
	assert_int_equal(m.client.count, 1);
	assert_text(m.client.components[0], "alice");
	assert_text(m.client_realm, "WATCH.EXAMPLE");
	assert_int_equal(m.service.count, 2);
	assert_text(m.service.components[0], "krbtgt");
	assert_true(m.encryption_count > 2);
	assert_int_equal(m.encryptions[0], KERBEROS_AES256_CTS_HMAC_SHA1);
	c = captured("as_req_timestamp");
	assert_true(decoded(&c).preauthenticated);
}

static void reads_replies(void **state)
{
	(void)state;
	struct captured c = captured("as_rep");
	struct kdc_message m = decoded(&c);
	assert_int_equal(m.type, KDC_AS_REP);
	assert_text(m.client.components[0], "alice");
	assert_int_equal(m.ticket_encryption, KERBEROS_AES256_CTS_HMAC_SHA1);
	assert_int_equal(m.reply_encryption, KERBEROS_AES256_CTS_HMAC_SHA1);
	c = captured("tgs_rep");
	m = decoded(&c);
	assert_int_equal(m.type, KDC_TGS_REP);
	assert_int_equal(m.service.count, 2);
	assert_text(m.service.components[1], "files.watch.example");
	assert_true(m.ticket.len > 100);
}

static void reads_errors(void **state)
{
	(void)state;
	struct captured c = captured("krb_error_preauth_required");
	assert_int_equal(decoded(&c).error_code, 25);
	c = captured("krb_error_preauth_failed");
	assert_int_equal(decoded(&c).error_code, 24);
	c = captured("krb_error_unknown");
	struct kdc_message m = decoded(&c);
	assert_int_equal(m.error_code, 6);
	assert_text(m.client.components[0], "nobody");
}

static void no_part_of_a_message_is_one(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		struct captured c = captured(names[i]);
		for (size_t len = 0; len < c.len; len++) {
			struct kdc_message m;
			uint8_t *copy = malloc(len + 1); // of its own size, for the address sanitizer
			assert_non_null(copy);
			memcpy(copy, c.bytes, len);
			assert_int_not_equal(kdc_message_decode(span_make(copy, len), &m), VERDICT_OK);
			free(copy);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_a_request),
		cmocka_unit_test(reads_replies),
		cmocka_unit_test(reads_errors),
		cmocka_unit_test(no_part_of_a_message_is_one),
	};
	return RUN_TESTS(tests);
}
