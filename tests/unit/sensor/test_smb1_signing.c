// SPDX-License-Identifier: Apache-2.0
// SMB1's signatures (MS-CIFS 3.1.4.1), as Samba makes them and as they are counted: what is lost and what has
// no answer, too.
#include "../test_support.h"

#include <errno.h>
#include <string.h>

#include "crypto/hash.h"
#include "sensor/smb1_signing.h"
#include "watch_fixture.h"

#define SCENARIO(name) PROJECT_DIR "/tests/scenarios/" name

enum { MESSAGE_LEN = 40, SIGNATURE_AT = 14 };

struct message {
	struct smb1_header h;
	uint8_t bytes[MESSAGE_LEN];
};

static const uint8_t key[] = "0123456789abcdefand the response";

static struct span message_span(const struct message *m)
{
	return span_make(m->bytes, sizeof(m->bytes));
}

// As its sender would: the number in the signature's place, then the MD5's first half.
static struct message message_make(uint16_t mid, uint32_t number)
{
	struct message m = { .h = { .flags2 = SMB1_FLAGS2_SECURITY_SIGNATURE, .pid = 7, .mid = mid } };
	uint8_t mac[MD5_LEN];
	memset(m.bytes, (int)mid, sizeof(m.bytes));
	memset(m.bytes + SIGNATURE_AT, 0, SMB1_SIGNATURE_LEN);
	for (unsigned int i = 0; i < 4; i++)
		m.bytes[SIGNATURE_AT + i] = (uint8_t)(number >> (8 * i));
	const struct span parts[] = { span_make(key, sizeof(key)), message_span(&m) };
	assert_int_equal(md5(parts, ARRAY_LEN(parts), mac), 0);
	memcpy(m.h.signature, mac, SMB1_SIGNATURE_LEN);
	memcpy(m.bytes + SIGNATURE_AT, mac, SMB1_SIGNATURE_LEN);
	return m;
}

static struct smb1_signing *signing_new(void)
{
	struct smb1_signing *s = smb1_signing_new(span_make(key, 16), span_make(key + 16, sizeof(key) - 16));
	assert_non_null(s);
	return s;
}

static int request(struct smb1_signing *s, uint16_t mid, uint32_t number)
{
	struct message m = message_make(mid, number);
	return smb1_signing_request(s, &m.h, message_span(&m));
}

static int answer(struct smb1_signing *s, uint16_t mid, uint32_t number)
{
	struct message m = message_make(mid, number);
	return smb1_signing_answer(s, &m.h, message_span(&m));
}

static void answers_follow_their_requests(void **state)
{
	(void)state;
	struct smb1_signing *s = signing_new();
	assert_int_equal(request(s, 1, 2), 1);
	assert_int_equal(request(s, 2, 4), 1);
	assert_int_equal(answer(s, 2, 5), 1);
	assert_int_equal(answer(s, 1, 3), 1);
	assert_int_equal(answer(s, 1, 7), 0);
	assert_int_equal(answer(s, 9, 3), -ENODATA); // nobody asked
	smb1_signing_free(s);
}

// A number that was used long ago, or not yet: somebody plays a message again, or keeps some back.
static void other_numbers_are_wrong(void **state)
{
	(void)state;
	struct smb1_signing *s = signing_new();
	for (uint16_t i = 1; i <= 20; i++)
		assert_int_equal(request(s, i, 2u * i), 1);
	assert_int_equal(request(s, 3, 6), 0);
	assert_int_equal(request(s, 22, 44), 1);
	assert_int_equal(request(s, 500, 1000), 0);
	smb1_signing_free(s);
}

// NT_CANCEL and some others take one number.
static void requests_without_answers(void **state)
{
	(void)state;
	struct smb1_signing *s = signing_new();
	assert_int_equal(request(s, 1, 2), 1);
	assert_int_equal(request(s, 2, 4), 1);
	assert_int_equal(request(s, 3, 5), 1);
	assert_int_equal(request(s, 4, 6), 1);
	assert_int_equal(request(s, 5, 8), 1);
	smb1_signing_free(s);
}

// Of a transaction in three messages, with the number of the first or of the last.
static void either_number_answers_a_transaction(void **state)
{
	(void)state;
	for (uint32_t number = 3; number <= 7; number += 4) {
		struct smb1_signing *s = signing_new();
		for (uint32_t n = 2; n <= 6; n += 2)
			assert_int_equal(request(s, 1, n), 1);
		assert_int_equal(answer(s, 1, number), 1);
		assert_int_equal(answer(s, 1, 9), 0);
		smb1_signing_free(s);
	}
}

static void nothing_is_judged_after_a_loss(void **state)
{
	(void)state;
	struct smb1_signing *s = signing_new();
	assert_int_equal(request(s, 1, 2), 1);
	smb1_signing_lost(s);
	assert_int_equal(answer(s, 1, 3), -ENODATA);
	assert_int_equal(request(s, 2, 5000), -ENODATA);
	assert_int_equal(request(s, 3, 302), 1);
	assert_int_equal(request(s, 4, 5000), 0);
	smb1_signing_free(s);
}

static void messages_without_signatures(void **state)
{
	(void)state;
	struct smb1_signing *s = signing_new();
	struct message m = message_make(1, 2);
	memcpy(m.h.signature, "BSRSPYL ", SMB1_SIGNATURE_LEN);
	assert_int_equal(smb1_signing_request(s, &m.h, message_span(&m)), -ENODATA);
	m = message_make(1, 2);
	m.h.flags2 = 0;
	assert_int_equal(smb1_signing_request(s, &m.h, message_span(&m)), -ENODATA);
	assert_int_equal(request(s, 1, 2), 1);
	smb1_signing_free(s);
}

// --- without extended security ----------------------------------------------------------------------

// The responses of MS-NLMP 4.2.2.2 and 4.2.4.2 and their session base keys, with the response behind them.
struct basic {
	const uint8_t *response, *session_key;
	size_t response_len;
};

static const uint8_t challenge[] = { 0x01, 0x23, 0x45, 0x67, 0x89, 0xab, 0xcd, 0xef };
static const uint8_t user[] = { 'U', 0, 's', 0, 'e', 0, 'r', 0 };
static const uint8_t domain[] = { 'D', 0, 'o', 0, 'm', 0, 'a', 0, 'i', 0, 'n', 0 };
static const uint8_t v1_response[] = { 0x67, 0xc4, 0x30, 0x11, 0xf3, 0x02, 0x98, 0xa2, 0xad, 0x35, 0xec, 0xe6,
	0x4f, 0x16, 0x33, 0x1c, 0x44, 0xbd, 0xbe, 0xd9, 0x27, 0x84, 0x1f, 0x94 };
static const uint8_t v1_key[] = { 0xd8, 0x72, 0x62, 0xb0, 0xcd, 0xe4, 0xb1, 0xcb, 0x74, 0x99, 0xbe, 0xcc,
	0xcd, 0xf1, 0x07, 0x84 };
static const uint8_t v2_response[] = { 0x68, 0xcd, 0x0a, 0xb8, 0x51, 0xe5, 0x1c, 0x96, 0xaa, 0xbc, 0x92, 0x7b,
	0xeb, 0xef, 0x6a, 0x1c, 0x01, 0x01, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xaa, 0xaa, 0xaa, 0xaa,
	0xaa, 0xaa, 0xaa, 0xaa, 0, 0, 0, 0, 0x02, 0, 0x0c, 0, 'D', 0, 'o', 0, 'm', 0, 'a', 0, 'i', 0, 'n', 0,
	0x01, 0, 0x0c, 0, 'S', 0, 'e', 0, 'r', 0, 'v', 0, 'e', 0, 'r', 0, 0, 0, 0, 0, 0, 0, 0, 0 };
static const uint8_t v2_key[] = { 0x8d, 0xe4, 0x0c, 0xca, 0xdb, 0xc1, 0x4a, 0x82, 0xf1, 0x5c, 0xb0, 0xad,
	0x0d, 0xe9, 0x5c, 0xa3 };
static const char hashes[] = "User:a4f49c406510bdcab6824ee7c30fd852\n";

// The answer is number 1.
static struct message final_answer(const struct basic *b)
{
	struct message m = message_make(1, 1);
	uint8_t mac[MD5_LEN];
	memset(m.bytes + SIGNATURE_AT, 0, SMB1_SIGNATURE_LEN);
	m.bytes[SIGNATURE_AT] = 1;
	const struct span parts[] = { span_make(b->session_key, 16), span_make(b->response, b->response_len),
		message_span(&m) };
	assert_int_equal(md5(parts, ARRAY_LEN(parts), mac), 0);
	memcpy(m.h.signature, mac, SMB1_SIGNATURE_LEN);
	return m;
}

static void keys_without_extended_security(void **state)
{
	(void)state;
	const struct basic basics[] = { { v1_response, v1_key, sizeof(v1_response) },
		{ v2_response, v2_key, sizeof(v2_response) } };
	struct unlock_keys *k = watch_keys_of_text(hashes);
	for (size_t i = 0; i < ARRAY_LEN(basics); i++) {
		struct message m = final_answer(&basics[i]);
		struct unlock_smb1_basic b = { .account = "User",
			.account_utf16 = span_make(user, sizeof(user)),
			.domain_utf16 = span_make(domain, sizeof(domain)),
			.nt_response = span_make(basics[i].response, basics[i].response_len) };
		memcpy(b.challenge, challenge, sizeof(challenge));
		const struct unlock_smb1_exchange x = {
			.basic = &b, .header = &m.h, .final_answer = message_span(&m)
		};
		struct unlock_findings findings;
		struct smb1_signing *s = unlock_smb1(k, &x, &findings);
		assert_non_null(s);
		assert_false(findings.final_wrong);
		smb1_signing_free(s);
		m.bytes[0] ^= 1;
		s = unlock_smb1(k, &x, &findings);
		assert_true(findings.final_wrong);
		smb1_signing_free(s);
	}
	unlock_keys_free(k);
}

// --- as Samba signs ---------------------------------------------------------------------------------

static void watch(const char *path, const char *keytab, const struct packet_change *change, struct watched *w)
{
	struct unlock_keys *k = watch_keys(keytab, SCENARIO("lab.nt-hashes"));
	watch_capture(path, k, change, w);
	unlock_keys_free(k);
}

static void all_of_a_session_verifies(void **state)
{
	(void)state;
	static const char *const paths[] = { SCENARIO("smb1_signed_ntlmv1.pcap"),
		SCENARIO("smb1_signed_ntlmv2.pcap"), SCENARIO("smb1_signed_kerberos.pcap") };
	for (size_t i = 0; i < ARRAY_LEN(paths); i++) {
		struct watched w;
		watch(paths[i], SCENARIO("smb1_signed_kerberos.keytab"), NULL, &w);
		const struct watched_event *s = watched_nth(&w, EVENT_SESSION, 0);
		assert_int_equal(s->verified, 35);
		assert_int_equal(s->wrong, 0);
		assert_int_equal(watched_count(&w, EVENT_ANOMALY, NULL), 0);
		watched_done(&w);
	}
}

// Whatever packets are missing, none of what was seen is called wrong.
static void losses_prove_nothing(void **state)
{
	(void)state;
	for (uint64_t first = 12; first < 60; first++) {
		struct watched w;
		const struct packet_change lost = { .number = first, .lost_to = first + first % 3 };
		watch(SCENARIO("smb1_signed_ntlmv2.pcap"), NULL, &lost, &w);
		assert_int_equal(watched_count(&w, EVENT_ANOMALY, "signature_wrong"), 0);
		assert_int_equal(watched_nth(&w, EVENT_SESSION, 0)->wrong, 0);
		assert_true(watched_nth(&w, EVENT_SESSION, 0)->verified > 3);
		watched_done(&w);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(answers_follow_their_requests),
		cmocka_unit_test(other_numbers_are_wrong),
		cmocka_unit_test(requests_without_answers),
		cmocka_unit_test(either_number_answers_a_transaction),
		cmocka_unit_test(nothing_is_judged_after_a_loss),
		cmocka_unit_test(messages_without_signatures),
		cmocka_unit_test(keys_without_extended_security),
		cmocka_unit_test(all_of_a_session_verifies),
		cmocka_unit_test(losses_prove_nothing),
	};
	return RUN_TESTS(tests);
}
