// SPDX-License-Identifier: Apache-2.0
// LZNT1 (MS-XCA 2.5): chunks of up to 4096 bytes, each on its own.
#include "base/reader.h"
#include "wire/compression/lz_window.h"

enum {
	CHUNK_LEN_MAX = 4096,
	CHUNK_COMPRESSED = 0x8000,
	CHUNK_SIGNATURE = 0x3000,
	CHUNK_SIGNATURE_MASK = 0x7000,
	CHUNK_SIZE_MASK = 0x0FFF,
	MATCH_LEN_MIN = 3,
};

// How many bits of a word are the length: the more the further the chunk has come, for the less the
// displacement then has to reach (2.5.1.4).
static unsigned length_bits(size_t chunk_pos)
{
	unsigned bits = 12;
	for (size_t reach = 16; reach < chunk_pos; reach *= 2)
		bits--;
	return bits;
}

static bool match(struct lz_window *chunk, uint16_t word)
{
	unsigned bits = length_bits(chunk->pos);
	size_t len = (word & ((1u << bits) - 1)) + MATCH_LEN_MIN;
	return lz_window_match(chunk, ((size_t)word >> bits) + 1, len);
}

// Eight elements and the byte that tells literals from matches.
static bool flag_group(struct reader *r, struct lz_window *chunk)
{
	uint8_t flags = reader_u8(r);
	for (unsigned bit = 0; bit < 8 && reader_left(r) > 0; bit++) {
		bool ok = (flags & (1u << bit)) != 0 ? match(chunk, reader_u16(r))
						     : lz_window_literal(chunk, reader_u8(r));
		if (!ok || !reader_ok(r))
			return false;
	}
	return true;
}

static bool compressed_chunk(struct span in, struct lz_window *w)
{
	size_t left = w->len - w->pos;
	struct lz_window chunk = { .bytes = w->bytes + w->pos,
		.len = left < CHUNK_LEN_MAX ? left : CHUNK_LEN_MAX };
	struct reader r = reader_make(in);
	while (reader_left(&r) > 0)
		if (!flag_group(&r, &chunk))
			return false;
	w->pos += chunk.pos;
	return true;
}

bool lznt1_decompress(struct span in, struct lz_window *w)
{
	struct reader r = reader_make(in);
	while (!lz_window_full(w)) {
		uint16_t header = reader_u16(&r);
		struct span chunk = reader_bytes(&r, (size_t)(header & CHUNK_SIZE_MASK) + 1);
		if (!reader_ok(&r) || (header & CHUNK_SIGNATURE_MASK) != CHUNK_SIGNATURE)
			return false;
		bool ok = (header & CHUNK_COMPRESSED) != 0 ? compressed_chunk(chunk, w)
							   : lz_window_bytes(w, chunk);
		if (!ok)
			return false;
	}
	return true;
}
