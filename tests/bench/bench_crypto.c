// SPDX-License-Identifier: Apache-2.0
// How fast each backend seals, opens and signs on one core, and what a key costs in memory. Prints a
// table; takes a few seconds. Usage: bench_crypto [SECONDS-PER-CELL]
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "crypto/crypto_backend.h"

enum { LEN_MAX = 1 << 20, BATCH = 16 };

static const size_t lengths[] = { 256, 4096, 65536, LEN_MAX };
static uint8_t data[LEN_MAX];
static const uint8_t key[32] = { 1, 2, 3 };
static double cell_seconds = 0.2;

struct run {
	const struct crypto_backend *backend;
	struct seal_key *seal;
	struct sign_key *sign;
	size_t len;
};

static double now(void)
{
	struct timespec t;
	(void)clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
	return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static void require(int err)
{
	if (err == 0)
		return;
	(void)fprintf(stderr, "%s\n", strerror(-err));
	exit(1);
}

static void seal_once(const struct run *r)
{
	static const uint8_t nonce[SEAL_NONCE_LEN_MAX];
	static const uint8_t aad[32];
	uint8_t tag[SEAL_TAG_LEN];
	struct span n = span_make(nonce, cipher_nonce_len(seal_key_cipher(r->seal)));
	require(seal_key_seal(r->seal, n, span_make(aad, sizeof(aad)), data, r->len, tag));
}

static void sign_once(const struct run *r)
{
	static const uint8_t nonce[SIGN_NONCE_LEN];
	uint8_t mac[SIGN_MAC_LEN];
	const struct span parts[] = { span_make(data, 64), span_make(data + 64, r->len - 64) };
	require(sign_key_sign(r->sign, span_make(nonce, sizeof(nonce)), parts, 2, mac));
}

static void print_cell(const struct run *r, void (*once)(const struct run *r))
{
	once(r); // the thread's contexts, the caches
	double start = now();
	double spent = 0;
	size_t count = 0;
	while (spent < cell_seconds) {
		for (int i = 0; i < BATCH; i++)
			once(r);
		count += BATCH;
		spent = now() - start;
	}
	(void)printf(" %8.2f GB/s %7.0f ns", (double)count * (double)r->len / spent * 1e-9,
		spent / (double)count * 1e9);
}

static void print_row(struct run *r, const char *name, void (*once)(const struct run *r))
{
	(void)printf("%-15s %-12s", r->backend->name, name);
	for (size_t i = 0; i < sizeof(lengths) / sizeof(lengths[0]); i++) {
		r->len = lengths[i];
		print_cell(r, once);
	}
	(void)printf("\n");
}

static void bench_backend(const struct crypto_backend *b)
{
	struct run r = { .backend = b };
	for (int c = CIPHER_AES128_CCM; c < CIPHER_COUNT; c++) {
		enum cipher id = (enum cipher)c;
		require(seal_key_new_with(b, id, span_make(key, cipher_key_len(id)), &r.seal));
		print_row(&r, cipher_name(id), seal_once);
		seal_key_free(r.seal);
	}
	for (int a = 0; a < SIGNING_COUNT; a++) {
		enum signing_algorithm id = (enum signing_algorithm)a;
		require(sign_key_new_with(b, id, span_make(key, SIGN_KEY_LEN), &r.sign));
		print_row(&r, signing_algorithm_name(id), sign_once);
		sign_key_free(r.sign);
	}
	(void)printf("%-15s expanded keys: AES-128-GCM %zu bytes, AES-GMAC %zu bytes\n", b->name,
		b->seal_state_size(CIPHER_AES128_GCM), b->sign_state_size(SIGNING_AES_GMAC));
}

int main(int argc, char **argv)
{
	if (argc > 1)
		cell_seconds = strtod(argv[1], NULL);
	(void)printf("%-28s", "one core, in place");
	for (size_t i = 0; i < sizeof(lengths) / sizeof(lengths[0]); i++)
		(void)printf(" %24zu", lengths[i]);
	(void)printf("\n");
	size_t count;
	const struct crypto_backend *const *all = crypto_backends(&count);
	for (size_t i = 0; i < count; i++)
		if (all[i]->usable())
			bench_backend(all[i]);
	return 0;
}
