// SPDX-License-Identifier: Apache-2.0
#include "crypto/md4.h"

#include <stddef.h>
#include <string.h>

#include "base/reader.h"
#include "base/secret.h"
#include "base/writer.h"

enum { BLOCK_LEN = 64, LENGTH_LEN = 8, STEPS = 16 };

static uint32_t rotate_left(uint32_t x, unsigned int by)
{
	return x << by | x >> (32 - by);
}

static uint32_t choose(uint32_t x, uint32_t y, uint32_t z) // F
{
	return (x & y) | (~x & z);
}

static uint32_t majority(uint32_t x, uint32_t y, uint32_t z) // G
{
	return (x & y) | (x & z) | (y & z);
}

static uint32_t parity(uint32_t x, uint32_t y, uint32_t z) // H
{
	return x ^ y ^ z;
}

// RFC 1320 3.4: each round has its function, its constant, the order in which it takes the words of
// the block, and four rotations that repeat.
static const struct round {
	uint32_t (*mix)(uint32_t x, uint32_t y, uint32_t z);
	uint32_t constant;
	uint8_t word[STEPS];
	uint8_t rotation[4];
} rounds[3] = {
	{ choose, 0, { 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15 }, { 3, 7, 11, 19 } },
	{ majority, 0x5A827999, { 0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15 }, { 3, 5, 9, 13 } },
	{ parity, 0x6ED9EBA1, { 0, 8, 4, 12, 2, 10, 6, 14, 1, 9, 5, 13, 3, 11, 7, 15 }, { 3, 9, 11, 15 } },
};

static void block_words(const uint8_t block[BLOCK_LEN], uint32_t words[STEPS])
{
	struct reader r = reader_make(span_make(block, BLOCK_LEN));
	for (size_t i = 0; i < STEPS; i++)
		words[i] = reader_u32(&r);
}

static void md4_round(const struct round *round, const uint32_t words[STEPS], uint32_t s[4])
{
	for (size_t i = 0; i < STEPS; i++) {
		uint32_t sum = s[0] + round->mix(s[1], s[2], s[3]) + words[round->word[i]] + round->constant;
		s[0] = s[3];
		s[3] = s[2];
		s[2] = s[1];
		s[1] = rotate_left(sum, round->rotation[i % 4]);
	}
}

static void md4_block(uint32_t state[4], const uint8_t block[BLOCK_LEN])
{
	uint32_t words[STEPS];
	uint32_t s[4] = { state[0], state[1], state[2], state[3] };
	block_words(block, words);
	for (size_t i = 0; i < 3; i++)
		md4_round(&rounds[i], words, s);
	for (size_t i = 0; i < 4; i++)
		state[i] += s[i];
	secret_wipe_bytes(words, sizeof(words));
	secret_wipe_bytes(s, sizeof(s));
}

// The rest of the message, a 1 bit, zeros, and the message's length in bits (RFC 1320 3.1, 3.2).
static void md4_last_blocks(uint32_t state[4], struct span rest, size_t message_len)
{
	uint8_t last[2 * BLOCK_LEN] = { 0 };
	struct writer w = writer_make(last, sizeof(last));
	writer_span(&w, rest);
	writer_u8(&w, 0x80);
	size_t end = w.pos + LENGTH_LEN <= BLOCK_LEN ? BLOCK_LEN : 2 * BLOCK_LEN;
	writer_zeros(&w, end - LENGTH_LEN - w.pos);
	writer_u64(&w, (uint64_t)message_len * 8);
	for (size_t at = 0; at < end; at += BLOCK_LEN)
		md4_block(state, last + at);
	secret_wipe_bytes(last, sizeof(last));
}

void md4(struct span message, uint8_t out[MD4_LEN])
{
	uint32_t state[4] = { 0x67452301, 0xEFCDAB89, 0x98BADCFE, 0x10325476 };
	size_t at = 0;
	for (; message.len - at >= BLOCK_LEN; at += BLOCK_LEN)
		md4_block(state, message.data + at);
	md4_last_blocks(
		state, span_make(at == 0 ? message.data : message.data + at, message.len - at), message.len);
	struct writer w = writer_make(out, MD4_LEN);
	for (size_t i = 0; i < 4; i++)
		writer_u32(&w, state[i]);
	secret_wipe_bytes(state, sizeof(state));
}
