// SPDX-License-Identifier: Apache-2.0
// Plain LZ77 (MS-XCA 2.4).
#include "base/reader.h"
#include "wire/compression/lz_window.h"

enum { MATCH_LEN_MIN = 3, LENGTH_ESCAPE = 7, NIBBLE_ESCAPE = 15, BYTE_ESCAPE = 255 };

struct lz77 {
	struct reader r;
	uint32_t flags;
	unsigned flags_left;
	bool has_nibble; // half of a byte that was read is still to be used
	uint8_t nibble;
};

static bool next_flag(struct lz77 *z)
{
	if (z->flags_left == 0) {
		z->flags = reader_u32(&z->r);
		z->flags_left = 32;
	}
	z->flags_left--;
	return (z->flags >> z->flags_left & 1) != 0;
}

// Two lengths share a byte, the lower half first.
static uint8_t next_nibble(struct lz77 *z)
{
	if (z->has_nibble) {
		z->has_nibble = false;
		return z->nibble;
	}
	uint8_t byte = reader_u8(&z->r);
	z->has_nibble = true;
	z->nibble = byte >> 4;
	return byte & 15;
}

static size_t long_length(struct lz77 *z)
{
	enum { SAID_BEFORE = LENGTH_ESCAPE + NIBBLE_ESCAPE };
	uint8_t byte = reader_u8(&z->r);
	if (byte != BYTE_ESCAPE)
		return (size_t)byte + SAID_BEFORE;
	size_t len = reader_u16(&z->r);
	if (len == 0)
		len = reader_u32(&z->r);
	reader_require(&z->r, len >= SAID_BEFORE, VERDICT_BAD_VALUE);
	return len;
}

static bool match(struct lz77 *z, struct lz_window *w)
{
	uint16_t word = reader_u16(&z->r);
	size_t len = word & 7;
	if (len == LENGTH_ESCAPE) {
		uint8_t more = next_nibble(z);
		len = more == NIBBLE_ESCAPE ? long_length(z) : LENGTH_ESCAPE + (size_t)more;
	}
	return reader_ok(&z->r) && lz_window_match(w, ((size_t)word >> 3) + 1, len + MATCH_LEN_MIN);
}

bool lz77_decompress(struct span in, struct lz_window *w)
{
	struct lz77 z = { .r = reader_make(in) };
	while (!lz_window_full(w)) {
		bool ok = next_flag(&z) ? match(&z, w) : lz_window_literal(w, reader_u8(&z.r));
		if (!ok || !reader_ok(&z.r))
			return false;
	}
	return true;
}
