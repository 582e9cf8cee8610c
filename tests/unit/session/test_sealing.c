// SPDX-License-Identifier: Apache-2.0
#include "../test_support.h"

#include <errno.h>

#include "../crypto/hex.h"
#include "session/sealing.h"

enum { FLAGS = 42, MESSAGE_SIZE = 36, SESSION_ID = 44 };

static struct seal_key *key_of(enum cipher c, const char *key_hex)
{
	struct seal_key *k = NULL;
	struct bytes key = hex(key_hex);
	assert_int_equal(seal_key_new(c, bytes_span(&key), &k), 0);
	return k;
}

static void check_published(
	enum cipher c, const char *key_hex, const char *frame_hex, const char *message_hex)
{
	struct bytes frame = hex(frame_hex), plain = hex(message_hex);
	struct seal_key *k = key_of(c, key_hex);
	struct span message = { NULL, 0 };
	assert_int_equal(message_open(k, frame.data, frame.len, &message), 0);
	assert_ptr_equal(message.data, frame.data + TRANSFORM_HEADER_LEN);
	assert_true(span_equal(message, bytes_span(&plain)));
	seal_key_free(k);
}

// "Encryption in SMB 3.0: A protocol perspective": request and response. Its nonce fills all 16 bytes.
static void test_published_30(void **state)
{
	(void)state;
	check_published(CIPHER_AES128_CCM, "261B72350558F2E9DCF613070383EDBF",
		"FD534D4281A286535415445DAE393921E44FA42E66E69A111892584FB5ED524A"
		"744DA3EE87000000000001001100001400E4080025C8FEE16605A437832D1CD5"
		"2DA9F4645333482A175FE5384563F45FCDAFAEF38BC62BA4D5C62897996625A4"
		"4C29BE5658DE2E6117585779E7B59FFD971278D08580D7FA899E410E910EABF5"
		"AA1DB43050B33B49182637759AC15D84BFCDF5B6B238993C0F4CF4D6012023F6"
		"C627297075D84B7803912D0A9639634453595EF3E33FFE4E7AC2AB",
		"FE534D4240000100000000000900400008000000000000000400000000000000"
		"FFFE0000010000001100001400E4080000000000000000000000000000000000"
		"3100700017000000000000000000000015010000390000020100000039020000"
		"00000000000000007000000000000000536D623320656E6372797074696F6E20"
		"74657374696E67");
	check_published(CIPHER_AES128_CCM, "8FE2B57EC34D2DB5B1A9727F526BBDB5",
		"FD534D42A6015530A18F6D9AFFE22AFAE8E66484860000000000000011000014"
		"00E4080050000000000001001100001400E40800DBF46435C5F14169293CE079"
		"E344479BF670227E49873F458672C3098DAC467DD5809F369D67409166515787"
		"1483E01F7BECD02064EAC3E235F913668BBC2F097980D4B378F1993EFF6E60D1"
		"77309E5B",
		"FE534D4240000100000000000900210009000000000000000400000000000000"
		"FFFE0000010000001100001400E4080000000000000000000000000000000000"
		"11000000170000000000000000000000");
}

// "SMB 3.1.1 Encryption in Windows 10": request and response.
static void test_published_311(void **state)
{
	(void)state;
	check_published(CIPHER_AES128_GCM, "A2F5E80E5D59103034F32E52F698E5EC",
		"FD534D42BD73D97D2BC9001BCAFAC0FDFF5FEEBCC7D6822D269CAF48904C664C0000000087000000"
		"0000010025000000001000006ECDD2A7AFC7B47763057A041B8FD4DAFFE990B70C9E09D36C084E02"
		"D14EF247F8BDE38ACF6256F8B1D3B56F77FBDEB312FEA5E92CBCC1ED8FB2EBBFAA75E49A4A394BB4"
		"4576545567C24D4C014D47C9FBDFDAFD2C4F9B72F8D256452620A299F48E29E53D6B61D1C13A19E9"
		"1AF013F00D17E3ABC2FC3D36C8C1B6B93973253852DBD442E46EE8",
		"FE534D4240000100000000000900010008000000000000000500000000000000FFFE000001000000"
		"25000000001000000000000000000000000000000000000031007000170000000000000000000000"
		"0600000004000000010000000400000000000000000000007000000000000000536D623320656E63"
		"72797074696F6E2074657374696E67");
	check_published(CIPHER_AES128_GCM, "748C50868C90F302962A5C35F5F9A8BF",
		"FD534D42ACBE1CB7ED343ADF1725EF144D90D4B0E06831DD2E8EB7B4000000000000000050000000"
		"00000100250000000010000026BBBF949983A6C1C796559D0F2C510CB651D1F7B6AC8DED32A2A0B8"
		"F2D793A815C6F6B848D69767A215841A42D400AE6DDB5F0B44173A014973321FDD7950DA6179159B"
		"82E03C9E18A050FF0EA1C967",
		"FE534D4240000100000000000900010001000000000000000500000000000000FFFE000001000000"
		"25000000001000000000000000000000000000000000000011000000170000000000000000000000");
}

enum { PLAIN_LEN = 100, FRAME_LEN = TRANSFORM_HEADER_LEN + PLAIN_LEN };
static const char key_32[] = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";

static struct seal_key *key_for(enum cipher c)
{
	char text[sizeof(key_32)];
	(void)memcpy(text, key_32, sizeof(text));
	text[2 * cipher_key_len(c)] = '\0';
	return key_of(c, text);
}

static void sealed_frame(const struct seal_key *k, struct nonce_counter *n, uint8_t frame[FRAME_LEN])
{
	for (size_t i = 0; i < FRAME_LEN; i++)
		frame[i] = (uint8_t)i;
	assert_int_equal(message_seal(k, n, UINT64_C(0x1122334455667788), frame, FRAME_LEN), 0);
}

static void test_round_trip(void **state)
{
	(void)state;
	for (int c = CIPHER_AES128_CCM; c < CIPHER_COUNT; c++) {
		uint8_t frame[FRAME_LEN];
		struct nonce_counter n;
		struct span message = { NULL, 0 };
		struct seal_key *k = key_for((enum cipher)c);
		nonce_counter_init(&n);
		for (uint8_t count = 0; count < 3; count++) {
			sealed_frame(k, &n, frame);
			assert_hex(frame, "FD534D42");
			assert_int_equal(frame[20], count); // Nonce
			assert_hex(frame + 21, "000000000000000000000000000000");
			assert_hex(frame + MESSAGE_SIZE, "64000000"
							 "0000"
							 "0100"
							 "8877665544332211");
			assert_int_not_equal(frame[TRANSFORM_HEADER_LEN + 1], TRANSFORM_HEADER_LEN + 1);
			assert_int_equal(message_open(k, frame, FRAME_LEN, &message), 0);
			assert_int_equal(message.len, PLAIN_LEN);
			for (size_t i = 0; i < PLAIN_LEN; i++)
				assert_int_equal(message.data[i], TRANSFORM_HEADER_LEN + i);
		}
		seal_key_free(k);
	}
}

static void check_refused(const struct seal_key *k, const uint8_t *frame, size_t len)
{
	struct span message = { NULL, 0 };
	uint8_t *exact = malloc(len + 1); // so that a sanitizer sees a read beyond its end
	assert_non_null(exact);
	memcpy(exact, frame, len);
	int err = message_open(k, exact, len, &message);
	assert_true(err == -EPROTO || err == -EBADMSG);
	assert_null(message.data);
	free(exact);
}

// Any bit of the frame changed, or any number of bytes missing or added: refused.
static void test_changes_are_noticed(void **state)
{
	(void)state;
	for (int c = CIPHER_AES128_CCM; c < CIPHER_COUNT; c++) {
		uint8_t frame[FRAME_LEN + 1] = { 0 };
		struct nonce_counter n;
		struct seal_key *k = key_for((enum cipher)c);
		nonce_counter_init(&n);
		sealed_frame(k, &n, frame);
		for (size_t bit = 0; bit < (size_t)FRAME_LEN * 8; bit++) {
			frame[bit / 8] ^= (uint8_t)(1u << (bit % 8));
			check_refused(k, frame, FRAME_LEN);
			frame[bit / 8] ^= (uint8_t)(1u << (bit % 8));
		}
		for (size_t len = 0; len < FRAME_LEN; len++)
			check_refused(k, frame, len);
		check_refused(k, frame, FRAME_LEN + 1);
		seal_key_free(k);
	}
}

static void test_header_errors(void **state)
{
	(void)state;
	uint8_t frame[FRAME_LEN];
	struct nonce_counter n;
	struct span message = { NULL, 0 };
	struct seal_key *k = key_for(CIPHER_AES128_GCM);
	nonce_counter_init(&n);
	assert_int_equal(message_seal(k, &n, 1, frame, TRANSFORM_HEADER_LEN), -EINVAL);
	assert_int_equal(message_seal(k, &n, 1, frame, 0), -EINVAL);
	sealed_frame(k, &n, frame);
	frame[FLAGS] = 2;
	assert_int_equal(message_open(k, frame, FRAME_LEN, &message), -EPROTO);
	frame[FLAGS] = 1;
	frame[MESSAGE_SIZE]++;
	assert_int_equal(message_open(k, frame, FRAME_LEN, &message), -EPROTO);
	frame[MESSAGE_SIZE]--;
	frame[0] = 0xfe;
	assert_int_equal(message_open(k, frame, FRAME_LEN, &message), -EPROTO);
	seal_key_free(k);
}

// Nothing may be sealed, and nothing sent, once the key is used up.
static void test_exhausted_key(void **state)
{
	(void)state;
	uint8_t frame[FRAME_LEN] = { 0 };
	struct nonce_counter n;
	struct seal_key *k = key_for(CIPHER_AES128_GCM);
	nonce_counter_init(&n);
	atomic_store(&n.next, NONCE_COUNT_MAX - 1);
	sealed_frame(k, &n, frame);
	assert_int_equal(message_seal(k, &n, 1, frame, FRAME_LEN), -EOVERFLOW);
	seal_key_free(k);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_published_30),
		cmocka_unit_test(test_published_311),
		cmocka_unit_test(test_round_trip),
		cmocka_unit_test(test_changes_are_noticed),
		cmocka_unit_test(test_header_errors),
		cmocka_unit_test(test_exhausted_key),
	};
	return RUN_TESTS(tests);
}
