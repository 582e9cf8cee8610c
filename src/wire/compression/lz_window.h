// SPDX-License-Identifier: Apache-2.0
// Private to the folder: where decompressed bytes go, and the algorithms. All of them know how much is to
// come out, and fill exactly that or fail; what they read is bounded by the reader, what they write by the
// window.
#ifndef SIGNET_WIRE_COMPRESSION_LZ_WINDOW_H
#define SIGNET_WIRE_COMPRESSION_LZ_WINDOW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attributes.h"
#include "base/span.h"

struct lz_window {
	uint8_t *bytes;
	size_t len; // to be filled
	size_t pos; // filled so far, never beyond len
};

static inline bool lz_window_full(const struct lz_window *w)
{
	return w->pos == w->len;
}

// False: there is no room.
bool lz_window_literal(struct lz_window *w, uint8_t byte) WARN_UNUSED;
bool lz_window_bytes(struct lz_window *w, struct span bytes) WARN_UNUSED;
// Repeats len bytes from `distance` back, which may overlap with what it writes. False: it would begin before
// the window does, or not fit.
bool lz_window_match(struct lz_window *w, size_t distance, size_t len) WARN_UNUSED;

// Each: false when the input is malformed or does not make w->len bytes.
bool lznt1_decompress(struct span in, struct lz_window *w) WARN_UNUSED;        // MS-XCA 2.5
bool lz77_decompress(struct span in, struct lz_window *w) WARN_UNUSED;         // MS-XCA 2.4
bool lz77_huffman_decompress(struct span in, struct lz_window *w) WARN_UNUSED; // MS-XCA 2.2

#endif
