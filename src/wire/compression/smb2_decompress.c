// SPDX-License-Identifier: Apache-2.0
#include "wire/compression/smb2_decompress.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>

#include "base/reader.h"
#include "wire/compression/lz_window.h"
#include "wire/smb2/smb2_transform.h"

enum {
	CHAIN_OFFSET = 8,      // of the first SMB2_COMPRESSION_CHAINED_PAYLOAD_HEADER
	PATTERN_V1_LEN = 8,    // MS-SMB2 2.2.42.2.2
	CHAIN_LINKS_MAX = 256, // Windows makes three: pattern, payload, pattern
};

static bool is_lz(uint16_t algorithm)
{
	return algorithm == SMB2_COMPRESSION_LZNT1 || algorithm == SMB2_COMPRESSION_LZ77 ||
	       algorithm == SMB2_COMPRESSION_LZ77_HUFFMAN;
}

// Fills the window.
static int decompress(uint16_t algorithm, struct span in, struct lz_window *w)
{
	switch (algorithm) {
	case SMB2_COMPRESSION_LZNT1:
		return lznt1_decompress(in, w) ? 0 : -EBADMSG;
	case SMB2_COMPRESSION_LZ77:
		return lz77_decompress(in, w) ? 0 : -EBADMSG;
	case SMB2_COMPRESSION_LZ77_HUFFMAN:
		return lz77_huffman_decompress(in, w) ? 0 : -EBADMSG;
	default:
		return -ENOTSUP;
	}
}

static int window_new(size_t len, size_t max, struct lz_window *w)
{
	if (len > max)
		return -EMSGSIZE;
	*w = (struct lz_window){ .bytes = malloc(len > 0 ? len : 1), .len = len };
	return w->bytes != NULL ? 0 : -ENOMEM;
}

// --- unchained (MS-SMB2 2.2.42.1): the message's beginning may stand there as it is -----------------

static int unchained(
	struct span frame, const struct smb2_compression_header *h, size_t max, struct lz_window *w)
{
	struct reader r = reader_make(frame);
	reader_skip(&r, SMB2_COMPRESSION_HEADER_LEN);
	struct span plain = reader_bytes(&r, h->length);
	struct span packed = reader_rest(&r);
	if (!reader_ok(&r))
		return -EBADMSG;
	if (!is_lz(h->compression_algorithm))
		return -ENOTSUP;
	int err = window_new((size_t)h->original_compressed_segment_size + plain.len, max, w);
	if (err != 0)
		return err;
	if (!lz_window_bytes(w, plain))
		return -EBADMSG;
	// Matches do not reach into what was not compressed.
	struct lz_window rest = { .bytes = w->bytes + w->pos, .len = w->len - w->pos };
	err = decompress(h->compression_algorithm, packed, &rest);
	w->pos += rest.pos;
	return err;
}

// --- chained (MS-SMB2 2.2.42.2): payloads one behind the other ---------------------------------------

// SMB2_COMPRESSION_PATTERN_PAYLOAD_V1: one byte, many times.
static int pattern(struct span payload, struct lz_window *w)
{
	struct reader r = reader_make(payload);
	uint8_t byte = reader_u8(&r);
	reader_skip(&r, 3); // Reserved1, Reserved2
	uint32_t repetitions = reader_u32(&r);
	if (reader_finish(&r) != VERDICT_OK || payload.len != PATTERN_V1_LEN || repetitions > w->len - w->pos)
		return -EBADMSG;
	memset(w->bytes + w->pos, byte, repetitions);
	w->pos += repetitions;
	return 0;
}

static int lz_payload(uint16_t algorithm, struct span payload, struct lz_window *w)
{
	struct reader r = reader_make(payload);
	uint32_t original_payload_size = reader_u32(&r);
	struct span packed = reader_rest(&r);
	if (!reader_ok(&r) || original_payload_size > w->len - w->pos)
		return -EBADMSG;
	struct lz_window part = { .bytes = w->bytes + w->pos, .len = original_payload_size };
	int err = decompress(algorithm, packed, &part);
	w->pos += part.pos;
	return err;
}

// 2.2.42.2.1
static int payload(struct reader *r, struct lz_window *w)
{
	uint16_t algorithm = reader_u16(r);
	reader_skip(r, 2); // Flags: only says which is the first
	uint32_t length = reader_u32(r);
	struct span bytes = reader_bytes(r, length);
	if (!reader_ok(r))
		return -EBADMSG;
	if (algorithm == SMB2_COMPRESSION_NONE)
		return lz_window_bytes(w, bytes) ? 0 : -EBADMSG;
	if (algorithm == SMB2_COMPRESSION_PATTERN_V1)
		return pattern(bytes, w);
	return is_lz(algorithm) ? lz_payload(algorithm, bytes, w) : -ENOTSUP;
}

static int chained(
	struct span frame, const struct smb2_compression_header *h, size_t max, struct lz_window *w)
{
	struct reader r = reader_make(frame);
	reader_skip(&r, CHAIN_OFFSET);
	int err = window_new(h->original_compressed_segment_size, max, w);
	for (unsigned links = 0; err == 0 && reader_left(&r) > 0; links++)
		err = links < CHAIN_LINKS_MAX ? payload(&r, w) : -EBADMSG;
	return err;
}

// -----------------------------------------------------------------------------------------------------

int smb2_decompress(struct span frame, size_t max, uint8_t **buffer, struct span *plain)
{
	struct smb2_compression_header h;
	struct lz_window w = { .bytes = NULL };
	*buffer = NULL;
	if (smb2_compression_header_decode(frame, &h) != VERDICT_OK)
		return -EBADMSG;
	int err = (h.flags & SMB2_COMPRESSION_FLAG_CHAINED) != 0 ? chained(frame, &h, max, &w)
								 : unchained(frame, &h, max, &w);
	if (err == 0 && !lz_window_full(&w))
		err = -EBADMSG;
	if (err != 0) {
		free(w.bytes);
		return err;
	}
	*buffer = w.bytes;
	*plain = span_make(w.bytes, w.len);
	return 0;
}
