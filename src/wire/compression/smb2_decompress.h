// SPDX-License-Identifier: Apache-2.0
// SMB2 COMPRESSION_TRANSFORM_HEADER (MS-SMB2 2.2.42), unchained and chained, with the algorithms of MS-XCA:
// LZNT1, plain LZ77, LZ77+Huffman; and Pattern_V1 (MS-SMB2 2.2.42.2.2).
#ifndef SIGNET_WIRE_COMPRESSION_SMB2_DECOMPRESS_H
#define SIGNET_WIRE_COMPRESSION_SMB2_DECOMPRESS_H

#include <stddef.h>
#include <stdint.h>

#include "base/attributes.h"
#include "base/span.h"

// frame: with its compression transform header. *buffer is malloc'ed for the caller to free (also on
// failure, then NULL), *plain lies in it. 0; -EBADMSG: malformed; -EMSGSIZE: it would be longer than max;
// -ENOTSUP: an algorithm that is not known; -ENOMEM.
int smb2_decompress(struct span frame, size_t max, uint8_t **buffer, struct span *plain) WARN_UNUSED;

#endif
