// SPDX-License-Identifier: Apache-2.0
#include "../test_support.h"

#include <errno.h>
#include <openssl/core_names.h>
#include <openssl/kdf.h>
#include <openssl/params.h>

#include "crypto/hash.h"
#include "hex.h"

static const char *const abc_sha512 = "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a"
				      "2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f";

static void test_digests_fips_180(void **state)
{
	(void)state;
	uint8_t out[SHA512_LEN];
	struct span abc = span_of_str("abc");
	assert_int_equal(sha512(&abc, 1, out), 0);
	assert_hex(out, abc_sha512);
	assert_int_equal(sha256(&abc, 1, out), 0);
	assert_hex(out, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
	assert_int_equal(md5(&abc, 1, out), 0);
	assert_hex(out, "900150983cd24fb0d6963f7d28e17f72");
	assert_int_equal(md5(NULL, 0, out), 0);
	assert_hex(out, "d41d8cd98f00b204e9800998ecf8427e");
}

static void test_parts_are_one_message(void **state)
{
	(void)state;
	uint8_t out[SHA512_LEN];
	const struct span parts[] = { span_of_str("a"), span_make(NULL, 0), span_of_str(""),
		span_of_str("bc") };
	assert_int_equal(sha512(parts, 4, out), 0);
	assert_hex(out, abc_sha512);
}

static void assert_hmac_sha256(struct span key, const char *text, const char *expected)
{
	uint8_t out[SHA256_LEN];
	struct span message = span_of_str(text);
	assert_int_equal(hmac_sha256(key, &message, 1, out), 0);
	assert_hex(out, expected);
}

static void test_hmac_sha256_rfc_4231(void **state)
{
	(void)state;
	uint8_t key[131];
	memset(key, 0x0b, 20);
	assert_hmac_sha256(span_make(key, 20), "Hi There",
		"b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
	assert_hmac_sha256(span_of_str("Jefe"), "what do ya want for nothing?",
		"5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
	memset(key, 0xaa, sizeof(key));
	assert_hmac_sha256(span_make(key, sizeof(key)),
		"Test Using Larger Than Block-Size Key - Hash Key First",
		"60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
}

static void test_hmac_md5_rfc_2202(void **state)
{
	(void)state;
	uint8_t key[16], out[MD5_LEN];
	memset(key, 0x0b, sizeof(key));
	struct span message = span_of_str("Hi There");
	assert_int_equal(hmac_md5(span_make(key, sizeof(key)), &message, 1, out), 0);
	assert_hex(out, "9294727a3638bb1c13f48ef8158bfc9d");
	const struct span parts[] = { span_of_str("what do ya want "), span_of_str("for nothing?") };
	assert_int_equal(hmac_md5(span_of_str("Jefe"), parts, 2, out), 0);
	assert_hex(out, "750c783e6ab0b503eaa86e310a5db738");
}

// An empty key must be an empty key, not the one used before.
static void test_hmac_empty_key(void **state)
{
	(void)state;
	assert_hmac_sha256(span_of_str("Jefe"), "what do ya want for nothing?",
		"5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
	assert_hmac_sha256(
		span_make(NULL, 0), "", "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad");
}

// OpenSSL's own derivation, as another author's reading of SP 800-108.
static void kbkdf(struct span key, struct span label, struct span context, uint8_t *out, size_t len)
{
	char mode[] = "counter", mac[] = "HMAC", digest[] = "SHA256";
	OSSL_PARAM params[] = {
		OSSL_PARAM_construct_utf8_string(OSSL_KDF_PARAM_MODE, mode, 0),
		OSSL_PARAM_construct_utf8_string(OSSL_KDF_PARAM_MAC, mac, 0),
		OSSL_PARAM_construct_utf8_string(OSSL_KDF_PARAM_DIGEST, digest, 0),
		OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_KEY, (void *)(uintptr_t)key.data, key.len),
		OSSL_PARAM_construct_octet_string(
			OSSL_KDF_PARAM_SALT, (void *)(uintptr_t)label.data, label.len),
		OSSL_PARAM_construct_octet_string(
			OSSL_KDF_PARAM_INFO, (void *)(uintptr_t)context.data, context.len),
		OSSL_PARAM_construct_end(),
	};
	EVP_KDF *kdf = EVP_KDF_fetch(NULL, "KBKDF", NULL);
	assert_non_null(kdf);
	EVP_KDF_CTX *ctx = EVP_KDF_CTX_new(kdf);
	assert_int_equal(EVP_KDF_derive(ctx, out, len, params), 1);
	EVP_KDF_CTX_free(ctx);
	EVP_KDF_free(kdf);
}

static void test_kdf_like_openssl(void **state)
{
	(void)state;
	uint64_t random = 108;
	uint8_t key[48], context[64], ours[KDF_OUT_LEN_MAX], theirs[KDF_OUT_LEN_MAX];
	struct span label = span_make("SMBSigningKey", sizeof("SMBSigningKey"));
	static const size_t lengths[] = { 1, 16, 31, 32, 33, 64 };
	for (size_t i = 0; i < sizeof(lengths) / sizeof(lengths[0]); i++) {
		size_t key_len = 8 * i + 8;
		test_random_fill(&random, key, key_len);
		test_random_fill(&random, context, sizeof(context));
		struct span key_span = span_make(key, key_len),
			    context_span = span_make(context, sizeof(context));
		assert_int_equal(kdf_ctr_hmac_sha256(key_span, label, context_span, ours, lengths[i]), 0);
		kbkdf(key_span, label, context_span, theirs, lengths[i]);
		assert_memory_equal(ours, theirs, lengths[i]);
	}
}

static void test_kdf_limits(void **state)
{
	(void)state;
	uint8_t out[KDF_OUT_LEN_MAX + 1];
	struct span s = span_of_str("x");
	assert_int_equal(kdf_ctr_hmac_sha256(s, s, s, out, 0), -EINVAL);
	assert_int_equal(kdf_ctr_hmac_sha256(s, s, s, out, sizeof(out)), -EINVAL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_digests_fips_180),
		cmocka_unit_test(test_parts_are_one_message),
		cmocka_unit_test(test_hmac_sha256_rfc_4231),
		cmocka_unit_test(test_hmac_md5_rfc_2202),
		cmocka_unit_test(test_hmac_empty_key),
		cmocka_unit_test(test_kdf_like_openssl),
		cmocka_unit_test(test_kdf_limits),
	};
	return RUN_TESTS(tests);
}
