// SPDX-License-Identifier: Apache-2.0
#include "../test_support.h"

#include <errno.h>

#include "backends.h"
#include "crypto/crypto.h"
#include "hex.h"

static const char *const rfc_4493_key = "2b7e151628aed2a6abf7158809cf4f3c";
static const char *const rfc_4493_message =
	"6bc1bee22e409f96e93d7e117393172aae2d8a571e03ac9c9eb76fac45af8e51"
	"30c81c46a35ce411e5fbc1191a0a52eff69f2445df4f9b17ad2b417be66c3710";

// CMAC of RFC 4493 4; GMAC as GCM without plaintext of NIST's validation (gcmEncryptExtIV128,
// PTlen 0, AADlen 128), SP 800-38D; HMAC-SHA256 computed with Python's hmac (RFC 4231's keys
// have other lengths; they are in test_hash.c).
static const struct vector {
	enum signing_algorithm algorithm;
	const char *key, *nonce;
	size_t message_len; // of rfc_4493_message, where message is NULL
	const char *message, *mac;
} vectors[] = {
	{ SIGNING_AES_CMAC, NULL, "", 0, NULL, "bb1d6929e95937287fa37d129b756746" },
	{ SIGNING_AES_CMAC, NULL, "", 16, NULL, "070a16b46b4d4144f79bdd9dd04a287c" },
	{ SIGNING_AES_CMAC, NULL, "", 40, NULL, "dfa66747de9ae63030ca32611497c827" },
	{ SIGNING_AES_CMAC, NULL, "", 64, NULL, "51f0bebf7e3b9d92fc49741779363cfe" },
	{ SIGNING_AES_GMAC, "77be63708971c4e240d1cb79e8d77feb", "e0e00f19fed7ba0136a797f3", 16,
		"7a43ec1d9c0a5a78a0b16533a6213cab", "209fcc8d3675ed938e9c7166709dd946" },
	{ SIGNING_AES_GMAC, "7680c5d3ca6154758e510f4d25b98820", "f8f105f9c3df4965780321f8", 16,
		"c94c410194c765e3dcc7964379758ed3", "94dca8edfcf90bb74b153c8d48a17930" },
	{ SIGNING_AES_GMAC, "00000000000000000000000000000000", "000000000000000000000000", 0, "",
		"58e2fccefa7e3061367f1d57a4e7455a" },
	{ SIGNING_HMAC_SHA256, "00000000000000000000000000000000", "", 64, NULL,
		"1b8f967c70bcf577951ae53e001bf729" },
};

static void check_vector(const struct crypto_backend *b, const struct vector *v)
{
	struct bytes key = hex(v->key != NULL ? v->key : rfc_4493_key), nonce = hex(v->nonce);
	struct bytes message = hex(v->message != NULL ? v->message : rfc_4493_message);
	struct span part = span_make(message.data, v->message_len);
	uint8_t mac[SIGN_MAC_LEN];
	struct sign_key *k = NULL;
	assert_int_equal(sign_key_new_with(b, v->algorithm, bytes_span(&key), &k), 0);
	assert_int_equal(sign_key_algorithm(k), v->algorithm);
	assert_int_equal(sign_key_sign(k, bytes_span(&nonce), &part, 1, mac), 0);
	assert_hex(mac, v->mac);
	assert_int_equal(sign_key_verify(k, bytes_span(&nonce), &part, 1, mac), 0);
	for (size_t bit = 0; bit < SIGN_MAC_LEN * 8; bit++) {
		mac[bit / 8] ^= (uint8_t)(1u << (bit % 8));
		assert_int_equal(sign_key_verify(k, bytes_span(&nonce), &part, 1, mac), -EBADMSG);
		mac[bit / 8] ^= (uint8_t)(1u << (bit % 8));
	}
	sign_key_free(k);
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

enum { LEN = 9000 };

// However a message is cut into parts, its MAC is that of the whole.
static void parts_with(const struct crypto_backend *b)
{
	static uint8_t message[LEN];
	uint64_t random = 5;
	uint8_t key[SIGN_KEY_LEN], nonce[SIGN_NONCE_LEN], whole[SIGN_MAC_LEN], cut[SIGN_MAC_LEN];
	test_random_fill(&random, message, sizeof(message));
	test_random_fill(&random, key, sizeof(key));
	test_random_fill(&random, nonce, sizeof(nonce));
	for (int i = 0; i < 3 * 400; i++) {
		struct sign_key *k = NULL;
		assert_int_equal(
			sign_key_new_with(b, (enum signing_algorithm)(i % 3), span_make(key, 16), &k), 0);
		size_t len = i < 600 ? (size_t)i / 6 : test_random(&random) % LEN;
		size_t first = len == 0 ? 0 : test_random(&random) % (len + 1);
		size_t second = first == len ? len : first + test_random(&random) % (len - first);
		const struct span one = span_make(message, len);
		const struct span three[] = {
			span_make(message, first),
			span_make(message + first, second - first),
			span_make(message + second, len - second),
		};
		assert_int_equal(sign_key_sign(k, span_make(nonce, 12), &one, 1, whole), 0);
		assert_int_equal(sign_key_sign(k, span_make(nonce, 12), three, 3, cut), 0);
		assert_memory_equal(whole, cut, SIGN_MAC_LEN);
		sign_key_free(k);
	}
}

static void test_parts_are_one_message(void **state)
{
	(void)state;
	each_backend(parts_with);
}

static void test_limits(void **state)
{
	(void)state;
	uint8_t bytes[32] = { 0 }, mac[SIGN_MAC_LEN];
	struct span parts[SIGN_PARTS_MAX + 1] = { { NULL, 0 } };
	struct sign_key *k = NULL;
	assert_int_equal(sign_key_new(SIGNING_AES_CMAC, span_make(bytes, 32), &k), -EINVAL);
	assert_int_equal(
		sign_key_new((enum signing_algorithm)SIGNING_COUNT, span_make(bytes, 16), &k), -EINVAL);
	assert_null(k);
	assert_int_equal(sign_key_new(SIGNING_AES_GMAC, span_make(bytes, 16), &k), 0);
	assert_int_equal(sign_key_sign(k, span_make(bytes, 11), parts, 1, mac), -EINVAL);
	assert_int_equal(sign_key_sign(k, span_make(bytes, 12), parts, SIGN_PARTS_MAX + 1, mac), -EINVAL);
	parts[0] = span_make(bytes, CRYPTO_MESSAGE_LEN_MAX);
	parts[1] = span_make(bytes, 1);
	assert_int_equal(sign_key_sign(k, span_make(bytes, 12), parts, 2, mac), -EMSGSIZE);
	parts[1] = span_make(bytes, SIZE_MAX);
	assert_int_equal(sign_key_sign(k, span_make(bytes, 12), parts, 2, mac), -EMSGSIZE);
	sign_key_free(k);
	sign_key_free(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_vectors),
		cmocka_unit_test(test_parts_are_one_message),
		cmocka_unit_test(test_limits),
	};
	return RUN_TESTS(tests);
}
