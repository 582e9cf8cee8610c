// SPDX-License-Identifier: Apache-2.0
// The part of DER (X.690) that SPNEGO needs, strictly: single-byte tags, definite lengths in their
// shortest form, at most DER_DEPTH_MAX constructed values inside each other.
#ifndef SIGNET_WIRE_SPNEGO_DER_H
#define SIGNET_WIRE_SPNEGO_DER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attributes.h"
#include "base/reader.h"
#include "base/span.h"
#include "base/writer.h"

enum {
	DER_ENUMERATED = 0x0A,
	DER_BIT_STRING = 0x03,
	DER_OCTET_STRING = 0x04,
	DER_OID = 0x06,
	DER_GENERAL_STRING = 0x1B,
	DER_SEQUENCE = 0x30,
	DER_APPLICATION_0 = 0x60, // constructed
	DER_CONTEXT_0 = 0xA0,     // constructed; + n for [n]
	DER_DEPTH_MAX = 8,
};

struct der_reader {
	struct reader r;
	unsigned depth;
};

struct der_reader der_reader_make(struct span bytes);
// The next tag, without moving; -1 at the end or once failed.
int der_peek(const struct der_reader *d);
// The next value, which must have this tag; empty and failed otherwise.
struct span der_value(struct der_reader *d, uint8_t tag);
// The next value of any tag.
struct span der_any(struct der_reader *d, uint8_t *tag);
// Enters a constructed value: a reader of its own over its content. d moves behind it.
struct der_reader der_enter(struct der_reader *d, uint8_t tag);
// Ends a value: what the inner reader found wrong (also: bytes left over) becomes d's verdict.
void der_leave(struct der_reader *d, struct der_reader *inner);
enum verdict der_finish(struct der_reader *d) WARN_UNUSED;

// Opens a constructed value and returns where; der_end puts its length in. Strictly nested.
size_t der_begin(struct writer *w, uint8_t tag);
void der_end(struct writer *w, size_t begin);
void der_put(struct writer *w, uint8_t tag, struct span value);

#endif
