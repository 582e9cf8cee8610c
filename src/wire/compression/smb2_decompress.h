// SPDX-License-Identifier: Apache-2.0
// SMB2 COMPRESSION_TRANSFORM_HEADER (MS-SMB2 2.2.42), unchained and chained, with the algorithms of MS-XCA:
// LZNT1, plain LZ77, LZ77+Huffman; and Pattern_V1 (MS-SMB2 2.2.42.2.2). Pure, thread-safe.
#ifndef SIGNET_WIRE_COMPRESSION_SMB2_DECOMPRESS_H
#define SIGNET_WIRE_COMPRESSION_SMB2_DECOMPRESS_H

#include <stddef.h>
#include <stdint.h>

#include "base/attributes.h"
#include "base/span.h"

// MS-SMB2 2.2.3.1.3; LZ4 (5) is named and not known here.
enum smb2_compression {
	SMB2_COMPRESSION_NONE = 0,
	SMB2_COMPRESSION_LZNT1 = 1,
	SMB2_COMPRESSION_LZ77 = 2,
	SMB2_COMPRESSION_LZ77_HUFFMAN = 3,
	SMB2_COMPRESSION_PATTERN_V1 = 4,
	SMB2_COMPRESSION_LZ4 = 5,
};

// frame: with its compression transform header. *buffer is malloc'ed for the caller to free (also on
// failure, then NULL), *plain lies in it. 0; -EBADMSG: malformed; -EMSGSIZE: it would be longer than max;
// -ENOTSUP: an algorithm that is not known; -ENOMEM. The time it takes is linear in frame and max.
int smb2_decompress(struct span frame, size_t max, uint8_t **buffer, struct span *plain) WARN_UNUSED;

#endif
