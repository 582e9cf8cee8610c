// SPDX-License-Identifier: Apache-2.0
#include "../test_support.h"

#include <errno.h>

#include "../crypto/hex.h"
#include "ms_vectors.h"
#include "session/signing.h"

enum { FLAGS = 16, COMMAND = 12, STATUS = 8, MESSAGE_ID = 24, SIGNATURE = 48, HEADER = 64 };

static struct sign_key *key_of(enum signing_algorithm a, const char *key_hex)
{
	struct sign_key *k = NULL;
	struct bytes key = hex(key_hex);
	assert_int_equal(sign_key_new(a, bytes_span(&key), &k), 0);
	return k;
}

// Verifies as the receiver, then signs as the sender and gets the same signature.
static void check_published(const char *key_hex, enum message_sender sender, const char *message_hex)
{
	struct bytes message = hex(message_hex), again = message;
	struct sign_key *k = key_of(SIGNING_AES_CMAC, key_hex);
	assert_int_equal(message_verify(k, sender, bytes_span(&message)), 0);
	assert_memory_equal(message.data, again.data, message.len); // not written to
	memset(again.data + SIGNATURE, 0xee, SIGN_MAC_LEN);
	assert_int_equal(message_sign(k, sender, again.data, again.len), 0);
	assert_memory_equal(message.data, again.data, message.len);
	sign_key_free(k);
}

static void test_published_messages(void **state)
{
	(void)state;
	check_published(ms_signing_key, SENT_BY_SERVER, ms_setup_response_2);
	check_published(ms_signing_key, SENT_BY_CLIENT, ms_bound_request_1);
	check_published(ms_signing_key, SENT_BY_SERVER, ms_bound_response_1);
	check_published(ms_signing_key, SENT_BY_CLIENT, ms_bound_request_2);
	check_published(ms_bound_signing_key, SENT_BY_SERVER, ms_bound_response_2);
}

// A request to be signed: MessageId 5, SIGNED set, as long as a compounded one with its padding.
static struct bytes request(void)
{
	struct bytes m = hex(ms_bound_request_1);
	m.data[MESSAGE_ID] = 5;
	return m;
}

static void check_changes(enum signing_algorithm a)
{
	struct sign_key *k = key_of(a, ms_signing_key);
	struct bytes m = request();
	assert_int_equal(message_sign(k, SENT_BY_CLIENT, m.data, m.len), 0);
	assert_int_equal(message_verify(k, SENT_BY_CLIENT, bytes_span(&m)), 0);
	for (size_t bit = 0; bit < m.len * 8; bit++) {
		m.data[bit / 8] ^= (uint8_t)(1u << (bit % 8));
		assert_int_equal(message_verify(k, SENT_BY_CLIENT, bytes_span(&m)), -EBADMSG);
		m.data[bit / 8] ^= (uint8_t)(1u << (bit % 8));
	}
	for (size_t len = 0; len < m.len; len++) {
		uint8_t *exact = malloc(len + 1); // so that a sanitizer sees a read beyond its end
		assert_non_null(exact);
		memcpy(exact, m.data, len);
		assert_int_equal(message_verify(k, SENT_BY_CLIENT, span_make(exact, len)), -EBADMSG);
		free(exact);
	}
	sign_key_free(k);
}

static void test_changes_are_noticed(void **state)
{
	(void)state;
	check_changes(SIGNING_HMAC_SHA256);
	check_changes(SIGNING_AES_CMAC);
	check_changes(SIGNING_AES_GMAC);
}

// MS-SMB2 3.1.4.1 spelled out: MessageId, role in bit 0, CANCEL in bit 1.
static void check_gmac_nonce(enum message_sender sender, uint8_t command, const char *nonce_hex)
{
	struct sign_key *k = key_of(SIGNING_AES_GMAC, ms_signing_key);
	struct bytes m = request(), nonce = hex(nonce_hex);
	uint8_t mac[SIGN_MAC_LEN];
	m.data[COMMAND] = command;
	m.data[FLAGS] = sender == SENT_BY_SERVER ? 0x09 : 0x08;
	for (size_t i = 0; i < 8; i++)
		m.data[MESSAGE_ID + i] = (uint8_t)(i + 1);
	memset(m.data + SIGNATURE, 0, SIGN_MAC_LEN);
	struct span whole = bytes_span(&m);
	assert_int_equal(sign_key_sign(k, bytes_span(&nonce), &whole, 1, mac), 0);
	assert_int_equal(message_sign(k, sender, m.data, m.len), 0);
	assert_memory_equal(m.data + SIGNATURE, mac, SIGN_MAC_LEN);
	sign_key_free(k);
}

static void test_gmac_nonce(void **state)
{
	(void)state;
	check_gmac_nonce(SENT_BY_CLIENT, 0x08, "010203040506070800000000");
	check_gmac_nonce(SENT_BY_SERVER, 0x08, "010203040506070801000000");
	check_gmac_nonce(SENT_BY_CLIENT, 0x0c, "010203040506070802000000");
	check_gmac_nonce(SENT_BY_SERVER, 0x0c, "010203040506070803000000");
}

// HMAC-SHA256 and CMAC know no direction: what the server sent must not come back as a request.
static void test_reflection(void **state)
{
	(void)state;
	struct bytes m = hex(ms_setup_response_2);
	struct sign_key *k = key_of(SIGNING_AES_CMAC, ms_signing_key);
	assert_int_equal(message_verify(k, SENT_BY_SERVER, bytes_span(&m)), 0);
	assert_int_equal(message_verify(k, SENT_BY_CLIENT, bytes_span(&m)), -EBADMSG);
	assert_int_equal(message_sign(k, SENT_BY_CLIENT, m.data, m.len), -EINVAL);
	sign_key_free(k);
}

static void test_what_can_be_signed(void **state)
{
	(void)state;
	struct bytes m = request();
	assert_true(message_signable(SIGNING_AES_GMAC, SENT_BY_CLIENT, bytes_span(&m)));
	m.data[MESSAGE_ID] = 0;
	assert_false(message_signable(SIGNING_AES_GMAC, SENT_BY_CLIENT, bytes_span(&m)));
	assert_false(message_signable(SIGNING_AES_CMAC, SENT_BY_CLIENT, bytes_span(&m)));
	m.data[COMMAND] = 0x0c;
	assert_false(message_signable(SIGNING_AES_GMAC, SENT_BY_CLIENT, bytes_span(&m)));
	assert_true(message_signable(SIGNING_AES_CMAC, SENT_BY_CLIENT, bytes_span(&m)));
	assert_true(message_signable(SIGNING_HMAC_SHA256, SENT_BY_CLIENT, bytes_span(&m)));
	memset(m.data + MESSAGE_ID, 0xff, 8);
	assert_false(message_signable(SIGNING_AES_CMAC, SENT_BY_CLIENT, bytes_span(&m)));
	m = request();
	m.data[STATUS] = 0x03;
	m.data[STATUS + 1] = 0x01; // STATUS_PENDING, or a client's ChannelSequence
	assert_false(message_signable(SIGNING_AES_CMAC, SENT_BY_SERVER, bytes_span(&m)));
	assert_true(message_signable(SIGNING_AES_CMAC, SENT_BY_CLIENT, bytes_span(&m)));
	assert_false(message_signable(SIGNING_AES_CMAC, SENT_BY_CLIENT, span_make(m.data, HEADER - 1)));
	m.data[0] = 0xff;
	assert_false(message_signable(SIGNING_AES_CMAC, SENT_BY_CLIENT, bytes_span(&m)));
}

static void test_unsignable_is_refused(void **state)
{
	(void)state;
	struct sign_key *k = key_of(SIGNING_AES_GMAC, ms_signing_key);
	struct bytes m = request();
	assert_int_equal(message_sign(k, SENT_BY_CLIENT, m.data, HEADER - 1), -EINVAL);
	m.data[MESSAGE_ID] = 0;
	assert_int_equal(message_sign(k, SENT_BY_CLIENT, m.data, m.len), -EINVAL);
	assert_int_equal(message_verify(k, SENT_BY_CLIENT, bytes_span(&m)), -EBADMSG);
	// The header alone is a whole message.
	m = request();
	assert_int_equal(message_sign(k, SENT_BY_CLIENT, m.data, HEADER), 0);
	assert_int_equal(message_verify(k, SENT_BY_CLIENT, span_make(m.data, HEADER)), 0);
	sign_key_free(k);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_published_messages),
		cmocka_unit_test(test_changes_are_noticed),
		cmocka_unit_test(test_gmac_nonce),
		cmocka_unit_test(test_reflection),
		cmocka_unit_test(test_what_can_be_signed),
		cmocka_unit_test(test_unsignable_is_refused),
	};
	return RUN_TESTS(tests);
}
