// SPDX-License-Identifier: Apache-2.0
// A key is constant after it was made: several threads seal, open, sign and hash with the same keys
// at once. Also the place where a thread sanitizer looks.
#include "../test_support.h"

#include <pthread.h>

#include "crypto/crypto.h"
#include "crypto/hash.h"
#include "hex.h"

enum { THREADS = 4, ROUNDS = 300, LEN = 3000 };

struct shared {
	struct seal_key *seal[CIPHER_COUNT];
	struct sign_key *sign[SIGNING_COUNT];
	uint8_t macs[SIGNING_COUNT][SIGN_MAC_LEN]; // what each signature of text must be
	uint8_t hmac[MD5_LEN];
};

struct worker {
	const struct shared *shared;
	pthread_t thread;
	uint32_t number;
	unsigned int failures;
};

static const char text[] = "the same message for everyone";
static const uint8_t fixed_nonce[SIGN_NONCE_LEN] = { 9 };

static unsigned int seal_and_open(const struct worker *w, enum cipher c, uint32_t round)
{
	uint8_t data[LEN], expected[LEN], tag[SEAL_TAG_LEN];
	uint8_t nonce[SEAL_NONCE_LEN_MAX] = { (uint8_t)w->number, (uint8_t)round, (uint8_t)(round >> 8) };
	struct span n = span_make(nonce, cipher_nonce_len(c)), aad = span_of_str(text);
	memset(data, (int)(w->number + round), LEN);
	memcpy(expected, data, LEN);
	size_t len = round * 10;
	if (seal_key_seal(w->shared->seal[c], n, aad, data, len, tag) != 0)
		return 1;
	if (seal_key_open(w->shared->seal[c], n, aad, data, len, tag) != 0)
		return 1;
	return memcmp(data, expected, LEN) != 0;
}

static unsigned int sign_same(const struct worker *w, enum signing_algorithm a)
{
	uint8_t mac[SIGN_MAC_LEN];
	struct span part = span_of_str(text);
	if (sign_key_sign(w->shared->sign[a], span_make(fixed_nonce, SIGN_NONCE_LEN), &part, 1, mac) != 0)
		return 1;
	return memcmp(mac, w->shared->macs[a], SIGN_MAC_LEN) != 0;
}

static unsigned int hash_same(const struct worker *w)
{
	uint8_t out[MD5_LEN], other[SHA512_LEN];
	struct span key = span_of_str("key"), part = span_of_str(text);
	if (sha512(&part, 1, other) != 0 || hmac_md5(key, &part, 1, out) != 0)
		return 1;
	return memcmp(out, w->shared->hmac, MD5_LEN) != 0;
}

static void *work(void *data)
{
	struct worker *w = data;
	for (uint32_t round = 0; round < ROUNDS; round++) {
		for (int c = CIPHER_AES128_CCM; c < CIPHER_COUNT; c++)
			w->failures += seal_and_open(w, (enum cipher)c, round);
		for (int a = 0; a < SIGNING_COUNT; a++)
			w->failures += sign_same(w, (enum signing_algorithm)a);
		w->failures += hash_same(w);
	}
	return NULL;
}

static void shared_init(struct shared *s)
{
	uint8_t key[32] = { 1, 2, 3 };
	struct span part = span_of_str(text);
	assert_int_equal(hmac_md5(span_of_str("key"), &part, 1, s->hmac), 0);
	for (int c = CIPHER_AES128_CCM; c < CIPHER_COUNT; c++)
		assert_int_equal(seal_key_new((enum cipher)c, span_make(key, cipher_key_len((enum cipher)c)),
					 &s->seal[c]),
			0);
	for (int a = 0; a < SIGNING_COUNT; a++) {
		assert_int_equal(sign_key_new((enum signing_algorithm)a, span_make(key, 16), &s->sign[a]), 0);
		assert_int_equal(
			sign_key_sign(s->sign[a], span_make(fixed_nonce, 12), &part, 1, s->macs[a]), 0);
	}
}

static void shared_done(struct shared *s)
{
	for (int c = CIPHER_AES128_CCM; c < CIPHER_COUNT; c++)
		seal_key_free(s->seal[c]);
	for (int a = 0; a < SIGNING_COUNT; a++)
		sign_key_free(s->sign[a]);
}

static void test_threads_share_keys(void **state)
{
	(void)state;
	struct shared shared = { 0 };
	struct worker workers[THREADS];
	shared_init(&shared);
	for (uint32_t i = 0; i < THREADS; i++) {
		workers[i] = (struct worker){ .shared = &shared, .number = i };
		assert_int_equal(pthread_create(&workers[i].thread, NULL, work, &workers[i]), 0);
	}
	for (uint32_t i = 0; i < THREADS; i++) {
		assert_int_equal(pthread_join(workers[i].thread, NULL), 0);
		assert_int_equal(workers[i].failures, 0);
	}
	shared_done(&shared);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_threads_share_keys),
	};
	return RUN_TESTS(tests);
}
