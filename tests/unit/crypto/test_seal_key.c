// SPDX-License-Identifier: Apache-2.0
#include "../test_support.h"

#include <errno.h>

#include "backends.h"
#include "crypto/crypto.h"
#include "hex.h"

// Of McGrew and Viega's GCM specification (test cases 1, 4, 13, 16), which SP 800-38D adopts; of
// NIST's CCM validation (VNT128, Nlen 11), SP 800-38C; and of Microsoft's "Encryption in SMB 3.0: A
// protocol perspective" and "SMB 3.1.1 Encryption in Windows 10".
static const struct vector {
	enum cipher cipher;
	const char *key, *nonce, *aad, *plain, *sealed, *tag;
} vectors[] = {
	{ CIPHER_AES128_GCM, "00000000000000000000000000000000", "000000000000000000000000", "", "", "",
		"58e2fccefa7e3061367f1d57a4e7455a" },
	{ CIPHER_AES128_GCM, "feffe9928665731c6d6a8f9467308308", "cafebabefacedbaddecaf888",
		"feedfacedeadbeeffeedfacedeadbeefabaddad2",
		"d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a72"
		"1c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39",
		"42831ec2217774244b7221b784d0d49ce3aa212f2c02a4e035c17e2329aca12e"
		"21d514b25466931c7d8f6a5aac84aa051ba30b396a0aac973d58e091",
		"5bc94fbc3221a5db94fae95ae7121a47" },
	{ CIPHER_AES256_GCM, "0000000000000000000000000000000000000000000000000000000000000000",
		"000000000000000000000000", "", "", "", "530f8afbc74536b9a963b4f1c4cb738b" },
	{ CIPHER_AES256_GCM, "feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308",
		"cafebabefacedbaddecaf888", "feedfacedeadbeeffeedfacedeadbeefabaddad2",
		"d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a72"
		"1c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39",
		"522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa"
		"8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662",
		"76fc6ece0f4e1768cddf8853bb2d551b" },
	{ CIPHER_AES128_CCM, "e6ab9e70a4fb51b01c2e262233e64c0d", "74e689eb5af9441dd690a6",
		"42f6518ee0fbe42f28e13b4bb2eb60517b37c9744394d9143393a879c3e107c7",
		"ba15916733550d7aa82b2f6b117cd3f54c83ddc16cd0288a",
		"dcc151443288f35d39ed8fae6f0ce1d1eb656f4f7fd65c0b", "16f322ce85d7c54e71ac560fd4da9651" },
	{ CIPHER_AES128_CCM, "e6ab9e70a4fb51b01c2e262233e64c0d", "eb118fb41284bfcb1bc338",
		"b5a6067fbac46578cfc8d3fe04108588c9de077eb009249374f205553bba9d02",
		"863da00c7accf45418d47c1eda72338734dcc49cd599f328",
		"d64de7a56146b971e21bf5784d67bab32dd837cfb81591da", "4a0177883346dc896eb39e8a32bc1393" },
	{ CIPHER_AES128_CCM, "261B72350558F2E9DCF613070383EDBF", "66E69A111892584FB5ED52",
		"66E69A111892584FB5ED524A744DA3EE87000000000001001100001400E40800",
		"FE534D4240000100000000000900400008000000000000000400000000000000"
		"FFFE0000010000001100001400E4080000000000000000000000000000000000"
		"3100700017000000000000000000000015010000390000020100000039020000"
		"00000000000000007000000000000000536D623320656E6372797074696F6E20"
		"74657374696E67",
		"25C8FEE16605A437832D1CD52DA9F4645333482A175FE5384563F45FCDAFAEF3"
		"8BC62BA4D5C62897996625A44C29BE5658DE2E6117585779E7B59FFD971278D0"
		"8580D7FA899E410E910EABF5AA1DB43050B33B49182637759AC15D84BFCDF5B6"
		"B238993C0F4CF4D6012023F6C627297075D84B7803912D0A9639634453595EF3"
		"E33FFE4E7AC2AB",
		"81A286535415445DAE393921E44FA42E" },
	{ CIPHER_AES128_GCM, "A2F5E80E5D59103034F32E52F698E5EC", "C7D6822D269CAF48904C664C",
		"C7D6822D269CAF48904C664C0000000087000000000001002500000000100000",
		"FE534D4240000100000000000900010008000000000000000500000000000000FFFE000001000000"
		"25000000001000000000000000000000000000000000000031007000170000000000000000000000"
		"0600000004000000010000000400000000000000000000007000000000000000536D623320656E63"
		"72797074696F6E2074657374696E67",
		"6ECDD2A7AFC7B47763057A041B8FD4DAFFE990B70C9E09D36C084E02D14EF247F8BDE38ACF6256F8"
		"B1D3B56F77FBDEB312FEA5E92CBCC1ED8FB2EBBFAA75E49A4A394BB44576545567C24D4C014D47C9"
		"FBDFDAFD2C4F9B72F8D256452620A299F48E29E53D6B61D1C13A19E91AF013F00D17E3ABC2FC3D36"
		"C8C1B6B93973253852DBD442E46EE8",
		"BD73D97D2BC9001BCAFAC0FDFF5FEEBC" },
};

static struct seal_key *key_with(const struct crypto_backend *b, enum cipher c, struct span bytes)
{
	struct seal_key *k = NULL;
	assert_int_equal(seal_key_new_with(b, c, bytes, &k), 0);
	assert_int_equal(seal_key_cipher(k), c);
	return k;
}

static void check_vector(const struct crypto_backend *b, const struct vector *v)
{
	struct bytes key = hex(v->key), nonce = hex(v->nonce), aad = hex(v->aad), data = hex(v->plain);
	uint8_t tag[SEAL_TAG_LEN];
	struct seal_key *k = key_with(b, v->cipher, bytes_span(&key));
	assert_int_equal(seal_key_seal(k, bytes_span(&nonce), bytes_span(&aad), data.data, data.len, tag), 0);
	assert_hex(data.data, v->sealed);
	assert_hex(tag, v->tag);
	assert_int_equal(seal_key_open(k, bytes_span(&nonce), bytes_span(&aad), data.data, data.len, tag), 0);
	assert_hex(data.data, v->plain);
	seal_key_free(k);
}

static void vectors_with(const struct crypto_backend *b)
{
	for (size_t i = 0; i < sizeof(vectors) / sizeof(vectors[0]); i++)
		check_vector(b, &vectors[i]);
}

static void test_vectors(void **state)
{
	(void)state;
	each_backend(vectors_with);
}

// With any part of the plaintext elsewhere the result is the same.
static void check_vector_from(const struct crypto_backend *b, const struct vector *v, size_t at, size_t part)
{
	struct bytes key = hex(v->key), nonce = hex(v->nonce), aad = hex(v->aad), plain = hex(v->plain);
	struct bytes data = plain;
	uint8_t tag[SEAL_TAG_LEN];
	struct seal_key *k = key_with(b, v->cipher, bytes_span(&key));
	memset(data.data + at, 0xee, part);
	const struct seal_source source = { .at = at, .plain = span_make(plain.data + at, part) };
	assert_int_equal(seal_key_seal_from(
				 k, bytes_span(&nonce), bytes_span(&aad), data.data, data.len, &source, tag),
		0);
	assert_hex(data.data, v->sealed);
	assert_hex(tag, v->tag);
	seal_key_free(k);
}

static void sources_with(const struct crypto_backend *b)
{
	for (size_t i = 0; i < sizeof(vectors) / sizeof(vectors[0]); i++) {
		size_t len = strlen(vectors[i].plain) / 2;
		for (size_t at = 0; at <= len; at += 7)
			for (size_t part = 0; part <= len - at; part += 13)
				check_vector_from(b, &vectors[i], at, part);
	}
}

static void test_sources(void **state)
{
	(void)state;
	each_backend(sources_with);
}

enum { MESSAGE_LEN = 100 };

// A message sealed once; each change of any bit of what was authenticated must be noticed, and no
// plaintext may be left.
struct sealed {
	struct seal_key *key;
	uint8_t nonce[SEAL_NONCE_LEN_MAX], aad[32], plain[MESSAGE_LEN], data[MESSAGE_LEN], tag[SEAL_TAG_LEN];
};

static int sealed_open(const struct sealed *s, uint8_t out[MESSAGE_LEN])
{
	size_t nonce_len = cipher_nonce_len(seal_key_cipher(s->key));
	memcpy(out, s->data, MESSAGE_LEN);
	return seal_key_open(s->key, span_make(s->nonce, nonce_len), span_make(s->aad, sizeof(s->aad)), out,
		MESSAGE_LEN, s->tag);
}

static void check_flips(struct sealed *s, uint8_t *field, size_t len)
{
	static const uint8_t zeros[MESSAGE_LEN] = { 0 };
	uint8_t out[MESSAGE_LEN];
	for (size_t bit = 0; bit < len * 8; bit++) {
		uint8_t mask = (uint8_t)(1u << (bit % 8));
		field[bit / 8] ^= mask;
		assert_int_equal(sealed_open(s, out), -EBADMSG);
		assert_memory_equal(out, zeros, MESSAGE_LEN);
		field[bit / 8] ^= mask;
	}
	assert_int_equal(sealed_open(s, out), 0); // a failure leaves nothing behind
	assert_memory_equal(out, s->plain, MESSAGE_LEN);
}

static void changes_with(const struct crypto_backend *b)
{
	uint64_t random = 7;
	for (int c = CIPHER_AES128_CCM; c < CIPHER_COUNT; c++) {
		struct sealed s;
		uint8_t key[32];
		size_t nonce_len = cipher_nonce_len((enum cipher)c);
		test_random_fill(&random, key, sizeof(key));
		test_random_fill(&random, s.nonce, sizeof(s.nonce));
		test_random_fill(&random, s.aad, sizeof(s.aad));
		test_random_fill(&random, s.plain, sizeof(s.plain));
		memcpy(s.data, s.plain, MESSAGE_LEN);
		s.key = key_with(b, (enum cipher)c, span_make(key, cipher_key_len((enum cipher)c)));
		assert_int_equal(seal_key_seal(s.key, span_make(s.nonce, nonce_len), span_make(s.aad, 32),
					 s.data, MESSAGE_LEN, s.tag),
			0);
		check_flips(&s, s.nonce, nonce_len);
		check_flips(&s, s.aad, sizeof(s.aad));
		check_flips(&s, s.data, sizeof(s.data));
		check_flips(&s, s.tag, sizeof(s.tag));
		seal_key_free(s.key);
	}
}

static void test_changes_are_noticed(void **state)
{
	(void)state;
	each_backend(changes_with);
}

static void test_wrong_lengths(void **state)
{
	(void)state;
	uint8_t bytes[SEAL_AAD_LEN_MAX + 1] = { 0 }, data[4] = { 1, 2, 3, 4 }, tag[SEAL_TAG_LEN];
	struct seal_key *k = NULL;
	assert_int_equal(seal_key_new(CIPHER_NONE, span_make(bytes, 0), &k), -EINVAL);
	assert_int_equal(seal_key_new((enum cipher)CIPHER_COUNT, span_make(bytes, 16), &k), -EINVAL);
	assert_int_equal(seal_key_new(CIPHER_AES256_GCM, span_make(bytes, 16), &k), -EINVAL);
	assert_int_equal(seal_key_new(CIPHER_AES128_GCM, span_make(bytes, 15), &k), -EINVAL);
	assert_null(k);
	assert_int_equal(seal_key_new(CIPHER_AES128_GCM, span_make(bytes, 16), &k), 0);
	assert_int_equal(seal_key_seal(k, span_make(bytes, 11), span_make(bytes, 32), data, 4, tag), -EINVAL);
	assert_hex(data, "00000000"); // not sealed, so not to be sent either
	assert_int_equal(
		seal_key_seal(k, span_make(bytes, 12), span_make(bytes, sizeof(bytes)), data, 4, tag),
		-EINVAL);
	const struct seal_source beyond = { .at = 3, .plain = span_make(bytes, 2) };
	assert_int_equal(
		seal_key_seal_from(k, span_make(bytes, 12), span_make(bytes, 32), data, 4, &beyond, tag),
		-EINVAL);
	seal_key_free(k);
	seal_key_free(NULL);
}

static void test_names(void **state)
{
	(void)state;
	assert_string_equal(cipher_name(CIPHER_AES256_GCM), "AES-256-GCM");
	assert_string_equal(cipher_name(CIPHER_NONE), "none");
	assert_string_equal(cipher_name((enum cipher)77), "unknown");
	assert_string_equal(signing_algorithm_name(SIGNING_AES_GMAC), "AES-GMAC");
	assert_string_equal(signing_algorithm_name((enum signing_algorithm)3), "unknown");
	assert_int_equal(cipher_key_len((enum cipher)77), 0);
	assert_int_equal(cipher_nonce_len(CIPHER_AES256_CCM), 11);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_vectors),
		cmocka_unit_test(test_sources),
		cmocka_unit_test(test_changes_are_noticed),
		cmocka_unit_test(test_wrong_lengths),
		cmocka_unit_test(test_names),
	};
	return RUN_TESTS(tests);
}
