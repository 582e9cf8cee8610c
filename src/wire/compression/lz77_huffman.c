// SPDX-License-Identifier: Apache-2.0
// LZ77+Huffman (MS-XCA 2.2): blocks that make up to 64 KiB, each with its table of code lengths.
#include "base/reader.h"
#include "wire/compression/lz_window.h"

enum {
	SYMBOLS = 512, // 256 literals; then matches by class of distance and length
	TABLE_LEN = SYMBOLS / 2,
	CODE_LEN_MAX = 15,
	BLOCK_LEN = 65536,
	MATCH_LEN_MIN = 3,
	LENGTH_ESCAPE = 15,
	BYTE_ESCAPE = 255,
	WORDS_BEYOND_MAX = 2, // the bit buffer is ahead of what is used
};

struct huffman {
	struct reader r;
	unsigned words_beyond; // read after the end, as zeros
	uint32_t bits;         // the next ones, from the top
	int extra;             // of them beyond 16; negative: another word is due
	uint8_t lengths[SYMBOLS];
	// Of each length: its codes as 15 bits, the end exclusive, and where its symbols begin.
	uint32_t code_begin[CODE_LEN_MAX + 1], code_end[CODE_LEN_MAX + 1];
	uint16_t index_begin[CODE_LEN_MAX + 1];
	uint16_t symbols[SYMBOLS]; // by length, then by value: the canonical order
};

static uint32_t next_word(struct huffman *h)
{
	if (reader_left(&h->r) >= 2)
		return reader_u16(&h->r);
	h->words_beyond++;
	reader_require(&h->r, h->words_beyond <= WORDS_BEYOND_MAX, VERDICT_TRUNCATED);
	return 0;
}

static void drop_bits(struct huffman *h, unsigned count)
{
	h->bits <<= count;
	h->extra -= (int)count;
	if (h->extra < 0) {
		h->bits |= next_word(h) << -h->extra;
		h->extra += 16;
	}
}

static void read_lengths(struct huffman *h, unsigned counts[CODE_LEN_MAX + 1])
{
	struct reader table = reader_make(reader_bytes(&h->r, TABLE_LEN));
	for (size_t i = 0; i < SYMBOLS; i += 2) {
		uint8_t pair = reader_u8(&table);
		h->lengths[i] = pair & 15;
		h->lengths[i + 1] = pair >> 4;
		counts[h->lengths[i]]++;
		counts[h->lengths[i + 1]]++;
	}
}

// Where each length's codes begin and end. False: they are more than there is room for (2.2.3).
static bool place_codes(struct huffman *h, const unsigned counts[CODE_LEN_MAX + 1])
{
	uint32_t code = 0;
	uint16_t index = 0;
	for (unsigned len = 1; len <= CODE_LEN_MAX; len++) {
		h->code_begin[len] = code;
		h->index_begin[len] = index;
		code += counts[len] << (CODE_LEN_MAX - len);
		index = (uint16_t)(index + counts[len]);
		h->code_end[len] = code;
	}
	return code <= 1u << CODE_LEN_MAX;
}

static void sort_symbols(struct huffman *h)
{
	uint16_t next[CODE_LEN_MAX + 1];
	memcpy(next, h->index_begin, sizeof(next));
	for (unsigned int s = 0; s < SYMBOLS; s++)
		if (h->lengths[s] != 0)
			h->symbols[next[h->lengths[s]]++] = (uint16_t)s;
}

static bool begin_block(struct huffman *h)
{
	unsigned counts[CODE_LEN_MAX + 1] = { 0 };
	read_lengths(h, counts);
	if (!reader_ok(&h->r) || !place_codes(h, counts))
		return false;
	sort_symbols(h);
	h->bits = next_word(h) << 16;
	h->bits |= next_word(h);
	h->extra = 16;
	return reader_ok(&h->r);
}

static uint16_t next_symbol(struct huffman *h)
{
	uint32_t bits = h->bits >> (32 - CODE_LEN_MAX);
	unsigned len = 1;
	while (len < CODE_LEN_MAX && bits >= h->code_end[len])
		len++;
	reader_require(&h->r, bits < h->code_end[len], VERDICT_BAD_VALUE); // no symbol has this code
	if (!reader_ok(&h->r))
		return 0;
	uint32_t index = (bits - h->code_begin[len]) >> (CODE_LEN_MAX - len);
	drop_bits(h, len);
	return h->symbols[h->index_begin[len] + index];
}

static size_t long_length(struct huffman *h)
{
	uint8_t byte = reader_u8(&h->r);
	if (byte != BYTE_ESCAPE)
		return (size_t)byte + LENGTH_ESCAPE;
	size_t len = reader_u16(&h->r);
	if (len == 0)
		len = reader_u32(&h->r);
	reader_require(&h->r, len >= LENGTH_ESCAPE, VERDICT_BAD_VALUE);
	return len;
}

static bool match(struct huffman *h, unsigned class, struct lz_window *w)
{
	size_t len = class % 16;
	unsigned distance_bits = class / 16;
	if (len == LENGTH_ESCAPE)
		len = long_length(h);
	size_t distance = (size_t)1 << distance_bits;
	if (distance_bits > 0)
		distance |= h->bits >> (32 - distance_bits);
	drop_bits(h, distance_bits);
	return reader_ok(&h->r) && lz_window_match(w, distance, len + MATCH_LEN_MIN);
}

static bool block(struct huffman *h, struct lz_window *w)
{
	size_t end = w->pos + BLOCK_LEN;
	if (!begin_block(h))
		return false;
	while (!lz_window_full(w) && w->pos < end) {
		uint16_t symbol = next_symbol(h);
		bool ok = symbol < 256 ? lz_window_literal(w, (uint8_t)symbol) : match(h, symbol - 256u, w);
		if (!ok || !reader_ok(&h->r))
			return false;
	}
	return true;
}

bool lz77_huffman_decompress(struct span in, struct lz_window *w)
{
	struct huffman h = { .r = reader_make(in) };
	while (!lz_window_full(w))
		if (!block(&h, w))
			return false;
	return true;
}
