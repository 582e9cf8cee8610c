// SPDX-License-Identifier: Apache-2.0
#include "../../test_support.h"

#include <stdlib.h>
#include <string.h>

#include "wire/smb1/smb1_negotiate.h"

// impacket's SMB1 probe, as recorded on a loopback interface.
static const uint8_t nt_lm_only[] = { 0xff, 0x53, 0x4d, 0x42, 0x72, 0x00, 0x00, 0x00, 0x00, 0x18, 0x45, 0x68,
	0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x7c, 0x6d, 0x00,
	0x00, 0x01, 0x00, 0x00, 0x0e, 0x00, 0x02, 0x4e, 0x54, 0x20, 0x4c, 0x4d, 0x20, 0x30, 0x2e, 0x31, 0x32,
	0x00, 0x02, 0x00 };

static void a_real_probe(void **state UNUSED)
{
	struct smb1_negotiate m;
	assert_true(smb1_is_message(span_make(nt_lm_only, sizeof(nt_lm_only))));
	assert_int_equal(smb1_negotiate_decode(span_make(nt_lm_only, sizeof(nt_lm_only)), &m), VERDICT_OK);
	assert_int_equal(m.dialect_count, 2); // the second one is empty
	assert_int_equal(m.flags2, 0x6845);
	assert_false(m.smb2_002);
	assert_false(m.smb2_wildcard);
}

static size_t encode(uint8_t *buf, size_t cap, const char *const *dialects)
{
	struct writer w = writer_make(buf, cap);
	smb1_negotiate_encode(&w, dialects);
	assert_true(writer_ok(&w));
	return w.pos;
}

static void what_leads_to_smb2_is_seen(void **state UNUSED)
{
	uint8_t buf[256];
	struct smb1_negotiate m;
	size_t len = encode(buf, sizeof(buf), (const char *const[]){ "NT LM 0.12", "SMB 2.002", NULL });
	assert_int_equal(smb1_negotiate_decode(span_make(buf, len), &m), VERDICT_OK);
	assert_true(m.smb2_002 && !m.smb2_wildcard);
	len = encode(buf, sizeof(buf), (const char *const[]){ "NT LM 0.12", "SMB 2.002", "SMB 2.???", NULL });
	assert_int_equal(smb1_negotiate_decode(span_make(buf, len), &m), VERDICT_OK);
	assert_true(m.smb2_002 && m.smb2_wildcard);
	len = encode(buf, sizeof(buf), (const char *const[]){ "SMB 2.0022", "SMB 2.??", NULL });
	assert_int_equal(smb1_negotiate_decode(span_make(buf, len), &m), VERDICT_OK);
	assert_false(m.smb2_002 || m.smb2_wildcard);
}

static void every_prefix_is_truncated(void **state UNUSED)
{
	uint8_t buf[256];
	size_t len = encode(buf, sizeof(buf), (const char *const[]){ "NT LM 0.12", "SMB 2.???", NULL });
	for (size_t prefix = 0; prefix < len; prefix++) {
		uint8_t *copy = malloc(prefix == 0 ? 1 : prefix);
		assert_non_null(copy);
		memcpy(copy, buf, prefix);
		struct smb1_negotiate m;
		assert_int_equal(smb1_negotiate_decode(span_make(copy, prefix), &m), VERDICT_TRUNCATED);
		free(copy);
	}
}

static void what_is_no_negotiate_request(void **state UNUSED)
{
	uint8_t buf[256];
	struct smb1_negotiate m;
	const char *const one[] = { "NT LM 0.12", NULL };
	size_t len = encode(buf, sizeof(buf), one);
	buf[4] = 0x73; // session setup
	assert_int_equal(smb1_negotiate_decode(span_make(buf, len), &m), VERDICT_BAD_VALUE);
	len = encode(buf, sizeof(buf), one);
	buf[9] = 0x80; // a reply
	assert_int_equal(smb1_negotiate_decode(span_make(buf, len), &m), VERDICT_BAD_VALUE);
	len = encode(buf, sizeof(buf), one);
	buf[35] = 3; // not a dialect's buffer format
	assert_int_equal(smb1_negotiate_decode(span_make(buf, len), &m), VERDICT_BAD_VALUE);
	len = encode(buf, sizeof(buf), one);
	buf[0] = 0xFE;
	assert_int_equal(smb1_negotiate_decode(span_make(buf, len), &m), VERDICT_BAD_VALUE);
	assert_false(smb1_is_message(span_make(buf, len)));
}

static void too_many_dialects(void **state UNUSED)
{
	uint8_t buf[512];
	const char *dialects[SMB1_DIALECTS_MAX + 2] = { NULL };
	struct smb1_negotiate m;
	for (size_t i = 0; i < SMB1_DIALECTS_MAX; i++)
		dialects[i] = "x";
	size_t len = encode(buf, sizeof(buf), dialects);
	assert_int_equal(smb1_negotiate_decode(span_make(buf, len), &m), VERDICT_OK);
	dialects[SMB1_DIALECTS_MAX] = "x";
	len = encode(buf, sizeof(buf), dialects);
	assert_int_equal(smb1_negotiate_decode(span_make(buf, len), &m), VERDICT_TOO_LONG);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_real_probe),
		cmocka_unit_test(what_leads_to_smb2_is_seen),
		cmocka_unit_test(every_prefix_is_truncated),
		cmocka_unit_test(what_is_no_negotiate_request),
		cmocka_unit_test(too_many_dialects),
	};
	return RUN_TESTS(tests);
}
