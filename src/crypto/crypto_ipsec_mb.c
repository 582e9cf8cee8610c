// SPDX-License-Identifier: Apache-2.0
// GCM and GMAC with intel-ipsec-mb: several times as fast as OpenSSL 3.0 where the CPU has VAES.
//
// Only its direct functions are used. They keep nothing between calls, so the manager that hands them
// out is made once, asked for them and freed, and any number of threads share a key. CCM, CMAC and
// HMAC are there only as jobs of its multi-buffer scheduler, which is slower than OpenSSL for one
// message at a time (64 KiB CCM 1.0 against 1.5 GB/s) and cannot take more than 64 KiB: those are
// OpenSSL's here too.
#include "crypto/crypto_ipsec_mb.h"

#include <errno.h>
#include <intel-ipsec-mb.h>
#include <pthread.h>

#include "base/secret.h"
#include "base/scheduling.h"

// What is called, by key length and then by purpose.
struct gcm_functions {
	aes_gcm_pre_t expand;
	aes_gcm_enc_dec_t encrypt;
	aes_gcm_enc_dec_t decrypt;
	aes_gcm_init_t init;
	aes_gcm_enc_dec_update_t encrypt_part;
	aes_gcm_enc_dec_finalize_t encrypt_end;
	aes_gcm_enc_dec_update_t decrypt_part;
	aes_gcm_enc_dec_finalize_t decrypt_end;
};

static struct {
	bool usable;
	struct gcm_functions gcm128;
	struct gcm_functions gcm256;
	aes_gmac_init_t gmac_init;
	aes_gmac_update_t gmac_update;
	aes_gmac_finalize_t gmac_finalize;
} library; // written once, under library_once
static pthread_once_t library_once = PTHREAD_ONCE_INIT;

static void library_load(void)
{
	IMB_MGR *mgr = alloc_mb_mgr(0);
	if (mgr == NULL)
		return;
	IMB_ARCH arch = IMB_ARCH_NONE;
	init_mb_mgr_auto(mgr, &arch);
	// Without AES-NI it would emulate AES in software, with tables: slow, and its timing tells.
	if (arch != IMB_ARCH_NONE && arch != IMB_ARCH_NOAESNI && imb_get_errno(mgr) == 0) {
		library.gcm128 = (struct gcm_functions){ mgr->gcm128_pre, mgr->gcm128_enc, mgr->gcm128_dec,
			mgr->gcm128_init, mgr->gcm128_enc_update, mgr->gcm128_enc_finalize,
			mgr->gcm128_dec_update, mgr->gcm128_dec_finalize };
		library.gcm256 = (struct gcm_functions){ mgr->gcm256_pre, mgr->gcm256_enc, mgr->gcm256_dec,
			mgr->gcm256_init, mgr->gcm256_enc_update, mgr->gcm256_enc_finalize,
			mgr->gcm256_dec_update, mgr->gcm256_dec_finalize };
		library.gmac_init = mgr->gmac128_init;
		library.gmac_update = mgr->gmac128_update;
		library.gmac_finalize = mgr->gmac128_finalize;
		library.usable = true;
	}
	free_mb_mgr(mgr);
}

static bool usable(void)
{
	(void)pthread_once(&library_once, library_load);
	return library.usable;
}

// NULL for the ciphers that are OpenSSL's.
static const struct gcm_functions *gcm_of(enum cipher c)
{
	if (c == CIPHER_AES128_GCM)
		return &library.gcm128;
	return c == CIPHER_AES256_GCM ? &library.gcm256 : NULL;
}

static size_t seal_state_size(enum cipher c)
{
	return gcm_of(c) != NULL ? sizeof(struct gcm_key_data) : crypto_backend_openssl.seal_state_size(c);
}

static int seal_state_init(void *state, enum cipher c, const uint8_t *key)
{
	const struct gcm_functions *gcm = gcm_of(c);
	if (gcm == NULL)
		return crypto_backend_openssl.seal_state_init(state, c, key);
	gcm->expand(key, state);
	return 0;
}

// How much of a message is worked on before whoever is more urgent may be let in.
enum {
	PIECE_LEN = 128 << 10,
	// The usual messages of up to 1 MiB, with their headers, are worked on at once.
	WHOLE_LEN_MAX = (1 << 20) + (64 << 10),
};

static void apply(aes_gcm_enc_dec_update_t update, const void *state, struct gcm_context_data *ctx,
	uint8_t *to, const uint8_t *from, size_t len)
{
	for (size_t done = 0; done < len;) {
		size_t n = len - done < PIECE_LEN ? len - done : PIECE_LEN;
		if (len > WHOLE_LEN_MAX)
			step_aside();
		update(state, ctx, to + done, from + done, n);
		done += n;
	}
}

static int seal(const void *state, enum cipher c, const uint8_t *nonce, struct span aad, uint8_t *data,
	size_t len, uint8_t *tag)
{
	const struct gcm_functions *gcm = gcm_of(c);
	if (gcm == NULL)
		return crypto_backend_openssl.seal(state, c, nonce, aad, data, len, tag);
	struct gcm_context_data ctx;
	if (len <= WHOLE_LEN_MAX) {
		gcm->encrypt(state, &ctx, data, data, len, nonce, aad.data, aad.len, tag, SEAL_TAG_LEN);
		return 0;
	}
	gcm->init(state, &ctx, nonce, aad.data, aad.len);
	apply(gcm->encrypt_part, state, &ctx, data, data, len);
	gcm->encrypt_end(state, &ctx, tag, SEAL_TAG_LEN);
	return 0;
}

static int seal_from(const void *state, enum cipher c, const uint8_t *nonce, struct span aad, uint8_t *data,
	size_t len, const struct seal_source *source, uint8_t *tag)
{
	const struct gcm_functions *gcm = gcm_of(c);
	if (gcm == NULL)
		return -EINVAL;
	struct gcm_context_data ctx;
	size_t end = source->at + source->plain.len;
	gcm->init(state, &ctx, nonce, aad.data, aad.len);
	gcm->encrypt_part(state, &ctx, data, data, source->at);
	apply(gcm->encrypt_part, state, &ctx, data + source->at, source->plain.data, source->plain.len);
	gcm->encrypt_part(state, &ctx, data + end, data + end, len - end);
	gcm->encrypt_end(state, &ctx, tag, SEAL_TAG_LEN);
	return 0;
}

static int open_in_place(const void *state, enum cipher c, const uint8_t *nonce, struct span aad,
	uint8_t *data, size_t len, const uint8_t *tag)
{
	const struct gcm_functions *gcm = gcm_of(c);
	if (gcm == NULL)
		return crypto_backend_openssl.open(state, c, nonce, aad, data, len, tag);
	struct gcm_context_data ctx;
	uint8_t expected[SEAL_TAG_LEN] = { 0 };
	if (len <= WHOLE_LEN_MAX) {
		gcm->decrypt(state, &ctx, data, data, len, nonce, aad.data, aad.len, expected, SEAL_TAG_LEN);
	} else {
		gcm->init(state, &ctx, nonce, aad.data, aad.len);
		apply(gcm->decrypt_part, state, &ctx, data, data, len);
		gcm->decrypt_end(state, &ctx, expected, SEAL_TAG_LEN);
	}
	bool equal = secret_equal(expected, tag, SEAL_TAG_LEN);
	secret_wipe_bytes(expected, sizeof(expected));
	return equal ? 0 : -EBADMSG;
}

static size_t sign_state_size(enum signing_algorithm a)
{
	return a == SIGNING_AES_GMAC ? sizeof(struct gcm_key_data)
				     : crypto_backend_openssl.sign_state_size(a);
}

static int sign_state_init(void *state, enum signing_algorithm a, const uint8_t *key)
{
	if (a != SIGNING_AES_GMAC)
		return crypto_backend_openssl.sign_state_init(state, a, key);
	library.gcm128.expand(key, state);
	return 0;
}

static int sign(const void *state, enum signing_algorithm a, const uint8_t *nonce, const struct span *parts,
	size_t count, uint8_t *mac)
{
	if (a != SIGNING_AES_GMAC)
		return crypto_backend_openssl.sign(state, a, nonce, parts, count, mac);
	struct gcm_context_data ctx;
	library.gmac_init(state, &ctx, nonce, SIGN_NONCE_LEN);
	for (size_t i = 0; i < count; i++)
		if (parts[i].len > 0)
			library.gmac_update(state, &ctx, parts[i].data, parts[i].len);
	library.gmac_finalize(state, &ctx, mac, SIGN_MAC_LEN);
	return 0;
}

const struct crypto_backend crypto_backend_ipsec_mb = {
	.name = "intel-ipsec-mb",
	.usable = usable,
	.seal_state_size = seal_state_size,
	.seal_state_init = seal_state_init,
	.sign_state_size = sign_state_size,
	.sign_state_init = sign_state_init,
	.seal = seal,
	.seal_from = seal_from,
	.open = open_in_place,
	.sign = sign,
};
