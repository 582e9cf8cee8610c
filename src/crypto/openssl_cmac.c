// SPDX-License-Identifier: Apache-2.0
#include "crypto/openssl_cmac.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>

#include "base/secret.h"
#include "crypto/openssl_thread.h"

enum { CHUNK_LEN = 4096 }; // how much CBC output is thrown away at once

// CBC holds the chaining value; the last block is held back until it is known to be the last.
struct cmac_run {
	EVP_CIPHER_CTX *cbc;
	uint8_t held[CMAC_BLOCK_LEN];
	size_t held_len;
	bool ok;
};

// Encrypts whole blocks; out holds the last CHUNK_LEN or fewer bytes of what came out.
static void run_blocks(struct cmac_run *run, const uint8_t *data, size_t len, uint8_t out[CHUNK_LEN])
{
	while (len > 0 && run->ok) {
		int chunk = len < CHUNK_LEN ? (int)len : CHUNK_LEN;
		int written = 0;
		run->ok = EVP_EncryptUpdate(run->cbc, out, &written, data, chunk) == 1 && written == chunk;
		data += chunk;
		len -= (size_t)chunk;
	}
}

static void run_hold(struct cmac_run *run, const uint8_t *data, size_t len)
{
	memcpy(run->held + run->held_len, data, len);
	run->held_len += len;
}

static void run_update(struct cmac_run *run, struct span part)
{
	uint8_t discarded[CHUNK_LEN];
	if (part.len == 0)
		return;
	size_t room = CMAC_BLOCK_LEN - run->held_len;
	if (part.len <= room) {
		run_hold(run, part.data, part.len);
		return;
	}
	if (run->held_len > 0) {
		run_hold(run, part.data, room);
		run_blocks(run, run->held, CMAC_BLOCK_LEN, discarded);
		part = span_make(part.data + room, part.len - room);
		run->held_len = 0;
	}
	size_t whole = (part.len - 1) / CMAC_BLOCK_LEN * CMAC_BLOCK_LEN;
	run_blocks(run, part.data, whole, discarded);
	run_hold(run, part.data + whole, part.len - whole);
}

static void xor_block(uint8_t *to, const uint8_t *with)
{
	for (size_t i = 0; i < CMAC_BLOCK_LEN; i++)
		to[i] ^= with[i];
}

static void run_final(struct cmac_run *run, const struct cmac_key *k, uint8_t out[CHUNK_LEN])
{
	const uint8_t *subkey = k->whole;
	if (run->held_len < CMAC_BLOCK_LEN) {
		memset(run->held + run->held_len, 0, CMAC_BLOCK_LEN - run->held_len);
		run->held[run->held_len] = 0x80;
		subkey = k->padded;
	}
	xor_block(run->held, subkey);
	run_blocks(run, run->held, CMAC_BLOCK_LEN, out);
}

static int run_init(struct cmac_run *run, const uint8_t *key)
{
	static const uint8_t zero_iv[CMAC_BLOCK_LEN] = { 0 };
	const struct openssl_thread *t = openssl_thread();
	if (t == NULL)
		return -ENOMEM;
	*run = (struct cmac_run){ .cbc = t->cbc, .ok = true };
	if (t->cbc == NULL || EVP_EncryptInit_ex2(t->cbc, NULL, key, zero_iv, NULL) != 1)
		return -EIO;
	return 0;
}

int cmac(const struct cmac_key *k, const struct span *parts, size_t count, uint8_t mac[CMAC_BLOCK_LEN])
{
	struct cmac_run run;
	uint8_t out[CHUNK_LEN];
	int err = run_init(&run, k->key);
	if (err != 0)
		return err;
	for (size_t i = 0; i < count; i++)
		run_update(&run, parts[i]);
	run_final(&run, k, out);
	openssl_cipher_forget(run.cbc);
	if (run.ok)
		memcpy(mac, out, CMAC_BLOCK_LEN);
	return run.ok ? 0 : -EIO;
}

// Multiplication by x in GF(2^128) (RFC 4493 2.3), without a branch on the key's bits.
static void double_block(uint8_t out[CMAC_BLOCK_LEN], const uint8_t in[CMAC_BLOCK_LEN])
{
	uint8_t carry = (uint8_t)(0x87u & (0u - (unsigned int)(in[0] >> 7)));
	for (size_t i = 0; i + 1 < CMAC_BLOCK_LEN; i++)
		out[i] = (uint8_t)(in[i] << 1 | in[i + 1] >> 7);
	out[CMAC_BLOCK_LEN - 1] = (uint8_t)(in[CMAC_BLOCK_LEN - 1] << 1 ^ carry);
}

int cmac_key_init(struct cmac_key *k, const uint8_t key[CMAC_BLOCK_LEN])
{
	static const uint8_t zero[CMAC_BLOCK_LEN] = { 0 };
	struct cmac_run run;
	uint8_t out[CHUNK_LEN];
	int err = run_init(&run, key);
	if (err != 0)
		return err;
	run_blocks(&run, zero, CMAC_BLOCK_LEN, out);
	openssl_cipher_forget(run.cbc);
	if (run.ok) {
		memcpy(k->key, key, CMAC_BLOCK_LEN);
		double_block(k->whole, out);
		double_block(k->padded, k->whole);
	}
	secret_wipe_bytes(out, CMAC_BLOCK_LEN);
	return run.ok ? 0 : -EIO;
}
