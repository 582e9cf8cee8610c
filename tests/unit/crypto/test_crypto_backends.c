// SPDX-License-Identifier: Apache-2.0
// Each backend against OpenSSL's, with random messages of all sizes around blocks and up to 3 MiB:
// what one seals the other opens, and both say the same bytes.
#include "../test_support.h"

#include <errno.h>
#include <stdlib.h>

#include "crypto/crypto_backend.h"
#include "hex.h"

enum {
	USUAL_LEN_MAX = 1 << 20,
	LEN_MAX = (3 << 20) + 5, // is worked on in pieces
};

static const size_t lengths[] = { 0, 1, 2, 15, 16, 17, 31, 32, 33, 47, 48, 49, 63, 64, 65, 127, 128, 129, 255,
	256, 257, 511, 512, 513, 767, 768, 769, 1023, 1024, 1025, 1500, 4095, 4096, 4097, 8191, 8192, 16383,
	65535, 65536, 65537, 262145, USUAL_LEN_MAX - 1, USUAL_LEN_MAX, LEN_MAX };

struct buffers {
	uint64_t random;
	uint8_t *plain, *ours, *theirs;
	uint8_t key[32], nonce[SEAL_NONCE_LEN_MAX], aad[SEAL_AAD_LEN_MAX];
};

static void check_seal(struct buffers *t, const struct crypto_backend *b, enum cipher c, size_t len)
{
	struct seal_key *mine = NULL, *other = NULL;
	uint8_t tag[SEAL_TAG_LEN], other_tag[SEAL_TAG_LEN];
	test_random_fill(&t->random, t->key, sizeof(t->key));
	test_random_fill(&t->random, t->nonce, sizeof(t->nonce));
	test_random_fill(&t->random, t->aad, sizeof(t->aad));
	struct span key = span_make(t->key, cipher_key_len(c)),
		    nonce = span_make(t->nonce, cipher_nonce_len(c));
	struct span aad = span_make(t->aad, test_random(&t->random) % (SEAL_AAD_LEN_MAX + 1));
	assert_int_equal(seal_key_new_with(b, c, key, &mine), 0);
	assert_int_equal(seal_key_new_with(&crypto_backend_openssl, c, key, &other), 0);
	memcpy(t->ours, t->plain, len);
	memcpy(t->theirs, t->plain, len);
	assert_int_equal(seal_key_seal(mine, nonce, aad, t->ours, len, tag), 0);
	assert_int_equal(seal_key_seal(other, nonce, aad, t->theirs, len, other_tag), 0);
	assert_memory_equal(tag, other_tag, SEAL_TAG_LEN);
	assert_memory_equal(t->ours, t->theirs, len);
	assert_int_equal(seal_key_open(other, nonce, aad, t->ours, len, tag), 0);
	assert_int_equal(seal_key_open(mine, nonce, aad, t->theirs, len, tag), 0);
	assert_memory_equal(t->ours, t->plain, len);
	assert_memory_equal(t->theirs, t->plain, len);
	tag[0] ^= 1;
	assert_int_equal(seal_key_open(mine, nonce, aad, t->theirs, len, tag), -EBADMSG);
	seal_key_free(mine);
	seal_key_free(other);
}

static void check_sign(
	struct buffers *t, const struct crypto_backend *b, enum signing_algorithm a, size_t len)
{
	struct sign_key *mine = NULL, *other = NULL;
	uint8_t mac[SIGN_MAC_LEN], other_mac[SIGN_MAC_LEN];
	test_random_fill(&t->random, t->key, sizeof(t->key));
	test_random_fill(&t->random, t->nonce, sizeof(t->nonce));
	struct span key = span_make(t->key, SIGN_KEY_LEN), nonce = span_make(t->nonce, SIGN_NONCE_LEN);
	size_t first = len < 64 ? len : 64;
	const struct span parts[] = { span_make(t->plain, first), span_make(t->plain + first, len - first) };
	assert_int_equal(sign_key_new_with(b, a, key, &mine), 0);
	assert_int_equal(sign_key_new_with(&crypto_backend_openssl, a, key, &other), 0);
	assert_int_equal(sign_key_sign(mine, nonce, parts, 2, mac), 0);
	assert_int_equal(sign_key_sign(other, nonce, parts, 2, other_mac), 0);
	assert_memory_equal(mac, other_mac, SIGN_MAC_LEN);
	sign_key_free(mine);
	sign_key_free(other);
}

static void check_backend(struct buffers *t, const struct crypto_backend *b)
{
	for (size_t i = 0; i < sizeof(lengths) / sizeof(lengths[0]); i++) {
		for (int c = CIPHER_AES128_CCM; c < CIPHER_COUNT; c++)
			check_seal(t, b, (enum cipher)c, lengths[i]);
		for (int a = 0; a < SIGNING_COUNT; a++)
			check_sign(t, b, (enum signing_algorithm)a, lengths[i]);
	}
	for (size_t len = 0; len < 300; len++) {
		check_seal(t, b, CIPHER_AES128_GCM, len);
		check_seal(t, b, CIPHER_AES256_GCM, len);
		check_sign(t, b, SIGNING_AES_GMAC, len);
	}
}

static void test_against_each_other(void **state)
{
	(void)state;
	struct buffers t = {
		.random = 1, .plain = malloc(LEN_MAX), .ours = malloc(LEN_MAX), .theirs = malloc(LEN_MAX)
	};
	assert_true(t.plain != NULL && t.ours != NULL && t.theirs != NULL);
	test_random_fill(&t.random, t.plain, LEN_MAX);
	size_t count;
	const struct crypto_backend *const *all = crypto_backends(&count);
	for (size_t i = 0; i < count; i++)
		if (all[i]->usable())
			check_backend(&t, all[i]);
	free(t.plain);
	free(t.ours);
	free(t.theirs);
}

// The last one is there for machines that have nothing else.
static void test_one_is_always_usable(void **state)
{
	(void)state;
	size_t count;
	const struct crypto_backend *const *all = crypto_backends(&count);
	assert_true(all[count - 1]->usable());
	assert_ptr_equal(all[count - 1], &crypto_backend_openssl);
	assert_string_equal(crypto_backend_name(), crypto_backend_default()->name);
	assert_true(crypto_backend_default()->usable());
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_against_each_other),
		cmocka_unit_test(test_one_is_always_usable),
	};
	return RUN_TESTS(tests);
}
